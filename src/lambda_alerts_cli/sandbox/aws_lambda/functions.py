"""Lambda's control plane: what moto's model lacks for image functions that really run."""

import copy
from typing import Any

from moto.awslambda import urls
from moto.awslambda.exceptions import InvalidParameterValueException, LambdaClientError
from moto.awslambda.models import LambdaBackend, LambdaFunction, lambda_backends

from lambda_alerts_cli.sandbox.aws_lambda.deployment import Deployment
from lambda_alerts_cli.sandbox.aws_lambda.event_course import Handling
from lambda_alerts_cli.sandbox.aws_lambda.event_settings import LATEST, EventSettings, handling_of
from lambda_alerts_cli.sandbox.aws_lambda.function_responses import FunctionResponses
from lambda_alerts_cli.sandbox.aws_lambda.image_function import ImageFunction, Machinery, unqualified
from lambda_alerts_cli.sandbox.aws_lambda.invoker import Call
from lambda_alerts_cli.sandbox.aws_lambda.streams import Reader, Shard
from lambda_alerts_cli.sandbox.extension import Extended, take_the_place_of


class ResourceConflict(LambdaClientError):
    """The function is in a state in which it cannot do this."""

    code = 409

    def __init__(self, message: str) -> None:
        super().__init__("ResourceConflictException", message)


class PreconditionFailed(LambdaClientError):
    """Somebody has changed the function in the meantime."""

    code = 412

    def __init__(self) -> None:
        super().__init__(
            "PreconditionFailedException",
            "The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to "
            "retrieve the latest Revision Id",
        )


class Functions(Extended, LambdaBackend, addresses=urls, answers=FunctionResponses):
    """The functions of one region."""

    def __init__(self, region_name: str, account_id: str, *, machinery: Machinery) -> None:
        super().__init__(region_name, account_id)
        self.machinery = machinery
        self.event_settings = EventSettings()

    def create_function(self, spec: dict[str, Any]) -> LambdaFunction:
        """Makes a function, and its first version when it is to be published."""
        # The methods that are abstract there are CloudFormation's, and moto's own functions lack them, too.
        made = ImageFunction(self.account_id, spec, self.region_name, version=LATEST)  # type: ignore[abstract]
        made.logging_config = spec.get("LoggingConfig")
        made.dead_letters = (spec.get("DeadLetterConfig") or {}).get("TargetArn") or ""
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
        function = self._settled(function_name, body.get("RevisionId"))
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
        function = self._settled(function_name, body.get("RevisionId"))
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
            self.event_settings.drop_all(unqualified(function.function_arn))

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
        used = self._qualifier_in(function_name) or qualifier
        arn = unqualified(function.function_arn)
        reserved = self.get_function(function.function_name).reserved_concurrency
        return Call(
            deployment=function.deployment(function.image),
            arn=f"{arn}:{used}" if used else arn,
            payload=payload,
            concurrency=None if reserved is None else int(reserved),
            still_deployed=self._is_deployed,
        )

    def handling_of(self, function_name: str, qualifier: str | None) -> Handling | None:
        """How events for a qualifier are handled now; nothing when it is not there any more."""
        try:
            function = self.get_function(function_name, qualifier)
        except LambdaClientError:
            return None
        used = self._qualifier_in(function_name) or qualifier
        settings = self.event_settings.find(unqualified(function.function_arn), used)
        return handling_of(settings, function.role, getattr(function, "dead_letters", ""))

    def send_kinesis_message(
        self,
        function_name: str,
        kinesis_stream: str,
        kinesis_partition_key: str,
        kinesis_sequence_number: str,
        kinesis_data: str,
        kinesis_shard_id: str,
    ) -> None:
        """Called by moto's Kinesis for each record of a stream that a function reads."""
        record = {
            "kinesis": {
                "kinesisSchemaVersion": "1.0",
                "partitionKey": kinesis_partition_key,
                "sequenceNumber": kinesis_sequence_number,
                "data": kinesis_data,
                "approximateArrivalTimestamp": round(self.machinery.streams.clock.now(), 3),
            },
            "eventSource": "aws:kinesis",
            "eventVersion": "1.0",
            "eventID": f"{kinesis_shard_id}:{kinesis_sequence_number}",
            "eventName": "aws:kinesis:record",
            "invokeIdentityArn": self.get_function(function_name).role,
            "awsRegion": self.region_name,
            "eventSourceARN": kinesis_stream,
        }
        shard = Shard(function_name, kinesis_stream, kinesis_shard_id)
        self.machinery.streams.accept(shard, record, lambda: self._reader(shard))

    def _reader(self, shard: Shard) -> Reader | None:
        reads = (
            mapping
            for mapping in list(self._event_source_mappings.values())
            if (mapping.function_arn, mapping.event_source_arn) == (shard.function, shard.stream) and mapping.enabled
        )
        if (mapping := next(reads, None)) is None:
            return None
        return Reader(int(mapping.batch_size), lambda payload: self.call_of(shard.function, None, payload))

    def _settled(self, function_name: str, revision: str | None = None) -> ImageFunction:
        function = self.get_function(function_name)
        assert isinstance(function, ImageFunction)
        shown = function.get_configuration()
        if shown["State"] == "Pending" or shown["LastUpdateStatus"] == "InProgress":
            raise ResourceConflict(
                "The operation cannot be performed at this time. "
                f"An update is in progress for resource: {unqualified(function.function_arn)}"
            )
        if revision not in (None, function.revision):
            raise PreconditionFailed
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
        if not isinstance(function, ImageFunction) or function.image is None:
            return False
        return function.deployment(function.image) == deployment

    def _qualifier_in(self, name_or_arn: str) -> str | None:
        # NAME:QUALIFIER and ACCOUNT:function:NAME:QUALIFIER are names, too.
        arn = name_or_arn if ":function:" in name_or_arn else f":function:{name_or_arn}"
        qualifier: str | None = self._lambdas.split_function_arn(arn)[2]
        return qualifier


def install(machinery: Machinery) -> None:
    """Puts these functions in the place of moto's."""
    take_the_place_of(
        lambda_backends,
        lambda region_name, account_id: Functions(region_name, account_id, machinery=machinery),
    )
