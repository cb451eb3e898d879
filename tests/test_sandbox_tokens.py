"""The registry's passwords."""

from datetime import UTC, datetime, timedelta

from lambda_alerts_cli.sandbox.ecr.tokens import Tokens


class Clock:
    def __init__(self) -> None:
        self.time = datetime(2026, 11, 21, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time

    def passes(self, **time: float) -> None:
        self.time += timedelta(**time)


def test_a_token_opens_the_registry_of_its_region_for_twelve_hours() -> None:
    clock = Clock()
    tokens = Tokens(clock)
    token = tokens.issue("ap-northeast-1")
    clock.passes(hours=11, minutes=59)
    assert tokens.region_of("AWS", token.password) == "ap-northeast-1"
    clock.passes(minutes=1)
    assert tokens.region_of("AWS", token.password) is None


def test_only_the_right_user_with_a_token_gets_in() -> None:
    tokens = Tokens()
    token = tokens.issue("us-east-1")
    assert tokens.region_of("root", token.password) is None
    assert tokens.region_of("AWS", "guess") is None
    assert tokens.region_of(None, None) is None


def test_a_token_does_not_show_its_password() -> None:
    token = Tokens().issue("us-east-1")
    assert token.password not in repr(token)


def test_every_token_is_another_one() -> None:
    tokens = Tokens()
    assert tokens.issue("us-east-1").password != tokens.issue("us-east-1").password
