"""Runs a function's runtime in a container of its deployed image."""

from contextlib import suppress
from typing import Any

from docker.errors import APIError

from lambda_alerts_cli.sandbox.aws_lambda.deployment import Deployment
from lambda_alerts_cli.sandbox.aws_lambda.invocation import LogLine
from lambda_alerts_cli.sandbox.aws_lambda.memory import used_at_most, used_now
from lambda_alerts_cli.sandbox.aws_lambda.output import StreamOutput
from lambda_alerts_cli.sandbox.aws_lambda.source_worker import ending
from lambda_alerts_cli.sandbox.containers.engine import PLATFORMS, Engine
from lambda_alerts_cli.sandbox.containers.engine_client import CONTAINER_LABEL

TMP = 512  # MB of /tmp; it lies in memory, which is not the function's
# MB that the emulator of another architecture takes for itself: an idle Python was measured with 30 more than without.
EMULATOR = 30
# It keeps code translated: 7 MB more for a program of many modules. So much is let pass before a function is killed.
TRANSLATIONS = 34


class ContainerWorker:
    """A container that lives as long as its execution environment."""

    def __init__(self, engine: Engine, deployment: Deployment, variables: dict[str, str]) -> None:
        api = engine.client.api
        image = deployment.image
        native = engine.runs_natively(image.architecture)
        self.emulator, self.translations = (0, 0) if native else (EMULATOR, TRANSLATIONS)
        self.memory = deployment.memory
        # The kernel counts /tmp in, so its limit only keeps a function from taking the machine; the function's own
        # limit is watched over from here.
        ceiling = f"{self.memory + self.emulator + self.translations + TMP}m" if engine.limits_memory else None
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
                tmpfs={"/tmp": f"mode=1777,size={TMP}m"},
                mem_limit=ceiling,
                memswap_limit=ceiling,
                cap_drop=["ALL"],
                security_opt=["no-new-privileges"],
            ),
        )
        self.api = api
        self.peak = 0
        self.process = 0
        self.id: str = created["Id"]
        try:
            stream = api.attach(self.id, stdout=True, stderr=True, stream=True, logs=True)
            self.output = StreamOutput(stream)
            api.start(self.id)
            self.process = int(api.inspect_container(self.id)["State"]["Pid"])
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
        """The peak of the function in MB, without the emulator's share."""
        self.peak = max(self.peak, used_at_most(self.process), used_now(self.process))
        return max(0, (self.peak >> 20) - self.emulator)

    def over_limit(self) -> bool:
        """Whether it has used more memory than the function has."""
        return self.memory_used() > self.memory + self.translations

    def killed_by_limit(self) -> bool:
        """Whether the kernel ended it at its ceiling."""
        try:
            return bool(self.api.inspect_container(self.id)["State"]["OOMKilled"])
        except (APIError, OSError):
            return False
