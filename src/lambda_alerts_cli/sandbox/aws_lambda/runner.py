"""Chooses how a function runs: its image in a container, or the image's files with this Python."""

from pathlib import Path

from lambda_alerts_cli.sandbox.aws_lambda.container_worker import ContainerWorker
from lambda_alerts_cli.sandbox.aws_lambda.deployment import SOURCE_LABEL, DeployedImage, Deployment
from lambda_alerts_cli.sandbox.aws_lambda.environment import Environment
from lambda_alerts_cli.sandbox.aws_lambda.source_worker import SourceWorker, unpack
from lambda_alerts_cli.sandbox.aws_lambda.worker import Worker, variables_of
from lambda_alerts_cli.sandbox.clock import Clock
from lambda_alerts_cli.sandbox.containers.engine import EngineSearch
from lambda_alerts_cli.sandbox.ecr.blobs import Blobs


class CannotRun(RuntimeError):
    """The image can be kept, but not run here."""


class Runner:
    """Prepares images and starts execution environments."""

    def __init__(self, search: EngineSearch, blobs: Blobs, folder: Path, endpoint: str, clock: Clock) -> None:
        self.search = search
        self.blobs = blobs
        self.folder = folder
        self.endpoint = endpoint
        self.clock = clock

    def prepare(self, image: DeployedImage, region: str) -> None:
        """Makes an image ready: unpacked for this Python, or pulled by the engine."""
        if image.from_source:
            unpack(image, self.blobs, self.folder)
            return
        engine = self.search.result()
        if engine is None:
            raise CannotRun(
                f"This sandbox runs no containers ({self.search.reason}); without them it runs only images that are "
                f"labelled {SOURCE_LABEL}=true."
            )
        engine.pull(image.repository, image.digest, image.architecture, region)

    def start(self, deployment: Deployment) -> Environment:
        """A new execution environment."""
        return Environment(deployment, self._start_worker, self.clock.moment())

    def _start_worker(self, deployment: Deployment, runtime_api: str, log_stream: str) -> Worker:
        variables = variables_of(deployment, endpoint=self.endpoint, runtime_api=runtime_api, log_stream=log_stream)
        if deployment.image.from_source:
            files = unpack(deployment.image, self.blobs, self.folder)
            handler = (deployment.command or deployment.image.command or ("",))[0]
            return SourceWorker(files, handler, variables, deployment.memory)
        engine = self.search.result()
        if engine is None:
            raise CannotRun(self.search.reason)
        return ContainerWorker(engine, deployment, variables)
