"""The AWS API as the use cases need it: one typed client, every error as a `Problem`."""

import base64
import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import boto3
from botocore.config import Config as ClientConfig
from botocore.exceptions import ClientError

from lambda_alerts_cli.adapters.aws_answers import (
    AlarmState,
    FunctionState,
    Identity,
    Invocation,
    RegistryLogin,
    StoredImage,
)
from lambda_alerts_cli.adapters.aws_errors import code_of, told
from lambda_alerts_cli.errors import Failed, Missing, Misused

# The Chatbot API exists in four regions only and is the same in all of them.
CHATBOT_REGION = "us-west-2"
READY_SECONDS = 300
ATTEMPTS = 8  # half a minute, with the pauses in between
MOST_VERSIONS = 4  # that are named
READ_SECONDS = 20  # nothing but an invocation takes longer, and no interruption has to wait longer


class Aws:
    """AWS in one region, with the credentials of the environment."""

    def __init__(self, region: str, environment: Mapping[str, str]) -> None:
        self.region = region
        with told("AWS_PROFILE"):
            self.session = boto3.Session(profile_name=environment.get("AWS_PROFILE") or None, region_name=region)
        self._clients: dict[tuple[str, str, int, int], Any] = {}
        given = environment.get("AWS_MAX_ATTEMPTS", "")
        self._attempts = int(given) if given.isdecimal() and int(given) else ATTEMPTS
        self._making = threading.Lock()  # clients may be used by several threads, sessions may not

    def client(self, service: str, region: str | None = None) -> Any:
        """A client that waits out throttling before it gives up."""
        return self._client(service, region or self.region, attempts=self._attempts, read_timeout=READ_SECONDS)

    def identity(self) -> Identity:
        """The account that the credentials belong to; the first call, so that what is missing is named first."""
        if not self._is_known():
            raise Missing(
                f"{self.region} is not a region that this version of boto3 knows",
                where="project.region",
                next_step="correct the region, or `pip install --upgrade boto3` if it is a new one",
            )
        with told("sts:GetCallerIdentity"):
            answer = self.client("sts").get_caller_identity()
        return Identity(answer["Account"])

    def registry_login(self) -> RegistryLogin:
        """A token for pushing, valid for twelve hours."""
        with told("ecr:GetAuthorizationToken"):
            answer = self.client("ecr").get_authorization_token()
        username, _, password = (
            base64.b64decode(answer["authorizationData"][0]["authorizationToken"]).decode().partition(":")
        )
        return RegistryLogin(username, password)

    def image(self, repository: str, *, tag: str | None = None, digest: str | None = None) -> StoredImage | None:
        """The image of a tag or digest, if the repository has it."""
        wanted = {"imageTag": tag} if tag else {"imageDigest": digest}
        with told(f"repository {repository}"):
            try:
                found = self.client("ecr").describe_images(repositoryName=repository, imageIds=[wanted])["imageDetails"]
            except ClientError as error:
                if code_of(error) in ("ImageNotFoundException", "RepositoryNotFoundException"):
                    return None
                raise
        if not found:
            return None
        media_type = found[0].get("imageManifestMediaType", "")
        return StoredImage(found[0]["imageDigest"], media_type, tuple(sorted(found[0].get("imageTags", []))))

    def wait_until_ready(self, function: str, version: str, stop: threading.Event) -> None:
        """Returns when the function is active and updated, and its published version as well."""
        # botocore's own waiters cannot be stopped, and ask once more than this.
        client = self.client("lambda")
        with told(f"function {function}"):
            for qualifier in ("$LATEST", version):
                for _ in range(READY_SECONDS):
                    settings = client.get_function_configuration(FunctionName=function, Qualifier=qualifier)
                    if _is_ready(function, settings):
                        break
                    if stop.wait(1):
                        raise _never_ready(function, "nobody waits for it any more")
                else:
                    raise _never_ready(function, f"it is not active after {READY_SECONDS} seconds")

    def function(self, function: str, qualifier: str) -> FunctionState | None:
        """The state of one version or alias."""
        with told(f"function {function}:{qualifier}"):
            try:
                found = self.client("lambda").get_function(FunctionName=function, Qualifier=qualifier)
            except ClientError as error:
                if code_of(error) == "ResourceNotFoundException":
                    return None
                raise
        settings = found["Configuration"]
        image = found.get("Code", {}).get("ResolvedImageUri") or found.get("Code", {}).get("ImageUri")
        return FunctionState(
            version=settings["Version"],
            state=settings.get("State", "Active"),
            last_update=settings.get("LastUpdateStatus", "Successful"),
            image=image,
        )

    def invoke(self, function: str, qualifier: str, event: object, *, timeout: int) -> Invocation:
        """Calls a function and waits for its answer."""
        # The answer may take the function's whole timeout and a cold start.
        client = self._invoker(timeout + 60)
        with told(f"function {function}:{qualifier}"), self._known_qualifier(function, qualifier):
            answer = client.invoke(
                FunctionName=function, Qualifier=qualifier, LogType="Tail", Payload=json.dumps(event).encode()
            )
            payload = answer["Payload"].read().decode("utf-8", "replace")
        return Invocation(
            status=answer["StatusCode"],
            payload=payload,
            error=answer.get("FunctionError"),
            log_tail=_decoded(answer.get("LogResult", "")),
            version=answer.get("ExecutedVersion", qualifier),
            request_id=_request_id(answer),
        )

    def invoke_async(self, function: str, qualifier: str, event: object) -> Invocation:
        """Queues an event for a function."""
        client = self._invoker(READ_SECONDS)
        with told(f"function {function}:{qualifier}"), self._known_qualifier(function, qualifier):
            answer = client.invoke(
                FunctionName=function, Qualifier=qualifier, InvocationType="Event", Payload=json.dumps(event).encode()
            )
        return Invocation(answer["StatusCode"], "", None, "", qualifier, _request_id(answer))

    def alarms(self, names: Sequence[str], region: str | None = None) -> tuple[AlarmState, ...]:
        """The states of the named alarms that exist, in this region or in another."""
        states: list[AlarmState] = []
        client = self.client("cloudwatch", region)
        with told("cloudwatch:DescribeAlarms"):
            for start in range(0, len(names), 100):
                page = client.describe_alarms(
                    AlarmNames=list(names[start : start + 100]),
                    AlarmTypes=["MetricAlarm", "CompositeAlarm"],
                    MaxRecords=100,
                )
                states += [_alarm(row) for kind in ("MetricAlarms", "CompositeAlarms") for row in page.get(kind, [])]
        return tuple(sorted(states, key=lambda alarm: alarm.name))

    def channel_topics(self, arn: str) -> tuple[str, ...] | None:
        """The topics that a channel configuration listens to; None when the configuration is gone."""
        with told("chatbot:DescribeSlackChannelConfigurations"):
            client = self.client("chatbot", CHATBOT_REGION)
            found = client.describe_slack_channel_configurations(ChatConfigurationArn=arn)["SlackChannelConfigurations"]
        return tuple(found[0]["SnsTopicArns"]) if found else None

    @contextmanager
    def _known_qualifier(self, function: str, qualifier: str) -> Iterator[None]:
        """Tells a version or alias that is not there from a function that is not there."""
        try:
            yield
        except ClientError as error:
            if code_of(error) != "ResourceNotFoundException":
                raise
            if self.function(function, "$LATEST") is None:
                raise
            client = self.client("lambda")
            aliases = [row["Name"] for row in client.list_aliases(FunctionName=function)["Aliases"]]
            versions = [row["Version"] for row in client.list_versions_by_function(FunctionName=function)["Versions"]]
            raise Misused(
                f"{function} has no version or alias {qualifier}",
                where="--qualifier",
                next_step=f"the newest are: {', '.join((*aliases, *reversed(versions[-MOST_VERSIONS:])))}",
            ) from None

    def _invoker(self, read_timeout: int) -> Any:
        """A client that tries once: what has been read too late may have run all the same, and would run twice."""
        return self._client("lambda", self.region, attempts=1, read_timeout=read_timeout)

    def _client(self, service: str, region: str, *, attempts: int, read_timeout: int) -> Any:
        """The one place that makes clients, as it is then that boto3 loads credentials and reads its settings."""
        kind = (service, region, attempts, read_timeout)
        with self._making, told(service):
            if kind not in self._clients:
                retries = {"mode": "standard", "total_max_attempts": attempts}
                settings = ClientConfig(retries=retries, connect_timeout=10, read_timeout=read_timeout)
                try:
                    self._clients[kind] = self.session.client(service, region_name=region, config=settings)
                except ValueError as error:
                    raise Misused(
                        str(error),
                        where="AWS_ENDPOINT_URL",
                        next_step="unset it (or endpoint_url in the AWS profile), or write it like http://127.0.0.1:4566",
                    ) from None
            return self._clients[kind]

    def _is_known(self) -> bool:
        """Whether boto3 knows the region; also those of China and the governments, which are partitions of their own.

        Most are in the first partition, and each one that is looked into takes its time.
        """
        with self._making:
            regions = (
                self.session.get_available_regions("lambda", name) for name in self.session.get_available_partitions()
            )
            return any(self.region in known for known in regions)


def _alarm(row: Mapping[str, Any]) -> AlarmState:
    since = row.get("StateTransitionedTimestamp") or row.get("StateUpdatedTimestamp")
    return AlarmState(
        name=row["AlarmName"],
        state=row.get("StateValue", "INSUFFICIENT_DATA"),
        since=since.isoformat(timespec="seconds") if since else "",
    )


def _is_ready(function: str, settings: Mapping[str, Any]) -> bool:
    states = (settings.get("State", "Active"), settings.get("LastUpdateStatus", "Successful"))
    if "Failed" in states:
        reason = settings.get("StateReason") or settings.get("LastUpdateStatusReason") or "it does not say why"
        raise _never_ready(function, reason)
    return states == ("Active", "Successful")


def _never_ready(function: str, reason: str) -> Failed:
    return Failed(
        f"Lambda did not become ready: {reason}",
        where=f"function {function}",
        next_step="`lambda-alerts status` shows its state; run the same command again once the reason is gone",
    )


def _request_id(answer: Mapping[str, Any]) -> str:
    return str(answer.get("ResponseMetadata", {}).get("RequestId", ""))


def _decoded(log_result: str) -> str:
    return base64.b64decode(log_result).decode("utf-8", "replace")
