"""Lambda's control plane: what moto's model lacks for image functions that really run."""

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from moto.awslambda import urls
from moto.awslambda.exceptions import InvalidParameterValueException, LambdaClientError, UnknownEventConfig
from moto.awslambda.models import EventInvokeConfig, ImageConfig, LambdaBackend, LambdaFunction, lambda_backends

from lambda_alerts_cli.sandbox.blobs import Blobs
from lambda_alerts_cli.sandbox.deployment import DeployedImage, Deployment, ImageRefused, resolve
from lambda_alerts_cli.sandbox.ecr import Ecr
from lambda_alerts_cli.sandbox.extension import Extended, take_the_place_of
from lambda_alerts_cli.sandbox.function_responses import FunctionResponses
from lambda_alerts_cli.sandbox.invoker import Call, Invoker
from lambda_alerts_cli.sandbox.preparation import Preparations

LATEST = "$LATEST"


class ResourceConflict(LambdaClientError):
    """The function is in a state in which it cannot do this."""

    code = 409

    def __init__(self, message: str) -> None:
        super().__init__("ResourceConflictException", message)


@dataclass(frozen=True)
class Machinery:
    """What stands behind the functions of all regions."""

    registry_host: str
    ecr: Callable[[str], Ecr]
    blobs: Blobs
    preparations: Preparations
    invoker: Invoker


class ImageFunction(LambdaFunction):
    """A function, or one published version of it."""

    image: DeployedImage | None = None
    first_image: DeployedImage | None = None  # State tells how far this one is, LastUpdateStatus the later ones
    logging_config: dict[str, Any] | None = None

    def _set_function_code(self, updated_spec: dict[str, Any]) -> None:
        if "ImageUri" not in updated_spec:
            super()._set_function_code(updated_spec)
            return
        machinery = _functions(self).machinery
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
        return super().update_configuration(config_updates)

    def get_configuration(self, on_create: bool = False) -> dict[str, Any]:
        """The settings; without the empty ImageConfigResponse that would be a difference in every plan."""
        shown = super().get_configuration(on_create)
        settings = self.image_config
        if not (settings.cmd or settings.entry_point or settings.working_directory):
            shown.pop("ImageConfigResponse", None)
        shown["LoggingConfig"] = {"LogFormat": "Text", "LogGroup": self.logs_group_name, **(self.logging_config or {})}
        return {**shown, **self._progress(on_create)}

    def get_code(self) -> dict[str, Any]:
        """The code's address, and the one it was resolved to."""
        shown = super().get_code()
        if self.image:
            shown["Code"]["ResolvedImageUri"] = self.image.reference
        return shown

    def deployment(self, image: DeployedImage) -> Deployment:
        """What an execution environment of this revision needs to know."""
        settings = self.image_config
        concurrency = _functions(self).get_function(self.function_name).reserved_concurrency
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
            concurrency=None if concurrency is None else int(concurrency),
        )

    def _progress(self, on_create: bool) -> dict[str, Any]:
        if self.image is None:
            return {}
        readiness = _functions(self).machinery.preparations.readiness(self.image)
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


