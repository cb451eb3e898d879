"""Puts the parts of the sandbox together and serves them until it is told to stop."""

import socket
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from moto.core import DEFAULT_ACCOUNT_ID
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

from lambda_alerts_cli.sandbox import alarms, chatbot_stack, ecr, event_buses
from lambda_alerts_cli.sandbox.blobs import Blobs
from lambda_alerts_cli.sandbox.channels import Channels
from lambda_alerts_cli.sandbox.chatbot_api import ChatbotApi
from lambda_alerts_cli.sandbox.front_door import FrontDoor
from lambda_alerts_cli.sandbox.http_server import LOOPBACK, serve_on
from lambda_alerts_cli.sandbox.registry import Registry
from lambda_alerts_cli.sandbox.tokens import Tokens


@dataclass(frozen=True)
class Parts:
    """The sandbox, put together."""

    server: Any
    registry: Registry
    tokens: Tokens


def assemble(listener: socket.socket, home: Path, info: Callable[[], dict[str, object]]) -> Parts:
    """Everything behind one listening socket; moto's state is global, so a process has one sandbox."""
    host = f"{LOOPBACK}:{listener.getsockname()[1]}"
    tokens, blobs, channels = Tokens(), Blobs(home / "blobs"), Channels(DEFAULT_ACCOUNT_ID)
    repositories = ecr.install(DEFAULT_ACCOUNT_ID, registry_host=host, tokens=tokens)
    alarms.install()
    event_buses.install()
    chatbot_stack.install(channels)
    registry = Registry(tokens, blobs, repositories)
    door = FrontDoor(
        aws=DomainDispatcherApplication(create_backend_app),
        services={"chatbot": ChatbotApi(channels)},
        registry=registry,
        info=info,
    )
    return Parts(serve_on(listener, door), registry, tokens)
