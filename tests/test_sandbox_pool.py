"""Warm environments and their limit."""

import pytest

from lambda_alerts_cli.sandbox.aws_lambda.deployment import Deployment
from lambda_alerts_cli.sandbox.aws_lambda.pool import DEFAULT_CONCURRENCY, Pool, Throttled
from tests.sandbox_fakes import deployment


class FakeEnvironment:
    def __init__(self, made_for: Deployment) -> None:
        self.deployment = made_for
        self.alive = True

    def close(self) -> None:
        self.alive = False


def pool() -> Pool:
    return Pool(FakeEnvironment)  # type: ignore[arg-type]


def test_an_environment_is_used_again_for_the_same_revision() -> None:
    warm = pool()
    first = warm.take(deployment(), None)
    warm.give_back(first, current=True)
    assert warm.take(deployment(), None) is first


def test_another_revision_gets_another_environment() -> None:
    warm = pool()
    first = warm.take(deployment(), None)
    warm.give_back(first, current=True)
    assert warm.take(deployment(timeout=2), None) is not first


def test_invocations_at_the_same_time_get_their_own_environments_up_to_the_limit() -> None:
    warm = pool()
    taken = {warm.take(deployment(), None) for _ in range(DEFAULT_CONCURRENCY)}
    assert len(taken) == DEFAULT_CONCURRENCY
    with pytest.raises(Throttled):
        warm.take(deployment(), None)


def test_all_versions_of_a_function_share_its_limit() -> None:
    warm = pool()
    warm.take(deployment(version="1"), 1)
    with pytest.raises(Throttled):
        warm.take(deployment(version="2"), 1)


def test_reserved_concurrency_of_zero_means_never() -> None:
    with pytest.raises(Throttled):
        pool().take(deployment(), 0)


def test_a_dead_or_outdated_environment_is_not_kept() -> None:
    warm = pool()
    dead, outdated = warm.take(deployment(), None), warm.take(deployment(), None)
    dead.close()
    warm.give_back(dead, current=True)
    warm.give_back(outdated, current=False)
    assert not outdated.alive
    assert warm.take(deployment(), None) not in (dead, outdated)
    assert warm.busy[deployment().arn] == 1


def test_one_that_starts_while_the_pool_closes_is_ended_too() -> None:
    def start(made_for: Deployment) -> FakeEnvironment:
        warm.close()
        return FakeEnvironment(made_for)

    warm = Pool(start)  # type: ignore[arg-type]
    assert not warm.take(deployment(), None).alive
    assert not warm.living


def test_replaced_revisions_are_ended_when_they_are_idle() -> None:
    warm = pool()
    old, new = warm.take(deployment(timeout=1), None), warm.take(deployment(timeout=2), None)
    warm.give_back(old, current=True)
    warm.give_back(new, current=True)
    warm.retire(deployment().arn, lambda revision: revision.timeout == 2)
    assert (old.alive, new.alive) == (False, True)


def test_closing_ends_what_is_busy_too_and_gives_out_nothing_more() -> None:
    warm = pool()
    busy = warm.take(deployment(), 1)
    warm.close()
    assert not busy.alive
    with pytest.raises(Throttled):
        warm.take(deployment(version="2"), 10)


def test_those_that_were_idle_for_longest_make_room() -> None:
    warm = Pool(FakeEnvironment, kept_idle=2)  # type: ignore[arg-type]
    taken = [warm.take(deployment(arn=f"{deployment().arn}-{number}"), None) for number in range(3)]
    for environment in taken:
        warm.give_back(environment, current=True)
    assert [environment.alive for environment in taken] == [False, True, True]
    assert warm.take(taken[1].deployment, None) is taken[1]


def test_a_throttle_tells_whose_limit_it_was() -> None:
    for reserved, own in ((0, True), (None, False)):
        warm = pool()
        with pytest.raises(Throttled) as refused:
            for _ in range(DEFAULT_CONCURRENCY + 1):
                warm.take(deployment(), reserved)
        assert refused.value.reserved is own


def test_an_environment_that_cannot_start_takes_no_place() -> None:
    def broken(_: Deployment) -> FakeEnvironment:
        raise RuntimeError("no engine")

    warm = Pool(broken)  # type: ignore[arg-type]
    with pytest.raises(RuntimeError):
        warm.take(deployment(), 1)
    assert warm.busy[deployment().arn] == 0
