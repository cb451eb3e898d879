"""What a function's role allows decides whether its event arrives.  aws-facts: Lambda, asynchronous."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from lambda_alerts_cli.sandbox.aws_lambda.execution_role import ExecutionRoles, objection
from tests.sandbox_lambda_fakes import BUS, ROLE, FakeClient, FakeClients


def policy(effect: str, action: str, resource: str) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": [{"Effect": effect, "Action": action, "Resource": resource}]}


@pytest.mark.parametrize(("action", "resource"), [("events:PutEvents", BUS), ("events:*", "*"), ("*", f"{BUS[:-4]}*")])
def test_an_allow_with_or_without_wildcards_is_enough(action: str, resource: str) -> None:
    policies = [policy("Allow", "logs:*", "*"), policy("Allow", action, resource)]
    assert objection(policies, ROLE, "events:PutEvents", BUS) == ""


def test_without_an_allow_the_reason_names_role_action_and_resource() -> None:
    for policies in ([], [policy("Allow", "events:PutEvents", f"{BUS}-other")]):
        reason = objection(policies, ROLE, "events:PutEvents", BUS)
        assert ROLE in reason and "events:PutEvents" in reason and BUS in reason


def test_a_deny_wins_over_every_allow() -> None:
    policies = [policy("Allow", "*", "*"), policy("Deny", "events:*", "*")]
    assert "is denied events:PutEvents" in objection(policies, ROLE, "events:PutEvents", BUS)


def test_inline_and_attached_policies_are_read_and_a_burst_asks_once() -> None:
    iam = FakeClient(
        list_role_policies={"PolicyNames": ["inline"]},
        get_role_policy={"PolicyDocument": policy("Allow", "logs:*", "*")},
        list_attached_role_policies={"AttachedPolicies": [{"PolicyArn": "arn:aws:iam::1:policy/p"}]},
        get_policy={"Policy": {"DefaultVersionId": "v2"}},
        get_policy_version={"PolicyVersion": {"Document": policy("Allow", "events:*", "*")}},
    )
    roles = ExecutionRoles(FakeClients(iam=iam))  # type: ignore[arg-type]
    assert roles.objection(ROLE, "events:PutEvents", BUS) == ""
    asked = len(iam.asked)
    assert roles.objection(ROLE, "sns:Publish", BUS) != ""
    assert len(iam.asked) == asked
    assert ("get_policy_version", {"PolicyArn": "arn:aws:iam::1:policy/p", "VersionId": "v2"}) in iam.asked


def test_a_role_that_is_not_there_allows_nothing() -> None:
    missing = ClientError({"Error": {"Code": "NoSuchEntity"}}, "ListRolePolicies")
    roles = ExecutionRoles(FakeClients(iam=FakeClient(list_role_policies=missing)))  # type: ignore[arg-type]
    assert "NoSuchEntity" in roles.objection(ROLE, "events:PutEvents", BUS)
