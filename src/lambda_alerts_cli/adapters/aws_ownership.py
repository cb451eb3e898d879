"""Which project a resource in AWS belongs to, by its tag: each service is asked in its own way."""

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from botocore.exceptions import ClientError

from lambda_alerts_cli.adapters.aws_errors import DENIED, code_of, told
from lambda_alerts_cli.adoption import NOBODY, Candidate, Owner
from lambda_alerts_cli.errors import Failed

TAG = "lambda-alerts:project"
STACK_SECONDS, PAUSE_SECONDS = 300, 5
ABSENT = frozenset(
    (
        *("RepositoryNotFoundException", "NoSuchEntity", "ResourceNotFoundException", "NotFoundException", "NotFound"),
        "ResourceNotFound",
        *("AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist"),
    )
)
USABLE = frozenset(("CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE"))


class Ownership:
    """Asks AWS whom a resource belongs to."""

    def __init__(self, client: Callable[..., Any], stop: threading.Event) -> None:
        self._client = client
        self._stop = stop
        self._ask: Mapping[str, Callable[[str], Owner]] = {
            "aws_cloudformation_stack": self._stack,
            "aws_cloudwatch_log_group": self._log_group,
            "aws_ecr_repository": self._repository,
            "aws_iam_policy": self._policy,
            "aws_iam_role": self._role,
            "aws_kms_alias": self._key_alias,
            "aws_kms_key": self._key,
            "aws_lambda_alias": self._alias,
            "aws_lambda_function": self._function,
            "aws_sns_topic": self._topic,
            "aws_sqs_queue": self._queue,
        }

    def owner_of(self, candidate: Candidate) -> Owner:
        """Whether the candidate is there already, and the project that made it."""
        if candidate.region is not None:
            there = Ownership(lambda service: self._client(service, candidate.region), self._stop)
            return there.owner_of(replace(candidate, region=None))
        with told(f"{candidate.type} {candidate.name}"):
            with _passing_over_what_cannot_be_seen():
                return self._ask[candidate.type](candidate.name)
            return NOBODY

    def _repository(self, name: str) -> Owner:
        client = self._client("ecr")
        arn = client.describe_repositories(repositoryNames=[name])["repositories"][0]["repositoryArn"]
        return _owner(client.list_tags_for_resource(resourceArn=arn)["tags"])

    def _role(self, name: str) -> Owner:
        return _owner(self._client("iam").get_role(RoleName=name)["Role"].get("Tags", []))

    def _policy(self, name: str) -> Owner:
        arn = self._arn("iam", "", f"policy/{name}")
        return _owner(self._client("iam").get_policy(PolicyArn=arn)["Policy"].get("Tags", []), arn)

    def _log_group(self, name: str) -> Owner:
        client = self._client("logs")
        groups = client.describe_log_groups(logGroupNamePrefix=name)["logGroups"]
        exact = [group for group in groups if group["logGroupName"] == name]
        if not exact:
            return NOBODY
        arn = exact[0]["arn"].removesuffix(":*")
        return _owner(client.list_tags_for_resource(resourceArn=arn)["tags"])

    def _function(self, name: str) -> Owner:
        return _owner(self._client("lambda").get_function(FunctionName=name).get("Tags", {}))

    def _alias(self, name: str) -> Owner:
        function, _, alias = name.partition("/")
        self._client("lambda").get_alias(FunctionName=function, Name=alias)  # an alias has no tags: its function has
        return self._function(function)

    def _topic(self, name: str) -> Owner:
        client = self._client("sns")
        arn = self._arn("sns", client.meta.region_name, name)
        return _owner(client.list_tags_for_resource(ResourceArn=arn)["Tags"], arn)

    def _queue(self, name: str) -> Owner:
        client = self._client("sqs")
        url = client.get_queue_url(QueueName=name)["QueueUrl"]
        return _owner(client.list_queue_tags(QueueUrl=url).get("Tags", {}), url)

    def _key_alias(self, name: str) -> Owner:
        client = self._client("kms")
        key = client.describe_key(KeyId=name)["KeyMetadata"]["KeyId"]
        return _owner(client.list_resource_tags(KeyId=key)["Tags"])

    def _key(self, description: str) -> Owner:
        client = self._client("kms")
        for page in client.get_paginator("list_keys").paginate():
            for key in page["Keys"]:
                with _passing_over_what_cannot_be_seen():  # each key has a policy of its own
                    about = client.describe_key(KeyId=key["KeyId"])["KeyMetadata"]
                    # One that waits for its deletion belongs to a stack that is gone.
                    if about.get("Description") == description and about["KeyState"] == "Enabled":
                        return _owner(client.list_resource_tags(KeyId=key["KeyId"])["Tags"], key["KeyId"])
        return NOBODY

    def _stack(self, name: str) -> Owner:
        stack = self._settled(name)
        if stack is None:
            return NOBODY
        if stack["StackStatus"] not in USABLE:
            raise Failed(
                f"the CloudFormation stack {name} is left over, in the state {stack['StackStatus']}",
                where=name,
                next_step=f"`aws cloudformation delete-stack --stack-name {name}`, then run the same command again",
            )
        return _owner(stack.get("Tags", []))

    def _settled(self, name: str) -> Any:
        """The stack once nothing happens to it: while it is being made nothing of it can be taken over."""
        # botocore's own waiters cannot be stopped.
        for _ in range(STACK_SECONDS // PAUSE_SECONDS):
            stack = self._described(name)
            if stack is None or not _is_changing(stack["StackStatus"]):
                return stack
            if self._stop.wait(PAUSE_SECONDS):
                break
        raise Failed(
            f"the CloudFormation stack {name} is still in the state {stack['StackStatus']}",
            where=name,
            next_step="wait until CloudFormation is done with it, then run the same command again",
        )

    def _described(self, name: str) -> Any:
        try:
            return self._client("cloudformation").describe_stacks(StackName=name)["Stacks"][0]
        except ClientError as error:
            if "does not exist" in error.response["Error"]["Message"]:  # the code is a mere ValidationError
                return None
            raise

    def _arn(self, service: str, region: str, resource: str) -> str:
        identity = self._client("sts").get_caller_identity()
        return f"arn:{identity['Arn'].split(':')[1]}:{service}:{region}:{identity['Account']}:{resource}"


@contextmanager
def _passing_over_what_cannot_be_seen() -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        # Who may create but not look: Terraform's own attempt then says whether the name is taken.
        if code_of(error) not in ABSENT | DENIED:
            raise


def _is_changing(status: str) -> bool:
    # REVIEW_IN_PROGRESS has no end: somebody made a change set and never executed it.
    return status.endswith("_IN_PROGRESS") and status != "REVIEW_IN_PROGRESS"


def _owner(tags: Mapping[str, str] | Iterable[Mapping[str, str]], import_id: str | None = None) -> Owner:
    """The owner that the tags name, in any of the shapes in which the services give them."""
    if not isinstance(tags, Mapping):
        tags = {_tag(tag, "key"): _tag(tag, "value") for tag in tags}
    return Owner(exists=True, project=tags.get(TAG), import_id=import_id)


def _tag(tag: Mapping[str, str], part: str) -> str:
    """`Key`, `key` or `TagKey`."""
    return next(value for name, value in tag.items() if name.lower().removeprefix("tag") == part)
