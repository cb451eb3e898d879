"""Policies are read as IAM reads them.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

import json
from typing import Any

import pytest

from lambda_alerts_cli.sandbox.policies import Asked, Principal, Verdict, account, decide, service
from lambda_alerts_cli.sandbox.policy_conditions import holds

ACCOUNT = "123456789012"
TOPIC = f"arn:aws:sns:ap-northeast-1:{ACCOUNT}:alerts"
ALARM = f"arn:aws:cloudwatch:ap-northeast-1:{ACCOUNT}:alarm:errors"
EVENTS, ALARMS = service("events.amazonaws.com"), service("cloudwatch.amazonaws.com")
SENT_BY_ALARMS = {"aws:SourceArn": ALARM, "aws:SourceAccount": ACCOUNT}


def allow(**changed: Any) -> dict[str, Any]:
    statement = {
        "Sid": "Events",
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sns:Publish",
        "Resource": TOPIC,
    }
    return {key: value for key, value in {**statement, **changed}.items() if value is not None}


def ask(*statements: dict[str, Any], by: Principal = EVENTS, action: str = "sns:Publish", **context: str) -> Verdict:
    keys = {name.replace("_", ":"): value for name, value in context.items()}
    return decide({"Version": "2012-10-17", "Statement": list(statements)}, Asked(by, action, TOPIC, keys))


@pytest.mark.parametrize(
    ("statement", "allowed"),
    [
        (allow(), True),
        (allow(Principal={"Service": ["cloudwatch.amazonaws.com", "events.amazonaws.com"]}), True),
        (allow(Principal={"Service": "cloudwatch.amazonaws.com"}), False),
        (allow(Principal="*"), True),
        (allow(Principal={"AWS": "*"}), True),
        (allow(Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:root"}), False),
        (allow(Principal=None, NotPrincipal={"Service": "events.amazonaws.com"}), False),
        (allow(Action="SNS:publish"), True),
        (allow(Action=["sns:Subscribe", "sns:Pub*"]), True),
        (allow(Action=None, NotAction="sns:Subscribe"), True),
        (allow(Action=None, NotAction="sns:*"), False),
        (allow(Resource="*"), True),
        (allow(Resource=f"arn:aws:sns:*:{ACCOUNT}:alert?"), True),
        (allow(Resource=TOPIC + "2"), False),
        (allow(Resource="*" * 30 + ":?*?lert*"), True),
        (allow(Resource=None, NotResource=TOPIC), False),
        (allow(Principal=None), True),  # an identity policy: the principal is whoever has it
    ],
)
def test_a_statement_says_whom_it_means_and_what(statement: dict[str, Any], allowed: bool) -> None:
    assert ask(statement).allowed is allowed


def test_an_account_goes_by_its_number_its_root_and_the_arn_of_its_role() -> None:
    role = f"arn:aws:iam::{ACCOUNT}:role/deployer"
    for name in (ACCOUNT, f"arn:aws:iam::{ACCOUNT}:root", role):
        assert ask(allow(Principal={"AWS": name}), by=account(ACCOUNT, role)).allowed
    assert not ask(allow(Principal={"AWS": "210987654321"}), by=account(ACCOUNT)).allowed


def test_a_deny_wins_and_is_told_by_its_name() -> None:
    verdict = ask(allow(), allow(Sid="Never", Effect="Deny", Action="sns:*"))
    assert (verdict.allowed, verdict.denied, verdict.denied_by) == (False, True, "Never")


def test_a_deny_without_a_name_is_told_by_its_place_in_the_policy() -> None:
    assert ask(allow(Action="sns:Subscribe"), allow(), allow(Sid=None, Effect="Deny")).denied_by == "statement 3"


def test_a_deny_for_everybody_else_leaves_its_own_in() -> None:
    """IAM user guide: NotPrincipal with Deny is for all but those that it names."""
    others = allow(Effect="Deny", Principal=None, NotPrincipal={"Service": "events.amazonaws.com"})
    assert ask(allow(), others).allowed
    assert ask(allow(), others, by=service("cloudwatch.amazonaws.com")).denied


def test_a_policy_that_says_nothing_allows_nothing() -> None:
    assert decide(None, Asked(EVENTS, "sns:Publish", TOPIC)) == Verdict(False)
    assert decide("", Asked(EVENTS, "sns:Publish", TOPIC)) == Verdict(False)
    assert not ask(allow(Action="sns:Subscribe")).denied


def test_a_policy_may_be_a_text_with_a_single_statement() -> None:
    assert decide(json.dumps({"Statement": allow()}), Asked(EVENTS, "sns:Publish", TOPIC)).allowed


def test_a_condition_on_a_key_that_the_service_does_not_send_is_named() -> None:
    """aws-facts: CloudWatch, EventBridge, SNS: the statement for EventBridge must not have conditions."""
    narrow = allow(Condition={"StringEquals": {"aws:SourceAccount": ACCOUNT}, "ArnLike": {"aws:SourceArn": "arn:*"}})
    assert ask(narrow).unmet == ("StringEquals aws:SourceAccount", "ArnLike aws:SourceArn")


def test_cloudwatch_sends_account_and_alarm() -> None:
    """aws-facts: CloudWatch's statement may carry aws:SourceAccount and ArnLike aws:SourceArn."""
    statement = allow(
        Principal={"Service": "cloudwatch.amazonaws.com"},
        Condition={
            "StringEquals": {"AWS:sourceaccount": ACCOUNT},
            "ArnLike": {"aws:SourceArn": f"arn:aws:cloudwatch:ap-northeast-1:{ACCOUNT}:alarm:*"},
        },
    )
    asked = Asked(ALARMS, "sns:Publish", TOPIC, SENT_BY_ALARMS)
    assert decide({"Statement": [statement]}, asked).allowed


