"""When schedules are due.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
"""

from datetime import datetime

import pytest

from lambda_alerts_cli.sandbox.eventbridge.schedule import InvalidSchedule, next_after


def at(text: str) -> float:
    return datetime.fromisoformat(f"{text}+00:00").timestamp()


@pytest.mark.parametrize(
    ("expression", "due"),
    [
        ("rate(1 minute)", "2026-11-25T10:00:40"),
        ("rate(5 minutes)", "2026-11-25T10:02:40"),
        ("rate(1 day)", "2026-11-26T09:57:40"),
        ("cron(0 10 * * ? *)", "2026-11-26T10:00"),
        ("cron(15 12 * * ? *)", "2026-11-25T12:15"),
        ("cron(0 18 ? * MON-FRI *)", "2026-11-25T18:00"),
        ("cron(0 8 1 * ? *)", "2026-12-01T08:00"),
        ("cron(0/15 * * * ? *)", "2026-11-25T10:15"),
        ("cron(0/10 * ? * MON-FRI *)", "2026-11-25T10:10"),
        ("cron(0 10 L * ? *)", "2026-11-30T10:00"),
        ("cron(0 10 ? * 6L *)", "2026-11-27T10:00"),
        ("cron(0 10 ? * 2#1 *)", "2026-12-07T10:00"),
        ("cron(0 10 1W 8 ? 2027)", "2027-08-02T10:00"),  # the 1st is a Sunday
        ("cron(30 9 29 FEB ? *)", "2028-02-29T09:30"),
    ],
)
def test_the_next_time(expression: str, due: str) -> None:
    found = next_after(expression, at("2026-11-25T10:00:20"), begun=at("2026-11-25T09:57:40"))
    assert found == at(due)


def test_the_past_never_comes_again() -> None:
    assert next_after("cron(0 0 1 1 ? 2020)", at("2026-11-25T10:00"), begun=0) is None


@pytest.mark.parametrize(
    "expression",
    [
        "rate(0 minutes)",
        "rate(1 minutes)",
        "rate(2 minute)",
        "cron(0 10 * * * *)",  # one of the two days has to be ?
        "cron(0 10 ? * ? *)",
        "cron(60 10 * * ? *)",
        "cron(0 10 * * ?)",
        "cron(x 10 * * ? *)",
        "every day",
    ],
)
def test_others_are_refused(expression: str) -> None:
    with pytest.raises(InvalidSchedule, match=r"Parameter ScheduleExpression is not valid\."):
        next_after(expression, 0, 0)
