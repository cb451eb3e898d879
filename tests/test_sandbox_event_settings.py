"""Settings of asynchronous invocations, one set for each qualifier."""

import pytest
from moto.awslambda.exceptions import UnknownEventConfig, ValidationException

from lambda_alerts_cli.sandbox.aws_lambda.event_settings import EventSettings

ARN = "arn:aws:lambda:us-east-1:123456789012:function:orders"
BUS = "arn:aws:events:us-east-1:123456789012:event-bus/default"


def test_qualifiers_do_not_share_their_settings() -> None:
    settings = EventSettings()
    settings.put(ARN, "live", {"MaximumRetryAttempts": 0})
    settings.put(ARN, None, {"MaximumRetryAttempts": 2})
    assert settings.get(ARN, "live")["MaximumRetryAttempts"] == 0
    assert settings.get(ARN, "$LATEST")["MaximumRetryAttempts"] == 2
    assert [row["FunctionArn"] for row in settings.all_of(ARN)] == [f"{ARN}:live", f"{ARN}:$LATEST"]


def test_a_change_keeps_what_it_does_not_name_and_a_put_does_not() -> None:
    settings = EventSettings()
    settings.put(ARN, "live", {"MaximumRetryAttempts": 0, "MaximumEventAgeInSeconds": 60})
    changed = settings.change(ARN, "live", {"DestinationConfig": {"OnFailure": {"Destination": BUS}}})
    assert (changed["MaximumRetryAttempts"], changed["MaximumEventAgeInSeconds"]) == (0, 60)
    assert changed["DestinationConfig"] == {"OnSuccess": {}, "OnFailure": {"Destination": BUS}}
    assert "MaximumRetryAttempts" not in settings.put(ARN, "live", {})


@pytest.mark.parametrize(
    ("name", "value", "edge"),
    [
        ("MaximumRetryAttempts", 3, "less than or equal to 2"),
        ("MaximumEventAgeInSeconds", 59, "greater than or equal to 60"),
        ("MaximumEventAgeInSeconds", 21_601, "less than or equal to 21600"),
    ],
)
def test_what_lambda_does_not_take_is_refused_in_its_words(name: str, value: int, edge: str) -> None:
    """aws-facts, Lambda: MaximumRetryAttempts 0 to 2, MaximumEventAge 60 to 21600 s."""
    with pytest.raises(ValidationException, match=f"Value '{value}' at '{name[0].lower()}{name[1:]}'.*{edge}"):
        EventSettings().put(ARN, "live", {name: value})


def test_what_was_never_set_or_is_dropped_is_not_there() -> None:
    settings = EventSettings()
    settings.put(ARN, "live", {})
    settings.drop(ARN, "live")
    for call in (settings.get, settings.drop):
        with pytest.raises(UnknownEventConfig):
            call(ARN, "live")
    with pytest.raises(UnknownEventConfig):
        settings.change(ARN, "live", {})


def test_a_functions_settings_go_with_it() -> None:
    settings = EventSettings()
    settings.put(ARN, "live", {})
    settings.put(f"{ARN}-2", "live", {})
    settings.drop_all(ARN)
    assert settings.all_of(ARN) == []
    assert len(settings.all_of(f"{ARN}-2")) == 1
