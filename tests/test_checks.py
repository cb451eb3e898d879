"""What is asked before a deploy: the state, then the rest at once, told in the order in which it must be solved."""

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


def test_the_credentials_and_the_engine_are_asked_at_once_and_only_when_it_is_time() -> None:
    meeting = threading.Barrier(2)  # nobody leaves before both have come

    def account() -> str:
        meeting.wait(PATIENCE)
        return ACCOUNT

    def maker() -> str:
        meeting.wait(PATIENCE)
        return "an engine"

    with Checks(lambda: outputs({"orders": digest("a")}), account, maker) as checks:
        assert checks.applied().digests == {"orders": digest("a")}
        assert meeting.n_waiting == 0
        checks.ask()
        assert (checks.account(), checks.maker()) == (ACCOUNT, "an engine")


def test_without_credentials_a_state_that_cannot_be_read_is_not_what_is_told() -> None:
    with Checks(no_state, no_credentials, lambda: None) as checks, pytest.raises(Missing, match="credentials"):
        checks.applied()


def test_with_credentials_a_state_that_cannot_be_read_is_told() -> None:
    with Checks(no_state, lambda: ACCOUNT, lambda: None) as checks, pytest.raises(Failed, match="bucket"):
        checks.applied()
