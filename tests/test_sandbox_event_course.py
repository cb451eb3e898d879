"""What follows an attempt.  aws-facts: Lambda, asynchronous."""

import pytest

from lambda_alerts_cli.sandbox.aws_lambda.event_course import (
    Again,
    Handling,
    Over,
    after_answer,
    after_refusal,
    too_old,
)
from lambda_alerts_cli.sandbox.aws_lambda.event_settings import handling_of
from tests.sandbox_lambda_fakes import BUS, QUEUE, ROLE


@pytest.mark.parametrize(
    ("attempts", "retries", "follows"),
    [
        (1, 2, Again(60.0)),
        (2, 2, Again(120.0)),
        (3, 2, Over("RetriesExhausted")),
        (1, 0, Over("RetriesExhausted")),
        (2, 1, Over("RetriesExhausted")),
    ],
)
def test_a_failure_is_repeated_as_often_as_the_settings_say(attempts: int, retries: int, follows: Again | Over) -> None:
    assert after_answer(True, attempts, Handling(retries=retries)) == follows


def test_success_ends_an_event_at_once() -> None:
    assert after_answer(False, 1, Handling()) == Over("Success")


def test_pauses_after_refusals_double_up_to_five_minutes() -> None:
    assert [after_refusal(number).after for number in (1, 2, 3, 9, 10, 500)] == [1, 2, 4, 256, 300, 300]


def test_an_event_is_too_old_from_its_greatest_age_on() -> None:
    assert not too_old(59.9, Handling(max_age=60))
    assert too_old(60.0, Handling(max_age=60))


def test_without_settings_awss_defaults_count() -> None:
    assert handling_of({}, ROLE, "") == Handling(retries=2, max_age=21_600, role=ROLE)


def test_settings_are_read_as_lambda_keeps_them_and_zero_is_a_number() -> None:
    settings = {
        "MaximumRetryAttempts": 0,
        "MaximumEventAgeInSeconds": 60,
        "DestinationConfig": {"OnSuccess": {}, "OnFailure": {"Destination": BUS}},
    }
    assert handling_of(settings, ROLE, QUEUE) == Handling(0, 60.0, "", BUS, QUEUE, ROLE)
