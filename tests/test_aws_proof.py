"""What AWS answers to a proof, as values: its time, its counts, its histories, and what it does not let one see."""

from datetime import UTC, datetime
from typing import Any

import pytest

from lambda_alerts_cli.adapters.aws import Aws
from lambda_alerts_cli.adapters.aws_arrangement import Surveyor
from lambda_alerts_cli.adapters.aws_evidence import Witness, history_of
from lambda_alerts_cli.adapters.aws_switches import Switches
from lambda_alerts_cli.adapters.aws_time import AwsTime
from lambda_alerts_cli.errors import Failed
from lambda_alerts_cli.forced import Settings
from lambda_alerts_cli.proof.arrangement import Metric, Names, Unseen
from lambda_alerts_cli.proof.evidence import Acted, Changed
from tests.aws_answers import REGION, Answers, credentials_of_nobody

NOON = 1_795_608_000.0  # Wed, 25 Nov 2026 12:00:00 GMT
CHANNEL = "arn:aws:chatbot::1:chat-configuration/slack-channel/shop-alerts"
DENIED: tuple[int, dict[str, str], object] = (
    400,
    {"x-amzn-errortype": "AccessDeniedException"},
    {"__type": "AccessDeniedException", "message": "no"},
)
CONFLICT = (409, {"x-amzn-errortype": "ResourceConflictException"}, {"message": "An update is in progress"})
CHANGED = (412, {"x-amzn-errortype": "PreconditionFailedException"}, {"message": "The RevisionId is another"})


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Aws:
    credentials_of_nobody(monkeypatch)
    return Aws(REGION, {"AWS_MAX_ATTEMPTS": "1"})


# ---- time


