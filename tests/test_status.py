"""What runs and what watches it, as AWS says and as the state names it."""

import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from lambda_alerts_cli.errors import Failed
from lambda_alerts_cli.mutes import Mute
from lambda_alerts_cli.stack import Applied
from lambda_alerts_cli.status import AlarmRow, ChannelRow, FunctionRow, Status, status
from tests.fakes import FakeAws
from tests.shop import ACCOUNT, REGION, digest, outputs, project, url

CHANNEL = {"configuration_name": "shop-alerts", "arn": "arn:channel", "workspace": "T0ABCDEF", "channel": "C0GHJKLMN"}
TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:shop-alerts"
IMAGE = f"{url('orders')}@{digest('a')}"


def seen(folder: Path, aws: FakeAws, *, channel: dict[str, str] | None = None) -> Status:
    applied = Applied.of({**outputs({"orders": digest("a")}), "channel": channel})
    return status(project(folder, "orders"), applied, aws, threading.Event())


def test_a_running_function_is_shown_with_its_version_and_the_digest_that_lambda_runs(tmp_path: Path) -> None:
    aws = FakeAws().that_runs("shop-orders", version="7", image=f"{url('orders')}@{digest('c')}")
    assert seen(tmp_path, aws).functions == (FunctionRow("orders", "shop-orders", "Active", "7", digest("c")),)


def test_an_update_that_has_not_succeeded_is_named(tmp_path: Path) -> None:
    aws = FakeAws().that_runs("shop-orders", last_update="Failed")
    (row,) = seen(tmp_path, aws).functions
    assert (row.state, row.digest) == ("Active, update Failed", digest("a"))


def test_a_function_that_was_removed_by_hand_is_missing(tmp_path: Path) -> None:
    assert [row.state for row in seen(tmp_path, FakeAws()).functions] == ["missing in AWS"]


def test_a_function_that_is_only_configured_is_not_deployed(tmp_path: Path) -> None:
    applied = Applied.of(outputs({"orders": digest("a")}))
    rows = status(project(tmp_path, "mail", "orders"), applied, FakeAws(), threading.Event()).functions
    assert rows[0] == FunctionRow("mail", "shop-mail", "not deployed", None, None)


def test_a_function_that_runs_but_is_configured_no_more_is_shown_with_what_a_deploy_would_do(tmp_path: Path) -> None:
    applied = Applied.of(outputs({"orders": digest("a")}))
    aws = FakeAws().that_runs("shop-orders")
    rows = status(project(tmp_path, "mail"), applied, aws, threading.Event()).functions
    assert [(row.name, row.state) for row in rows] == [
        ("mail", "not deployed"),
        ("orders", "Active, not in the configuration: a deploy removes it"),
    ]


def test_every_alarm_of_the_state_is_shown_also_one_that_is_gone(tmp_path: Path) -> None:
    since = "2026-11-21T10:00:00+00:00"
    assert seen(tmp_path, FakeAws()).alarms == (AlarmRow("shop-orders-errors", "missing", ""),)
    aws = FakeAws().that_alarms("shop-orders-errors", "ALARM")
    assert seen(tmp_path, aws).alarms == (AlarmRow("shop-orders-errors", "ALARM", since),)


DELIVERY = "shop-alerts-delivery"
WITH_CHANNEL = {**outputs({"orders": digest("a")}), "delivery_alarms": [DELIVERY]}


def test_alarms_on_the_channels_are_asked_for_where_amazon_q_counts(tmp_path: Path) -> None:
    aws = FakeAws().that_alarms(DELIVERY, "ALARM", "us-east-1").that_alarms("shop-orders-errors", "OK")
    shown = status(project(tmp_path, "orders"), Applied.of(WITH_CHANNEL), aws, threading.Event())
    assert [(row.name, row.state) for row in shown.alarms] == [(DELIVERY, "ALARM"), ("shop-orders-errors", "OK")]
    assert set(aws.journal) == {f"alarms in {REGION}", "alarms in us-east-1"}


def test_without_a_channel_no_other_region_is_asked(tmp_path: Path) -> None:
    aws = FakeAws()
    seen(tmp_path, aws)
    assert aws.journal == [f"alarms in {REGION}"]


def test_in_the_region_where_amazon_q_counts_all_alarms_are_asked_for_at_once(tmp_path: Path) -> None:
    config = project(tmp_path, "orders")
    there = config.model_copy(update={"project": config.project.model_copy(update={"region": "us-east-1"})})
    aws = FakeAws().that_alarms(DELIVERY, "OK", "us-east-1").that_alarms("shop-orders-errors", "OK", "us-east-1")
    shown = status(there, Applied.of({**WITH_CHANNEL, "region": "us-east-1"}), aws, threading.Event())
    assert [row.state for row in shown.alarms] == ["OK", "OK"] and aws.journal == ["alarms in us-east-1"]


def test_a_region_that_may_not_be_looked_at_hides_nothing_of_the_other(tmp_path: Path) -> None:
    denied = Failed("DescribeAlarms: AccessDenied", where="cloudwatch:DescribeAlarms", next_step="ask for it")
    aws = FakeAws().that_alarms("shop-orders-errors", "ALARM").that_closes("us-east-1", denied)
    text = status(project(tmp_path, "orders"), Applied.of(WITH_CHANNEL), aws, threading.Event()).as_text()
    assert "✗ shop-orders-errors" in text and DELIVERY not in text
    why = "DescribeAlarms: AccessDenied (cloudwatch:DescribeAlarms)"
    assert f"Not seen: which alarms on the channels are on, in us-east-1: {why}\nNext: ask for it" in text


