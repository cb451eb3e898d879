"""The container engine of this machine, if there is one that can pull from the sandbox's registry."""

import logging
import secrets
import threading
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

from docker.errors import APIError, DockerException

from lambda_alerts_cli.sandbox.containers.engine_client import (
    NoEngine,
    absence,
    connect,
    first_line,
    remove_containers,
    untag_images,
)
from lambda_alerts_cli.sandbox.ecr.registry import Registry
from lambda_alerts_cli.sandbox.ecr.tokens import USERNAME, Tokens

ANSWER_SECONDS = 3
_LOG = logging.getLogger(__name__)
NAMES = {"aarch64": "arm64", "amd64": "x86_64"}  # of architectures, where an engine calls them otherwise than Lambda
PLATFORMS = {"x86_64": "linux/amd64", "arm64": "linux/arm64"}


class Engine:
    """A usable engine: it shares this machine's loopback, so images and the runtime API are within its reach."""

    def __init__(self, client: Any, instance: str, host: str, tokens: Tokens) -> None:
        self.client = client
        self.instance = instance
        self.host = host
        self.tokens = tokens

    def pull(self, repository: str, digest: str, architecture: str, region: str) -> None:
        """Fetches an image from the sandbox's registry; what the engine has already is not sent again."""
        login = {"username": USERNAME, "password": self.tokens.issue(region).password}
        platform = PLATFORMS.get(architecture)
        self.client.api.pull(f"{self.host}/{repository}@{digest}", auth_config=login, platform=platform)

    @cached_property
    def about(self) -> Mapping[str, Any]:
        """What the engine tells about itself."""
        found: Mapping[str, Any] = self.client.info()
        return found

    @property
    def limits_memory(self) -> bool:
        """Whether its kernel can limit what a container uses, swap included."""
        return bool(self.about.get("MemoryLimit") and self.about.get("SwapLimit"))

    def runs_natively(self, architecture: str) -> bool:
        """Whether images of this architecture run without an emulator."""
        own = str(self.about.get("Architecture", ""))
        return NAMES.get(own, own) == architecture

    def clean(self) -> None:
        """Removes what the sandbox has left in the engine."""
        remove_containers(self.client, self.instance)
        untag_images(self.client, self.host)


def find_engine(
    environment: Mapping[str, str], *, instance: str, host: str, registry: Registry, tokens: Tokens
) -> Engine:
    """Asks the engine to look something up in the sandbox's registry: only then is it known to reach it.

    An engine in a virtual machine, or on another one, has a loopback of its own.
    """
    client = connect(environment, timeout=ANSWER_SECONDS)
    name = f"sandbox-probe-{secrets.token_hex(8)}"
    arrived = registry.expect(name)
    login = {"username": USERNAME, "password": tokens.issue("us-east-1").password}
    try:
        client.ping()
        client.api.inspect_distribution(f"{host}/{name}", auth_config=login)
    except APIError:
        pass  # the image does not exist; what counts is that it was asked for
    except (DockerException, OSError) as error:
        raise NoEngine(absence(client.api.base_url, error)) from error
    if not arrived.is_set():
        raise NoEngine(f"the container engine cannot reach {host}: it runs in a virtual machine or elsewhere")
    return Engine(connect(environment), instance, host, tokens)


class EngineSearch:
    """Looks for the engine in the background, while the sandbox is already answering."""

    def __init__(self, find: Callable[[], Engine]) -> None:
        self.find = find
        self.done = threading.Event()
        self.engine: Engine | None = None
        self.reason = ""
        threading.Thread(target=self._search, daemon=True).start()

    def result(self) -> Engine | None:
        """The engine, once it is known whether there is one."""
        self.done.wait()
        return self.engine

    def _search(self) -> None:
        try:
            self.engine = self.find()
        except NoEngine as missing:
            self.reason = str(missing)
            _LOG.info("%s", missing, exc_info=missing.__cause__)
        except Exception as error:  # a broken engine must not keep the sandbox from starting
            _LOG.exception("the search for a container engine failed")
            self.reason = f"the container engine cannot be used: {first_line(error)}"
        finally:
            self.done.set()
