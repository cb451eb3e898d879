"""Runs a function's runtime in a container of its deployed image."""

from contextlib import suppress
from typing import Any

from docker.errors import APIError

from lambda_alerts_cli.sandbox.aws_lambda.deployment import Deployment
from lambda_alerts_cli.sandbox.aws_lambda.invocation import LogLine
from lambda_alerts_cli.sandbox.aws_lambda.output import StreamOutput
from lambda_alerts_cli.sandbox.aws_lambda.source_worker import ending
from lambda_alerts_cli.sandbox.containers.engine import PLATFORMS, Engine
from lambda_alerts_cli.sandbox.containers.engine_client import CONTAINER_LABEL


class ContainerWorker:
    """A container that lives as long as its execution environment."""

    def __init__(self, engine: Engine, deployment: Deployment, variables: dict[str, str]) -> None:
        api = engine.client.api
        image = deployment.image
        created = api.create_container(
            image.reference,
            command=list(deployment.command) or None,
            entrypoint=list(deployment.entry_point) or None,
            working_dir=deployment.working_directory,
            environment=variables,
            labels={CONTAINER_LABEL: engine.instance, "lambda-alerts.function": deployment.function},
            platform=PLATFORMS.get(image.architecture),
            host_config=api.create_host_config(
                # The runtime API and the sandbox listen on this machine's loopback and nowhere else.
                network_mode="host",
                # As on Lambda: nothing but /tmp can be written, and no privilege can be gained.
                read_only=True,
                tmpfs={"/tmp": "mode=1777,size=512m"},
                cap_drop=["ALL"],
                security_opt=["no-new-privileges"],
            ),
        )
        self.api = api
        self.id: str = created["Id"]
        try:
            stream = api.attach(self.id, stdout=True, stderr=True, stream=True, logs=True)
            self.output = StreamOutput(stream)
            api.start(self.id)
        except BaseException:
            self.kill()
            raise

    def wait(self) -> str:
        """Blocks until the container has ended."""
        try:
            result: dict[str, Any] = self.api.wait(self.id, timeout=None)
        except (APIError, OSError):
            return "signal: killed"  # removed while we waited
        return ending(int(result.get("StatusCode", 1)))

    def kill(self) -> None:
        """Removes the container with everything in it."""
        with suppress(APIError):  # it may be gone, or going
            self.api.remove_container(self.id, force=True)

    def take_output(self) -> list[LogLine]:
        """What it has printed since the last time."""
        return self.output.take()

    def memory_used(self) -> int:
        """The peak of the container in MB, or what it uses now where the engine does not keep the peak."""
        try:
            memory = self.api.stats(self.id, stream=False, one_shot=True).get("memory_stats", {})
        except (APIError, OSError):
            return 0
        return int(memory.get("max_usage") or memory.get("usage") or 0) // (1 << 20)