def test_alarms_at_home_that_may_not_be_looked_at_are_an_error(tmp_path: Path) -> None:
    with pytest.raises(Failed, match="AccessDenied"):
        seen(tmp_path, FakeAws().that_closes(REGION, Failed("DescribeAlarms: AccessDenied")))


def test_a_channel_listens_to_the_topic_or_does_not_or_is_gone(tmp_path: Path) -> None:
    row = ChannelRow("T0ABCDEF", "C0GHJKLMN", "shop-alerts", "listens to the topic")
    assert seen(tmp_path, FakeAws().that_posts("arn:channel", TOPIC), channel=CHANNEL).channel == row
    other = seen(tmp_path, FakeAws().that_posts("arn:channel", "arn:other"), channel=CHANNEL).channel
    assert other is not None and other.state == "does not listen to the topic"
    gone = seen(tmp_path, FakeAws(), channel=CHANNEL).channel
    assert gone is not None and gone.state == "missing in AWS"


def test_before_the_first_deploy_the_next_step_is_one(tmp_path: Path) -> None:
    found = status(project(tmp_path, "orders"), Applied(), FakeAws(), threading.Event())
    assert found.account is None
    assert found.as_text() == f"shop is not deployed yet in {REGION}.\nNext: lambda-alerts deploy"


def test_the_page_names_function_version_digest_alarm_and_channel(tmp_path: Path) -> None:
    aws = (
        FakeAws()
        .that_runs("shop-orders", version="7", image=IMAGE)
        .that_alarms("shop-orders-errors", "ALARM")
        .that_posts("arn:channel", TOPIC)
    )
    text = seen(tmp_path, aws, channel=CHANNEL).as_text()
    for word in ("shop-orders", "7", "Active", digest("a")[:19], "✗ shop-orders-errors", "C0GHJKLMN", ACCOUNT):
        assert word in text


def test_a_stack_without_a_channel_says_that_nobody_hears_it(tmp_path: Path) -> None:
    assert "nobody hears the alarms" in seen(tmp_path, FakeAws()).as_text()


def test_the_keys_for_machines(tmp_path: Path) -> None:
    aws = FakeAws().that_runs("shop-orders", image=IMAGE).that_posts("arn:channel", TOPIC)
    document = seen(tmp_path, aws, channel=CHANNEL).as_dict()
    assert list(document) == [
        "project",
        "account",
        "region",
        "functions",
        "alarms",
        "topic",
        "channel",
        "muted",
        "clock",
        "unseen",
    ]
    assert list(document["functions"][0]) == ["name", "full_name", "state", "version", "digest"]
    assert list(document["alarms"][0]) == ["name", "state", "since"]
    assert list(document["channel"]) == ["workspace", "channel", "configuration", "state"]


class OneMute:
    """A mute rule of orders."""

    def mutes(self, names: tuple[str, ...]) -> tuple[Mute, ...]:
        assert names == ("shop-orders-muted", "shop-orders-deploy")
        ten, twelve = (datetime(2026, 11, 25, hour, tzinfo=UTC) for hour in (10, 12))
        return (Mute("shop-orders-muted", ten, twelve, "a new index", ()),)

    def now(self) -> datetime:
        return datetime(2026, 11, 25, 11, 7, tzinfo=UTC)


def test_what_is_muted_is_shown_until_when_and_why(tmp_path: Path) -> None:
    applied = Applied.of(outputs({"orders": digest("a")}))
    shown = status(project(tmp_path, "orders"), applied, FakeAws(), threading.Event(), OneMute())
    assert "Muted: orders until 2026-11-25 12:00 UTC: a new index\n" in shown.as_text()
    assert "All times" not in shown.as_text()


class Denied(OneMute):
    """IAM lets nobody look at mute rules."""

    def mutes(self, names: tuple[str, ...]) -> tuple[Mute, ...]:
        raise Failed("GetAlarmMuteRule: AccessDenied", where="cloudwatch:GetAlarmMuteRule", next_step="ask for it")


def test_mutes_that_may_not_be_seen_hide_nothing_else(tmp_path: Path) -> None:
    applied = Applied.of(outputs({"orders": digest("a")}))
    aws = FakeAws().that_runs("shop-orders").that_alarms("shop-orders-errors", "ALARM")
    shown = status(project(tmp_path, "orders"), applied, aws, threading.Event(), Denied())
    text = shown.as_text()
    assert "✗ shop-orders-errors" in text and "Muted:" not in text
    why = "GetAlarmMuteRule: AccessDenied (cloudwatch:GetAlarmMuteRule)"
    assert f"Not seen: which functions are muted: {why}\nNext: ask for it" in text
    assert [(row.what, row.next_step) for row in shown.unseen] == [("which functions are muted", "ask for it")]


def test_times_of_a_clock_that_runs_ahead_are_said_to_be_its(tmp_path: Path) -> None:
    applied = Applied.of(outputs({"orders": digest("a")}))
    shown = status(project(tmp_path, "orders"), applied, FakeAws(), threading.Event(), OneMute(), 60.0)
    told = "All times are the sandbox's: it is 2026-11-25 11:07 UTC there, 60 times as fast as here."
    assert told in shown.as_text().splitlines()
