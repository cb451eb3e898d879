"""Puts the parts of the sandbox together behind one listening socket."""

import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

from lambda_alerts_cli.sandbox.amazon_q.service import AmazonQ
from lambda_alerts_cli.sandbox.aws_lambda import service as aws_lambda
from lambda_alerts_cli.sandbox.aws_lambda.forcing_page import ForcingPage
from lambda_alerts_cli.sandbox.aws_lambda.service import LambdaService
from lambda_alerts_cli.sandbox.clients import Clients
from lambda_alerts_cli.sandbox.clock import Clock
from lambda_alerts_cli.sandbox.cloudwatch import alarms
from lambda_alerts_cli.sandbox.containers.engine import EngineSearch, find_engine
from lambda_alerts_cli.sandbox.ecr import repositories as ecr
from lambda_alerts_cli.sandbox.ecr.blobs import Blobs
from lambda_alerts_cli.sandbox.ecr.registry import Registry
from lambda_alerts_cli.sandbox.ecr.tokens import Tokens
from lambda_alerts_cli.sandbox.eventbridge import event_buses
from lambda_alerts_cli.sandbox.front_door import FrontDoor
from lambda_alerts_cli.sandbox.http_server import LOOPBACK, serve_on
from lambda_alerts_cli.sandbox.journal_feed import JournalFeed
from lambda_alerts_cli.sandbox.logs import metric_filters
from lambda_alerts_cli.sandbox.page.application import Page
from lambda_alerts_cli.sandbox.scheduler import schedules
from lambda_alerts_cli.sandbox.shown import shown
from lambda_alerts_cli.sandbox.sns import service as sns
from lambda_alerts_cli.sandbox.sqs import depth as sqs
from lambda_alerts_cli.sandbox.world import World


@dataclass(frozen=True)
class Sandbox:
    """The parts that its process has to do with."""

    server: Any
    functions: LambdaService
    engine: EngineSearch
    world: World

    def stop(self) -> None:
        """Ends what runs in the background, in order, and then the server that all of it speaks to."""
        self.world.stopping.set()
        self.functions.settle()
        self.server.shutdown()


def assemble(
    listener: socket.socket,
    *,
    instance: str,
    home: Path,
    environment: Mapping[str, str],
    info: Callable[[], dict[str, object]],
    clock: Clock,
) -> Sandbox:
    """A sandbox that is ready to serve; moto's state is global, so a process has one."""
    host = f"{LOOPBACK}:{listener.getsockname()[1]}"
    endpoint = f"http://{host}"
    tokens, blobs = Tokens(), Blobs(home / "blobs")
    repositories = ecr.install(DEFAULT_ACCOUNT_ID, registry_host=host, tokens=tokens)
    registry = Registry(tokens, blobs, repositories)
    search = EngineSearch(
        lambda: find_engine(environment, instance=instance, host=host, registry=registry, tokens=tokens)
    )
    world = World(DEFAULT_ACCOUNT_ID, clock, Clients(endpoint))
    alarms.install(world)
    event_buses.install(world)
    metric_filters.install(world)
    schedules.install(world)
    sqs.install(world)
    functions = aws_lambda.install(world, host=host, ecr=repositories, blobs=blobs, search=search, home=home)
    amazon_q = AmazonQ(world)
    door = FrontDoor(
        aws=DomainDispatcherApplication(create_backend_app),
        services={"chatbot": amazon_q.api},
        registry=registry,
        info=info,
        first={"cloudformation": amazon_q.install_types},
        own={
            **amazon_q.own,
            "force": ForcingPage(functions.forcing),
            "journal": JournalFeed(world),
            "page": Page(shown(world, instance, amazon_q, functions.forcing.functions)),
            "sns": sns.install(world),
        },
    )
    return Sandbox(serve_on(listener, door, clock.now), functions, search, world)
