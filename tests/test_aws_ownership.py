import json
import threading
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from lambda_alerts_cli.adapters.aws_ownership import TAG, Ownership
from lambda_alerts_cli.adoption import NAMES, NOBODY, Candidate, Owner
from lambda_alerts_cli.errors import Failed, Problem

REGION = "ap-northeast-1"
ARN = "arn:aws:{service}:" + REGION + ":123456789012:{rest}"
KEY_VALUE = [{"Key": TAG, "Value": "shop"}]
TRUST = json.dumps({"Version": "2012-10-17", "Statement": []})
READ = {"Effect": "Allow", "Action": "logs:Get*", "Resource": "*"}
POLICY = json.dumps({"Version": "2012-10-17", "Statement": [READ]})
TEMPLATE = json.dumps({"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}})


@pytest.fixture(scope="module")
def session() -> boto3.Session:
    return boto3.Session("testing", "testing", region_name=REGION)  # one: it reads the service models once


@pytest.fixture
def client(session: boto3.Session) -> Iterator[Callable[[str], Any]]:
    with mock_aws():
        yield session.client


def make_function(client: Callable[[str], Any]) -> None:
    role = client("iam").create_role(RoleName="runner", AssumeRolePolicyDocument=TRUST)["Role"]["Arn"]
    client("lambda").create_function(
        FunctionName="shop-orders",
        Role=role,
        PackageType="Image",
        Code={"ImageUri": "123456789012.dkr.ecr.ap-northeast-1.amazonaws.com/shop-orders@sha256:" + "1" * 64},
        Tags={TAG: "shop"},
    )


def make_alias(client: Callable[[str], Any]) -> None:
    make_function(client)
    client("lambda").create_alias(FunctionName="shop-orders", Name="live", FunctionVersion="$LATEST")


def make_key(client: Callable[[str], Any]) -> str:
    tags = [{"TagKey": TAG, "TagValue": "shop"}]
    return str(client("kms").create_key(Description="For shop.", Tags=tags)["KeyMetadata"]["KeyId"])


def make_key_alias(client: Callable[[str], Any]) -> None:
    client("kms").create_alias(AliasName="alias/shop", TargetKeyId=make_key(client))


MAKERS: dict[str, tuple[str, Callable[[Callable[[str], Any]], object]]] = {
    "aws_cloudformation_stack": (
        "shop-alerts",
        lambda client: client("cloudformation").create_stack(
            StackName="shop-alerts", TemplateBody=TEMPLATE, Tags=KEY_VALUE
        ),
    ),
    "aws_cloudwatch_log_group": (
        "/aws/lambda/shop-orders",
        lambda client: client("logs").create_log_group(logGroupName="/aws/lambda/shop-orders", tags={TAG: "shop"}),
    ),
    "aws_ecr_repository": (
        "shop-orders",
        lambda client: client("ecr").create_repository(repositoryName="shop-orders", tags=KEY_VALUE),
    ),
    "aws_iam_policy": (
        "shop-alerts.channel",
        lambda client: client("iam").create_policy(
            PolicyName="shop-alerts.channel", PolicyDocument=POLICY, Tags=KEY_VALUE
        ),
    ),
    "aws_iam_role": (
        "shop-orders",
        lambda client: client("iam").create_role(
            RoleName="shop-orders", AssumeRolePolicyDocument=TRUST, Tags=KEY_VALUE
        ),
    ),
    "aws_kms_alias": ("alias/shop", make_key_alias),
    "aws_kms_key": ("For shop.", make_key),
    "aws_lambda_alias": ("shop-orders/live", make_alias),
    "aws_lambda_function": ("shop-orders", make_function),
    "aws_sns_topic": (
        "shop-alerts",
        lambda client: client("sns").create_topic(Name="shop-alerts", Tags=KEY_VALUE),
    ),
    "aws_sqs_queue": (
        "shop-undelivered",
        lambda client: client("sqs").create_queue(QueueName="shop-undelivered", tags={TAG: "shop"}),
    ),
}


def ownership(client: Callable[[str], Any], stop: threading.Event | None = None) -> Ownership:
    return Ownership(client, stop or threading.Event())


def candidate(type_: str) -> Candidate:
    name = MAKERS[type_][0]
    return Candidate(f"{type_}.this", type_, name, name)


def test_each_type_of_the_table_can_be_asked_for() -> None:
    assert MAKERS.keys() == NAMES.keys()


@pytest.mark.parametrize("type_", sorted(MAKERS))
def test_what_is_not_there_belongs_to_nobody(type_: str, client: Callable[[str], Any]) -> None:
    assert ownership(client).owner_of(candidate(type_)) == NOBODY


@pytest.mark.parametrize("type_", sorted(MAKERS))
def test_what_is_there_belongs_to_the_project_of_its_tag(type_: str, client: Callable[[str], Any]) -> None:
    MAKERS[type_][1](client)
    owner = ownership(client).owner_of(candidate(type_))
    assert (owner.exists, owner.project) == (True, "shop")


def test_a_topic_a_queue_a_policy_and_a_key_are_imported_by_the_id_that_aws_gave(
    client: Callable[[str], Any],
) -> None:
    ids = {}
    for type_ in ("aws_sns_topic", "aws_sqs_queue", "aws_iam_policy", "aws_kms_key"):
        MAKERS[type_][1](client)
        ids[type_] = ownership(client).owner_of(candidate(type_)).import_id
    assert ids["aws_sns_topic"] == ARN.format(service="sns", rest="shop-alerts")
    assert ids["aws_iam_policy"] == "arn:aws:iam::123456789012:policy/shop-alerts.channel"
    assert str(ids["aws_sqs_queue"]).startswith("https://") and str(ids["aws_sqs_queue"]).endswith("/shop-undelivered")
    assert ids["aws_kms_key"] in {key["KeyId"] for key in client("kms").list_keys()["Keys"]}


def test_a_log_group_whose_name_only_begins_alike_is_another_one(client: Callable[[str], Any]) -> None:
    client("logs").create_log_group(logGroupName="/aws/lambda/shop-orders-late", tags={TAG: "shop"})
    assert ownership(client).owner_of(candidate("aws_cloudwatch_log_group")) == NOBODY


def test_what_has_no_tag_is_there_but_of_no_project(client: Callable[[str], Any]) -> None:
    client("ecr").create_repository(repositoryName="shop-orders")
    assert ownership(client).owner_of(candidate("aws_ecr_repository")) == Owner(exists=True)


def test_a_key_that_waits_for_its_deletion_is_not_taken_over(client: Callable[[str], Any]) -> None:
    client("kms").schedule_key_deletion(KeyId=make_key(client))
    assert ownership(client).owner_of(candidate("aws_kms_key")) == NOBODY


class ForeignKeys:
    """Keys of which some may not be looked at, or not even at their tags."""

    def __init__(self, kms: Any, *hidden: str, untold: tuple[str, ...] = ()) -> None:
        self.kms, self.hidden, self.untold = kms, hidden, untold

    def get_paginator(self, name: str) -> "ForeignKeys":
        assert name == "list_keys"
        return self

    def paginate(self) -> list[dict[str, Any]]:
        keys = self.kms.list_keys()["Keys"]
        first = [key for key in keys if key["KeyId"] in (*self.hidden, *self.untold)]
        return [{"Keys": [*first, *(key for key in keys if key not in first)]}]

    def describe_key(self, KeyId: str) -> Any:
        return self._unless(KeyId in self.hidden, self.kms.describe_key, KeyId)

    def list_resource_tags(self, KeyId: str) -> Any:
        return self._unless(KeyId in self.untold, self.kms.list_resource_tags, KeyId)

    def _unless(self, denied: bool, ask: Callable[..., Any], key: str) -> Any:
        if denied:
            raise ClientError({"Error": {"Code": "AccessDeniedException", "Message": "no"}}, "DescribeKey")
        return ask(KeyId=key)


def test_a_key_of_somebody_else_s_does_not_hide_ours(client: Callable[[str], Any]) -> None:
    foreign, alike, ours = (make_key(client) for _ in range(3))
    kms = ForeignKeys(client("kms"), foreign, untold=(alike,))
    assert ownership(lambda _: kms).owner_of(candidate("aws_kms_key")) == Owner(True, "shop", ours)


class Answering:
    """A service that answers every call in the same way."""

    def __init__(self, code: str = "", stacks: tuple[str, ...] = ()) -> None:
        self.code = code
        self.stacks = list(stacks)
        self.waited: list[str] = []

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def refuse(**_: object) -> Any:
            raise ClientError({"Error": {"Code": self.code, "Message": "no"}}, name)

        return refuse

    def describe_stacks(self, **_: object) -> dict[str, Any]:
        status = self.stacks.pop(0)
        if status == "gone":
            raise ClientError({"Error": {"Code": "ValidationError", "Message": "Stack x does not exist"}}, "")
        return {"Stacks": [{"StackStatus": status, "Tags": KEY_VALUE}]}


class Pauses(threading.Event):
    """Counts the pauses instead of making them; set after so many."""

    def __init__(self, most: int = 1000) -> None:
        super().__init__()
        self.made, self.most = 0, most

    def wait(self, timeout: float | None = None) -> bool:
        self.made += 1
        return self.made >= self.most


def test_who_may_not_look_leaves_it_to_terraform_to_find_out() -> None:
    denied = Answering(code="AccessDeniedException")
    assert ownership(lambda service: denied).owner_of(candidate("aws_ecr_repository")) == NOBODY


def test_other_errors_are_told_with_the_resource() -> None:
    throttled = Answering(code="ThrottlingException")
    with pytest.raises(Problem) as told:
        ownership(lambda service: throttled).owner_of(candidate("aws_iam_role"))
    assert told.value.where == "aws_iam_role shop-orders"


@pytest.mark.parametrize(
    ("on_the_way", "then", "exists"),
    [
        (("CREATE_IN_PROGRESS",), "CREATE_COMPLETE", True),
        (("UPDATE_IN_PROGRESS", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"), "UPDATE_COMPLETE", True),
        (("ROLLBACK_IN_PROGRESS", "DELETE_IN_PROGRESS"), "gone", False),
    ],
)
def test_a_stack_that_is_still_being_made_is_waited_for(on_the_way: tuple[str, ...], then: str, exists: bool) -> None:
    service, pauses = Answering(stacks=(*on_the_way, then)), Pauses()
    assert ownership(lambda _: service, pauses).owner_of(candidate("aws_cloudformation_stack")).exists is exists
    assert pauses.made == len(on_the_way)


@pytest.mark.parametrize("pauses", [Pauses(most=2), Pauses()], ids=["interrupted", "for minutes"])
def test_waiting_for_a_stack_has_an_end(pauses: Pauses) -> None:
    service = Answering(stacks=("CREATE_IN_PROGRESS",) * 100)
    with pytest.raises(Failed, match="still in the state CREATE_IN_PROGRESS"):
        ownership(lambda _: service, pauses).owner_of(candidate("aws_cloudformation_stack"))
    assert pauses.made <= 60


def test_a_change_set_that_was_never_executed_is_not_waited_for() -> None:
    service = Answering(stacks=("REVIEW_IN_PROGRESS",))
    with pytest.raises(Failed, match="left over, in the state REVIEW_IN_PROGRESS"):
        ownership(lambda _: service, Pauses(most=1)).owner_of(candidate("aws_cloudformation_stack"))


def test_a_stack_that_failed_and_stayed_is_named_with_the_way_to_remove_it() -> None:
    service = Answering(stacks=("ROLLBACK_COMPLETE",))
    with pytest.raises(Failed, match="left over, in the state ROLLBACK_COMPLETE") as told:
        ownership(lambda _: service).owner_of(candidate("aws_cloudformation_stack"))
    assert "delete-stack --stack-name shop-alerts" in str(told.value.next_step)


def test_what_stands_in_another_region_is_found_there_and_not_here(session: boto3.Session) -> None:
    def client(service: str, region: str | None = None) -> Any:
        return session.client(service, region_name=region or REGION)

    with mock_aws():
        client("sns", "us-east-1").create_topic(Name="shop-alerts", Tags=KEY_VALUE)
        here = Candidate("a.b", "aws_sns_topic", "shop-alerts", "shop-alerts")
        there = Candidate("a.b", "aws_sns_topic", "shop-alerts", "shop-alerts", region="us-east-1")
        ask = Ownership(client, threading.Event())
        assert ask.owner_of(here) == NOBODY
        arn = "arn:aws:sns:us-east-1:123456789012:shop-alerts"
        assert ask.owner_of(there) == Owner(exists=True, project="shop", import_id=arn)
