"""Which failures are forced: what the invocation makes sensible, and what the user asked for."""

import pytest

from lambda_alerts_cli.errors import Misused
from lambda_alerts_cli.proof.policies import leave
from lambda_alerts_cli.proof.scenarios import only, sensible
from tests.proof_stand import policy


@pytest.mark.parametrize(
    ("invoked", "marked", "expected"),
    [
        (
            ("sync", "async"),
            True,
            ["error-sync", "error-async", "timeout-sync", "timeout-async", "crash-sync", "handled-sync"],
        ),
        (("sync",), True, ["error-sync", "timeout-sync", "crash-sync", "handled-sync"]),
        (("async",), True, ["error-async", "timeout-async", "crash-async", "handled-async"]),
        (("sync",), False, ["error-sync", "timeout-sync", "crash-sync"]),
        (("stream",), False, ["error-sync", "timeout-sync", "crash-sync"]),
        (("schedule",), True, ["error-async", "timeout-async", "crash-async", "handled-async"]),
    ],
)
def test_what_makes_sense_follows_from_the_invocation(
    invoked: tuple[str, ...], marked: bool, expected: list[str]
) -> None:
    assert [row.name for row in sensible(invoked, marked=marked)] == expected


def test_a_kind_stands_for_all_its_invocations() -> None:
    rows = sensible(("sync", "async"), marked=True)
    assert [row.name for row in only(("timeout",), rows, "orders")] == ["timeout-sync", "timeout-async"]
    assert [row.name for row in only(("timeout-sync", "crash"), rows, "orders")] == ["timeout-sync", "crash-sync"]
    assert only((), rows, "orders") == rows


def test_an_unknown_scenario_and_one_without_sense_are_misuse() -> None:
    rows = sensible(("sync",), marked=True)
    with pytest.raises(Misused, match="no scenario eror"):
        only(("eror",), rows, "orders")
    with pytest.raises(Misused, match="error-async makes no sense for orders"):
        only(("error-async",), rows, "orders")


# ---- what policies say


@pytest.mark.parametrize(
    ("action", "resource", "allowed"),
    [
        ("sns:Publish", "arn:topic", True),
        ("SNS:publish", "arn:topic", True),
        ("sns:Subscribe", "arn:topic", False),
    ],
)
def test_actions_are_compared_without_regard_to_case(action: str, resource: str, allowed: bool) -> None:
    assert leave((policy("events.amazonaws.com"),), action, resource, "events.amazonaws.com").allowed is allowed


def test_a_denial_wins_and_a_condition_is_named() -> None:
    deny = policy("events.amazonaws.com").replace("Allow", "Deny")
    assert leave((deny, policy("events.amazonaws.com")), "sns:Publish", "x", "events.amazonaws.com").denied
    guarded = policy("events.amazonaws.com", condition={"ArnLike": {"aws:SourceArn": "x"}})
    assert leave((guarded,), "sns:Publish", "x", "events.amazonaws.com").conditions == ("aws:SourceArn",)


def test_what_is_no_policy_allows_nothing() -> None:
    assert not leave(("", "[]", "{"), "sns:Publish", "x", "events.amazonaws.com").allowed