class Functions(Extended, LambdaBackend):
    """The functions of one region."""

    addresses = urls
    answers = FunctionResponses

    def __init__(self, region_name: str, account_id: str, *, machinery: Machinery) -> None:
        super().__init__(region_name, account_id)
        self.machinery = machinery
        self.event_settings: dict[tuple[str, str], EventInvokeConfig] = {}  # by function and qualifier

    def create_function(self, spec: dict[str, Any]) -> LambdaFunction:
        """Makes a function, and its first version when it is to be published."""
        made = ImageFunction(self.account_id, spec, self.region_name, version=LATEST)
        made.logging_config = spec.get("LoggingConfig")
        self._lambdas.put_function(made)
        if not spec.get("Publish"):
            return made
        shown = copy.copy(made)
        shown.version = self._published(made.function_name).version
        return shown

    def update_function_code(
        self, function_name: str, qualifier: str | None, body: dict[str, Any]
    ) -> dict[str, Any] | None:
        """Deploys another image; moto publishes first and then changes the published version."""
        function = self._settled(function_name)
        if body.get("Architectures"):
            function.architectures = body["Architectures"]
        before = (function.code_sha_256, list(function.architectures))
        function._set_function_code(body)
        if body.get("DryRun"):
            return function.get_configuration()
        if before != (function.code_sha_256, function.architectures):
            function.code_or_config_updated = True
        self._retire(function)
        if body.get("Publish"):
            return self._published(function.function_name).get_configuration()
        return function.get_configuration()

    def update_function_configuration(
        self, function_name: str, qualifier: str | None, body: dict[str, Any]
    ) -> dict[str, Any] | None:
        """Changes the settings of $LATEST."""
        function = self._settled(function_name)
        shown = function.update_configuration(body)
        self._retire(function)
        return shown

    def publish_version(self, function_name: str, description: str = "") -> LambdaFunction | None:
        """Freezes $LATEST under the next number."""
        self._settled(function_name)
        return super().publish_version(function_name, description)

    def delete_function(self, function_name: str, qualifier: str | None = None) -> None:
        """Removes a function or a version, with its environments and event settings."""
        function = self.get_function(function_name, qualifier)
        super().delete_function(function_name, qualifier)
        self._retire(function)
        if not qualifier:
            for key in [key for key in self.event_settings if key[0] == function.function_name]:
                del self.event_settings[key]

    def call_of(self, function_name: str, qualifier: str | None, payload: bytes) -> Call:
        """What is to be invoked; refused while there is nothing that could be."""
        function = self.get_function(function_name, qualifier)
        if not isinstance(function, ImageFunction) or function.image is None:
            raise InvalidParameterValueException("The sandbox runs functions of package type Image only.")
        if function.get_configuration()["State"] == "Pending":
            raise ResourceConflict(
                "The operation cannot be performed at this time. "
                "The function is currently in the following state: Pending"
            )
        readiness = self.machinery.preparations.wait(function.image)
        if readiness.status == "failed":
            raise ResourceConflict(f"The function cannot run: {readiness.reason}")
        arn = unqualified(function.function_arn)
        _, _, in_name = self._lambdas.split_function_arn(self._arn_of(function_name))
        used = in_name or qualifier
        return Call(
            deployment=function.deployment(function.image),
            arn=f"{arn}:{used}" if used else arn,
            payload=payload,
            still_deployed=self._is_deployed,
        )

    def put_event_settings(self, name: str, qualifier: str | None, config: dict[str, Any]) -> dict[str, Any]:
        """How asynchronous events of one qualifier are retried and where they end; moto has one list per function."""
        function = self.get_function(name, qualifier)
        key = (function.function_name, qualifier or LATEST)
        destinations = {"OnSuccess": {}, "OnFailure": {}, **(config.get("DestinationConfig") or {})}
        arn = f"{unqualified(function.function_arn)}:{key[1]}"
        kept = EventInvokeConfig(arn, _seconds_now(), {**config, "DestinationConfig": destinations})
        self.event_settings[key] = kept
        return kept.response()

    def event_settings_of(self, name: str, qualifier: str | None) -> dict[str, Any]:
        """The settings of one qualifier."""
        function = self.get_function(name)
        kept = self.event_settings.get((function.function_name, qualifier or LATEST))
        if kept is None:
            raise UnknownEventConfig(f"{unqualified(function.function_arn)}:{qualifier or LATEST}")
        return kept.response()

    def change_event_settings(self, name: str, qualifier: str | None, config: dict[str, Any]) -> dict[str, Any]:
        """Changes only what is given."""
        before = self.event_settings_of(name, qualifier)
        kept = {key: value for key, value in before.items() if key not in ("FunctionArn", "LastModified")}
        return self.put_event_settings(name, qualifier, {**kept, **config})

    def drop_event_settings(self, name: str, qualifier: str | None) -> None:
        """Forgets the settings of one qualifier."""
        self.event_settings_of(name, qualifier)
        del self.event_settings[(self.get_function(name).function_name, qualifier or LATEST)]

    def all_event_settings(self, name: str) -> list[dict[str, Any]]:
        """The settings of all qualifiers of a function."""
        function = self.get_function(name).function_name
        return [kept.response() for (owner, _), kept in self.event_settings.items() if owner == function]

    def _settled(self, function_name: str) -> ImageFunction:
        function = self.get_function(function_name)
        assert isinstance(function, ImageFunction)
        shown = function.get_configuration()
        if shown["State"] == "Pending" or shown["LastUpdateStatus"] == "InProgress":
            raise ResourceConflict(
                "The operation cannot be performed at this time. "
                f"An update is in progress for resource: {unqualified(function.function_arn)}"
            )
        return function

    def _published(self, function_name: str) -> LambdaFunction:
        # In the same call as its code, a version may be published before the image is ready.
        version = super().publish_version(function_name)
        assert version is not None
        return version

    def _retire(self, function: LambdaFunction) -> None:
        self.machinery.invoker.pool.retire(unqualified(function.function_arn), self._is_deployed)

    def _is_deployed(self, deployment: Deployment) -> bool:
        try:
            function = self.get_function(deployment.function, deployment.version)
        except LambdaClientError:
            return False
        image = function.image if isinstance(function, ImageFunction) else None
        return image is not None and function.deployment(image) == deployment

    def _arn_of(self, name_or_arn: str) -> str:
        if name_or_arn.startswith("arn:"):
            return name_or_arn
        return f"arn:{self.partition}:lambda:{self.region_name}:{self.account_id}:function:{name_or_arn}"


def install(machinery: Machinery) -> None:
    """Puts these functions in the place of moto's."""
    take_the_place_of(
        lambda_backends,
        lambda region_name, account_id: Functions(region_name, account_id, machinery=machinery),
    )


def unqualified(arn: str) -> str:
    """The ARN of the function itself."""
    return ":".join(arn.split(":")[:7])


def _functions(function: LambdaFunction) -> Functions:
    # Looked up each time: moto copies functions deeply, and this must not be copied along.
    backend = lambda_backends[function.account_id][function.region]
    assert isinstance(backend, Functions)
    return backend


def _without_nothing(settings: dict[str, Any] | None) -> dict[str, Any]:
    return {name: value for name, value in (settings or {}).items() if value}


def _seconds_now() -> Any:
    import time

    return time.time()