@pytest.mark.parametrize(
    ("operator", "value", "wanted", "held"),
    [
        ("StringEquals", "a", ["b", "a"], True),
        ("StringEquals", None, ["a"], False),
        ("StringEqualsIfExists", None, ["a"], True),
        ("StringEqualsIfExists", "b", ["a"], False),
        ("StringNotEquals", "a", ["b", "a"], False),
        ("StringNotEquals", None, ["a"], True),
        ("StringEqualsIgnoreCase", "A", ["a"], True),
        ("StringLike", "orders-api", ["orders*"], True),
        ("StringLike", "orders", ["order?"], True),
        ("StringNotLike", "orders", ["o*"], False),
        ("ArnLike", ALARM, ["arn:aws:cloudwatch:*:*:alarm:*"], True),
        ("ArnEquals", ALARM, ["arn:aws:cloudwatch:*:*:alarm:err*"], True),
        ("ArnLike", ALARM, ["arn:aws:cloudwatch:*"], False),
        ("ArnNotLike", ALARM, ["arn:aws:cloudwatch:*:*:alarm:*"], False),
        ("Bool", "false", ["false"], True),
        ("Bool", None, ["false"], False),
        ("Null", None, ["true"], True),
        ("Null", "a", ["true"], False),
        ("Null", "a", ["false"], True),
        ("NumericLessThanEquals", "10", ["10"], True),
        ("NumericGreaterThan", "x", ["10"], False),
        ("DateGreaterThan", "2026-11-25T10:00:00Z", ["2026-11-25T09:00:00Z"], True),
        ("DateLessThan", "1764064800", ["2025-11-25T11:00:00Z"], True),
        ("IpAddress", "10.1.2.3", ["10.0.0.0/8"], True),
        ("NotIpAddress", "10.1.2.3", ["10.0.0.0/8"], False),
        ("ForAnyValue:StringEquals", "a", ["a"], True),
        ("ForAnyValue:StringEquals", None, ["a"], False),
        ("ForAllValues:StringEquals", None, ["a"], True),
        ("StringSounds", "a", ["a"], False),
    ],
)
def test_operators(operator: str, value: str | None, wanted: list[str], held: bool) -> None:
    assert holds(operator, value, wanted) is held
