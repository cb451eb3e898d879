"""What belongs to a failure, and how it is told."""

from lambda_alerts_cli.trail import Explanation, Trail, line
from tests.hops import alarmed, hop, routed


def test_a_trail_is_what_followed_from_one_request() -> None:
    trail = Trail("r-1")
    strangers = alarmed(100, request="r-9")
    assert trail.take([*strangers[:2], *alarmed(1), *strangers[2:]]) == alarmed(1)


def test_a_trail_grows_as_hops_come() -> None:
    first, *rest = alarmed(1)
    trail = Trail("r-1")
    trail.take([first])
    assert trail.arrived("alarm") is None
    trail.take(rest)
    assert trail.arrived("alarm") == rest[-1]


def test_every_attempt_belongs_to_it() -> None:
    trail = Trail("r-3")
    trail.take(routed(1))
    assert [found.kind for found in trail.hops] == ["invocation"] * 3 + ["event", "rule", "channel"]


def test_hops_belong_together_whatever_their_order() -> None:
    *before, rule, channel = routed(1)
    early = hop(channel.number, "channel", follows=channel.follows)
    trail = Trail("r-3")
    assert trail.take([*before, early]) == before
    assert trail.take([rule]) == [rule, early]
    assert trail.arrived("rule") == early


def test_only_a_message_that_came_the_meant_way_has_arrived() -> None:
    trail = Trail("r-1")
    trail.take(alarmed(1))
    assert trail.arrived("rule") is None
    trail = Trail("r-3")
    trail.take(routed(1))
    assert trail.arrived("rule") == routed(1)[-1] and trail.arrived("alarm") is None


def test_a_message_that_was_dropped_has_not_arrived() -> None:
    *before, channel = alarmed(1)
    dropped = hop(channel.number, "channel", follows=channel.follows, lost="no custom notification")
    trail = Trail("r-1")
    trail.take([*before, dropped])
    assert trail.arrived("alarm") is None and trail.lost == [dropped]


def test_a_line_says_how_long_after_the_beginning_on_both_clocks() -> None:
    first, second, *_ = alarmed(1)
    assert line(second, first) == "    1m00s    1.0s  alarm    alarm 2"


def test_a_line_without_a_beginning_says_the_time() -> None:
    assert line(hop(1, "topic", "to nobody", lost="There is no subscription.")).endswith(
        "  topic    to nobody: LOST. There is no subscription."
    )


def test_it_is_explained_what_was_lost_and_what_was_not() -> None:
    lost = hop(50, "topic", "nobody may publish", lost="Allow cloudwatch.amazonaws.com.", follows=("message:1",))
    told = Explanation.of([*alarmed(1), lost], "")
    assert [len(trail) for trail in told.trails] == [5] and told.lost == (lost,)
    assert "nobody may publish: LOST. Allow cloudwatch.amazonaws.com." in told.as_text()
    assert "Nothing was lost." in Explanation.of(alarmed(1), "").as_text()


def test_it_can_be_explained_by_request_and_by_name() -> None:
    hops = [*alarmed(1), *routed(20)]
    assert [trail[0].number for trail in Explanation.of(hops, "r-3").trails] == [20]
    assert [trail[0].number for trail in Explanation.of(hops, "hello-errors").trails] == [1]
    assert "Nothing that failed here bears the name billing." in Explanation.of(hops, "billing").as_text()


def test_calls_that_succeeded_are_not_told_and_those_that_failed_always_are() -> None:
    fine = hop(1, "invocation", brings=("request:ok",), outcome="ok")
    failing = hop(2, "invocation", brings=("request:no",), outcome="timeout")
    assert Explanation.of([fine, failing], "").trails == ((failing,),)
