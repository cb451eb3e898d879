"""What is asked before a deploy: all at once, and told in the order in which it must be solved."""

import threading

import pytest

from lambda_alerts_cli.checks import Checks
from lambda_alerts_cli.errors import Failed, Missing
from tests.fakes import PATIENCE
from tests.shop import ACCOUNT, digest, outputs


def no_credentials() -> str:
    raise Missing("no AWS credentials were found")


def no_state() -> dict[str, object]:
    raise Failed("the bucket cannot be read")


def test_the_credentials_and_the_engine_are_asked_while_the_state_is_read() -> None:
    meeting = threading.Barrier(3)  # nobody leaves before all three have come

    def state() -> dict[str, object]:
        meeting.wait(PATIENCE)
        return outputs({"orders": digest("a")})

    def account() -> str:
        meeting.wait(PATIENCE)
        return ACCOUNT

    def maker() -> str:
        meeting.wait(PATIENCE)
        return "an engine"

    with Checks(state, account, maker) as checks:
        assert checks.applied().digests == {"orders": digest("a")}
        assert (checks.account(), checks.maker()) == (ACCOUNT, "an engine")


def test_without_credentials_a_state_that_cannot_be_read_is_not_what_is_told() -> None:
    with Checks(no_state, no_credentials, lambda: None) as checks, pytest.raises(Missing, match="credentials"):
        checks.applied()


def test_with_credentials_a_state_that_cannot_be_read_is_told() -> None:
    with Checks(no_state, lambda: ACCOUNT, lambda: None) as checks, pytest.raises(Failed, match="bucket"):
        checks.applied()
