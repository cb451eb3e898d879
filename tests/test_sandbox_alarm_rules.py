"""Source: PutCompositeAlarm's AlarmRule in the CloudWatch API reference."""

import pytest

from lambda_alerts_cli.sandbox.cloudwatch.rules import BadRule, children, holds, parse

STATES = {"a": "ALARM", "b": "OK", "c": "INSUFFICIENT_DATA", "with space": "ALARM"}


@pytest.mark.parametrize(
    ("rule", "true"),
    [
        ("ALARM(a)", True),
        ('ALARM("a")', True),
        ('ALARM("with space")', True),
        ("OK(a)", False),
        ("INSUFFICIENT_DATA(c)", True),
        ("ALARM(arn:aws:cloudwatch:us-east-1:123456789012:alarm:a)", True),
        ('ALARM("arn:aws:cloudwatch:us-east-1:123456789012:alarm:with space")', True),
        ("ALARM(a) AND ALARM(b)", False),
        ("ALARM(a) OR ALARM(b)", True),
        ("NOT ALARM(b)", True),
        ("NOT ALARM(b) AND ALARM(a)", True),
        ("TRUE", True),
        ("FALSE OR TRUE", True),
        ("ALARM(b) AND ALARM(b) OR ALARM(a)", True),  # AND binds more than OR
        ("ALARM(b) AND (ALARM(b) OR ALARM(a))", False),
        ("NOT (ALARM(a) AND OK(b))", False),
        ("ALARM(gone) OR NOT OK(gone)", True),
    ],
)
def test_a_rule_is_true_or_not(rule: str, true: bool) -> None:
    assert holds(parse(rule), STATES) is true


@pytest.mark.parametrize(
    "rule",
    ["ALARM(a", "ALARM()", "ALARM(a) AND", "AND ALARM(a)", "(ALARM(a)", "ALARM(a) ALARM(b)", "MAYBE(a)", "alarm(a)"],
)
def test_a_rule_that_cannot_be_read_is_refused(rule: str) -> None:
    with pytest.raises(BadRule):
        parse(rule)


def test_every_alarm_of_a_rule_is_found() -> None:
    assert [row.alarm for row in children(parse("ALARM(a) AND NOT (OK(b) OR ALARM(c))"))] == ["a", "b", "c"]