class Ticking:
    """This machine's monotonic clock."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


def test_awss_time_is_read_from_any_answer(aws: Aws) -> None:
    ticking = Ticking()
    clock = AwsTime(aws, monotonic=ticking)
    Answers(aws, (200, {"Date": "Wed, 25 Nov 2026 12:00:00 GMT"}, {"Environment": {}, "Timeout": 3}))
    Switches(aws, clock).settings("orders")
    ticking.seconds += 5
    assert clock.now() == NOON + 5


def test_a_sandboxs_clock_may_run_faster_in_between(aws: Aws) -> None:
    ticking = Ticking()
    clock = AwsTime(aws, speed=60, monotonic=ticking)
    clock.learn("Wed, 25 Nov 2026 12:00:00 GMT")
    ticking.seconds += 2
    assert clock.now() == NOON + 120


def test_an_old_answer_never_turns_the_clock_back(aws: Aws) -> None:
    clock = AwsTime(aws, monotonic=Ticking())
    clock.learn("Wed, 25 Nov 2026 12:00:09 GMT")
    clock.learn("Wed, 25 Nov 2026 12:00:07 GMT")
    clock.learn("no date at all")
    assert clock.now() == NOON + 9


# ---- switches


def switches(aws: Aws) -> tuple[Switches, list[float]]:
    slept: list[float] = []
    return Switches(aws, AwsTime(aws), slept.append), slept


def test_a_change_is_made_under_the_condition_that_nobody_was_faster(aws: Aws) -> None:
    board, _ = switches(aws)
    answers = Answers(aws, (200, {}, {}), (200, {}, {"LastUpdateStatus": "Successful"}))
    board.change("orders", Settings({"A": "1"}, 30, "r7"))
    assert b'"RevisionId": "r7"' in answers.asked[0].body
    assert "publish" not in answers.asked[0].body.decode().lower()


def test_an_update_that_is_in_progress_is_waited_for(aws: Aws) -> None:
    board, slept = switches(aws)
    Answers(aws, CONFLICT, (200, {}, {}), (200, {}, {"LastUpdateStatus": "InProgress"}), (200, {}, {}))
    board.change("orders", Settings({}, 30))
    assert slept == [1, 0.2]


def test_who_comes_too_late_is_told(aws: Aws) -> None:
    board, _ = switches(aws)
    Answers(aws, CHANGED)
    with pytest.raises(Failed, match="somebody else has changed orders at the same time"):
        board.change("orders", Settings({}, 30, "r7"))


def test_a_function_that_is_not_there_has_no_settings(aws: Aws) -> None:
    board, _ = switches(aws)
    Answers(aws, (404, {"x-amzn-errortype": "ResourceNotFoundException"}, {"message": "no"}))
    assert board.settings("orders") is None


# ---- evidence


def item(kind: str, at: float, data: str = "{}", summary: str = "") -> dict[str, Any]:
    return {
        "AlarmName": "a",
        "HistoryItemType": kind,
        "Timestamp": datetime.fromtimestamp(at, UTC),
        "HistoryData": data,
        "HistorySummary": summary,
    }


def test_a_history_tells_changes_and_actions_and_nothing_that_is_older() -> None:
    topic = "arn:aws:sns:r:1:alerts"
    history = history_of(
        [
            item("StateUpdate", NOON - 1, '{"newState": {"stateValue": "ALARM"}}'),
            item("StateUpdate", NOON + 1, '{"newState": {"stateValue": "ALARM", "stateReason": "because"}}'),
            item("Action", NOON + 2, f'{{"actionState": "Succeeded", "notificationResource": "{topic}"}}'),
            item("Action", NOON + 3, "", f'Failed to execute action {topic}. Received error: "no"'),
            item("ConfigurationUpdate", NOON + 4),
        ],
        NOON,
    )
    assert history.changes == (Changed("a", "ALARM", NOON + 1, "because"),)
    assert history.actions[0] == Acted("a", topic, NOON + 2)
    assert history.actions[1].action == topic and "Received error" in history.actions[1].error


def test_what_may_not_be_seen_is_named_by_its_action(aws: Aws) -> None:
    witness = Witness(aws)
    Answers(aws, DENIED, DENIED, DENIED, DENIED)
    metric = Metric.of("AWS/Lambda", "Errors", FunctionName="orders")
    assert witness.counts([metric], NOON, NOON) == Unseen("cloudwatch:GetMetricData is not allowed")
    assert witness.lines("/aws/lambda/orders", "x", NOON) == Unseen("logs:FilterLogEvents is not allowed")
    assert witness.history(["a"], NOON) == Unseen("cloudwatch:DescribeAlarmHistory is not allowed")
    assert witness.dead_letters("arn:aws:sqs:r:1:dead", "x") == Unseen("sqs:ReceiveMessage is not allowed")


def test_a_log_group_that_is_not_there_is_no_error(aws: Aws) -> None:
    Answers(aws, (400, {}, {"__type": "ResourceNotFoundException", "message": "no"}))
    assert Witness(aws).lines("/aws/chatbot/x", "", NOON) == Unseen("there is no log group /aws/chatbot/x")


# ---- the arrangement


def test_the_parts_that_may_not_be_looked_at_are_unseen_and_the_rest_is_seen(aws: Aws) -> None:
    shown = {"Role": "arn:aws:iam::1:role/shop-orders", "Timeout": 30, "Environment": {}}
    settings = {"MaximumRetryAttempts": 1, "DestinationConfig": {"OnFailure": {"Destination": "arn:bus"}}}
    none = (404, {"x-amzn-errortype": "ResourceNotFoundException"}, {"message": "no"})
    denied_by_query = (
        403,
        {},
        b"<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>",
    )
    Answers(
        aws,
        (200, {}, shown),
        denied_by_query,  # policies of the role
        (200, {}, settings),
        none,  # settings of live
        DENIED,  # alarms
        DENIED,  # rule
        DENIED,  # filters
        denied_by_query,  # topic
        DENIED,  # channel
    )
    names = Names("shop-orders", "arn:f", ("shop-orders-errors",), "rule", "arn:aws:sns:r:1:alerts", (CHANNEL,))
    stand = Surveyor(aws).survey(names)
    assert stand.function.attempts == 2 and stand.function.events["$LATEST"].on_failure == "arn:bus"
    assert "live" not in stand.function.events
    assert stand.alarms == Unseen("cloudwatch:DescribeAlarms is not allowed")
    assert stand.rule == Unseen("events:DescribeRule is not allowed")
    assert stand.function.role_policies == Unseen("iam:ListRolePolicies is not allowed")
    assert stand.topics == {"arn:aws:sns:r:1:alerts": Unseen("sns:GetTopicAttributes is not allowed")}
    assert stand.channels == Unseen("chatbot:DescribeSlackChannelConfigurations is not allowed")
