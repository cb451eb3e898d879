"""A function, or a published version of it: its image, its settings, and how far it is."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from moto.awslambda.exceptions import InvalidParameterValueException
from moto.awslambda.models import ImageConfig, LambdaFunction, lambda_backends

from lambda_alerts_cli.sandbox.aws_lambda.deployment import DeployedImage, Deployment, ImageRefused, resolve
from lambda_alerts_cli.sandbox.aws_lambda.event_queue import EventQueue
from lambda_alerts_cli.sandbox.aws_lambda.invoker import Invoker
from lambda_alerts_cli.sandbox.aws_lambda.preparation import Preparations
from lambda_alerts_cli.sandbox.aws_lambda.streams import Streams
from lambda_alerts_cli.sandbox.ecr.blobs import Blobs
from lambda_alerts_cli.sandbox.ecr.repositories import Ecr


@dataclass(frozen=True)
class Machinery:
    """What stands behind the functions of all regions."""

    registry_host: str
    ecr: Callable[[str], Ecr]
    blobs: Blobs
    preparations: Preparations
    invoker: Invoker
    events: EventQueue
    streams: Streams


class ImageFunction(LambdaFunction):
    """A function, or one published version of it."""

    image: DeployedImage | None = None
    first_image: DeployedImage | None = None  # State tells how far this one is, LastUpdateStatus the later ones
    logging_config: dict[str, Any] | None = None
    dead_letters: str = ""  # the ARN of a queue or topic
    revision: str = ""  # another one after each change

    def _set_function_code(self, updated_spec: dict[str, Any]) -> None:
        if "ImageUri" not in updated_spec:
            super()._set_function_code(updated_spec)
            return
        machinery = machinery_of(self)
        uri = updated_spec["ImageUri"]
        try:
            image = resolve(uri, machinery.registry_host, machinery.ecr(self.region), machinery.blobs)
        except ImageRefused as refusal:
            raise InvalidParameterValueException(str(refusal)) from None
        if updated_spec.get("DryRun"):
            return
        machinery.preparations.begin(image, self.region)
        self.image = image
        self.first_image = self.first_image or image
        # A new dictionary, because published versions share the old one.
        self.code = {"ImageUri": uri}
        self.code_sha_256 = image.digest.removeprefix("sha256:")
        self.code_size = 0  # as on AWS, which does not weigh images
        self.revision = str(uuid.uuid4())

    def update_configuration(self, config_updates: dict[str, Any]) -> dict[str, Any]:
        """Changes settings, those too that moto leaves as they were."""
        if "Environment" in config_updates:
            variables = (config_updates["Environment"] or {}).get("Variables") or {}
            config_updates = {**config_updates, "Environment": {"Variables": variables}}
        if "ImageConfig" in config_updates:
            self.image_config = ImageConfig(_without_nothing(config_updates["ImageConfig"]))
        if "EphemeralStorage" in config_updates:
            self.ephemeral_storage = config_updates["EphemeralStorage"]["Size"]
        if "TracingConfig" in config_updates:
            self.tracing_config = config_updates["TracingConfig"]
        if "KMSKeyArn" in config_updates:
            self.kms_key_arn = config_updates["KMSKeyArn"]
        self.logging_config = config_updates.get("LoggingConfig", self.logging_config)
        if "DeadLetterConfig" in config_updates:
            self.dead_letters = (config_updates["DeadLetterConfig"] or {}).get("TargetArn") or ""
        self.revision = str(uuid.uuid4())
        return super().update_configuration(config_updates)

    def get_configuration(self, on_create: bool = False) -> dict[str, Any]:
        """The settings; without the empty ImageConfigResponse that would be a difference in every plan."""
        shown = super().get_configuration(on_create)
        settings = self.image_config
        if not (settings.cmd or settings.entry_point or settings.working_directory):
            shown.pop("ImageConfigResponse", None)
        shown["LoggingConfig"] = {"LogFormat": "Text", "LogGroup": self.logs_group_name, **(self.logging_config or {})}
        if self.dead_letters:
            shown["DeadLetterConfig"] = {"TargetArn": self.dead_letters}
        return {**shown, "RevisionId": self.revision, **self._progress(on_create)}

    def get_code(self) -> dict[str, Any]:
        """The code's address, and the one it was resolved to."""
        shown = super().get_code()
        if self.image:
            shown["Code"]["ResolvedImageUri"] = self.image.reference
        return shown

    def deployment(self, image: DeployedImage) -> Deployment:
        """What an execution environment of this revision needs to know."""
        settings = self.image_config
        return Deployment(
            function=self.function_name,
            arn=unqualified(self.function_arn),
            version=str(self.version),
            region=self.region,
            image=image,
            architecture=self.architectures[0],
            command=tuple(settings.cmd or ()),
            entry_point=tuple(settings.entry_point or ()),
            working_directory=settings.working_directory,
            variables=tuple(sorted((key, str(value)) for key, value in self.environment_vars.items())),
            timeout=int(self.timeout),
            memory=int(self.memory_size),
            log_group=(self.logging_config or {}).get("LogGroup") or self.logs_group_name,
        )

    def _progress(self, on_create: bool) -> dict[str, Any]:
        if self.image is None:
            return {}
        readiness = machinery_of(self).preparations.readiness(self.image)
        first = self.image == self.first_image
        name = "State" if first else "LastUpdateStatus"
        shown: dict[str, Any] = {"State": "Active"}
        if not on_create:
            shown["LastUpdateStatus"] = "Successful"
        if readiness.status == "working":
            shown[name] = "Pending" if first else "InProgress"
            shown[f"{name}Reason"] = "The function is being created."
            shown[f"{name}ReasonCode"] = "Creating"
        elif readiness.status == "failed":
            shown[name] = "Failed"
            shown[f"{name}Reason"] = readiness.reason
            shown[f"{name}ReasonCode"] = "InvalidImage"
        return shown


def machinery_of(function: LambdaFunction) -> Machinery:
    """Looked up each time and kept nowhere in the function: moto copies functions deeply."""
    machinery = vars(lambda_backends[function.account_id][function.region])["machinery"]
    assert isinstance(machinery, Machinery)
    return machinery


def unqualified(arn: str) -> str:
    """The ARN of the function itself."""
    return ":".join(arn.split(":")[:7])


def _without_nothing(settings: dict[str, Any] | None) -> dict[str, Any]:
    return {name: value for name, value in (settings or {}).items() if value}
