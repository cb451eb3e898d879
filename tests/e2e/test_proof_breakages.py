"""The way to Slack is broken in each way that teams have seen: the proof names hop and cause, and so does doctor.

Two functions are tested at once: `direct` is called directly and takes the way of its alarm, `queued` is called by
events and takes the way of its rule. So each run finds two breakages, one of each. `doctor` looks while the proof runs:
it has to find the same without a failure, and not to take the proof's switches for those of a killed one.
"""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest

from lambda_alerts_cli.checkup import MACHINE, PATH
from tests.e2e.ground import Ground, settled
from tests.e2e.sandbox_ground import NO_ENGINE

pytestmark = pytest.mark.e2e

ACCOUNT, REGION = "123456789012", "ap-northeast-1"
TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:demo-alerts"
ALARM, RULE = "demo-direct-errors", "demo-queued-failures"
FUNCTIONS = """\
[functions.direct]
source = "."
invoked = ["sync"]
timeout = 90

[functions.queued]
source = "."
invoked = ["async"]
async_retries = 0
"""
Mend = Callable[[], object]
Break = Callable[[Ground], Mend]


@dataclass(frozen=True)
class Found:
    """Where the proof says that the way ended, and why."""

    hop: str
    cause: str


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    """A project with both functions, deployed to a sandbox whose clock runs fast."""
    made = Ground.with_new_project(tmp_path_factory.mktemp("project") / "demo")
    file = made.folder / "lambda-alerts.toml"
    head = file.read_text(encoding="utf-8").partition("[functions.")[0]
    file.write_text(head + FUNCTIONS, encoding="utf-8")
    made.must("sandbox", "up", "--speed", "60", **NO_ENGINE)
    made.tool_must("deploy", "--yes")
    yield made
    made.must("sandbox", "down")


def proven(ground: Ground) -> dict[str, Any]:
    """What a proof of both functions says."""
    answer = ground.tool("test-failure", "--all-functions", "--only", "error", "--yes", "--json")
    document: dict[str, Any] = answer.result()
    assert document["holds"] == (answer.code == 0)
    return document


def examined(ground: Ground) -> dict[str, Any]:
    """What doctor says."""
    answer = ground.tool("doctor", "--strict", "--json")
    document: dict[str, Any] = answer.result()
    assert document["sound"] == (answer.code == 0)
    assert document["put_back"] == []
    return document


def proven_and_examined(ground: Ground) -> tuple[dict[str, Any], dict[str, Any]]:
    """What both say: the proof mostly waits, so the other costs no time."""
    with ThreadPoolExecutor() as pool:
        doctor = pool.submit(examined, ground)
        return proven(ground), doctor.result()


def named(document: dict[str, Any]) -> set[tuple[str, str, str]]:
    """What doctor calls broken: whose way, the hop, and the cause."""
    return {
        (check["group"], finding["hop"], finding["what"])
        for check in document["checks"]
        for finding in check["findings"]
        if finding["state"] == "broken"
    }


def broken(document: dict[str, Any]) -> dict[str, Found]:
    """For each function, where the way ended according to a proof."""
    rows: dict[str, Found] = {}
    for scenario in document["scenarios"]:
        hop = next((hop for hop in scenario["hops"] if hop["outcome"] == "failed"), None)
        assert hop is not None, scenario
        assert hop["found"], hop
        rows[scenario["function"]] = Found(hop["name"], hop["causes"][0]["what"])
    return rows


def alarm_with(**changed: Any) -> Break:
    """The alarm of `direct` with other settings."""

    def break_it(ground: Ground) -> Mend:
        client = ground.client("cloudwatch")
        kept = (
            "AlarmName",
            "AlarmDescription",
            "ActionsEnabled",
            "OKActions",
            "AlarmActions",
            "MetricName",
            "Namespace",
        )
        kept += ("Statistic", "Dimensions", "Period", "EvaluationPeriods", "DatapointsToAlarm", "Threshold")
        (row,) = client.describe_alarms(AlarmNames=[ALARM])["MetricAlarms"]
        good = {name: row[name] for name in (*kept, "ComparisonOperator", "TreatMissingData") if name in row}
        client.put_metric_alarm(**{**good, **changed})
        return lambda: client.put_metric_alarm(**good)

    return break_it


def alarm_without_action(ground: Ground) -> Mend:
    """The alarm that speaks for `direct`: the one on its errors, or the group that this one belongs to."""
    client = ground.client("cloudwatch")
    groups = client.describe_alarms(AlarmTypes=["CompositeAlarm"], AlarmNamePrefix="demo-direct-")["CompositeAlarms"]
    ours = [row for row in groups if ALARM in row["AlarmRule"] and row["AlarmActions"]]
    if not ours:
        return alarm_with(AlarmActions=[], OKActions=[])(ground)
    kept = ("AlarmName", "AlarmDescription", "ActionsEnabled", "AlarmActions", "OKActions", "AlarmRule")
    good = {name: ours[0][name] for name in kept if name in ours[0]}
    client.put_composite_alarm(**{**good, "AlarmActions": [], "OKActions": []})
    return lambda: client.put_composite_alarm(**good)


def alarms_without_enabled_actions(ground: Ground) -> Mend:
    client = ground.client("cloudwatch")
    page = client.describe_alarms(AlarmTypes=["MetricAlarm", "CompositeAlarm"], AlarmNamePrefix="demo-direct-")
    names = [row["AlarmName"] for kind in ("MetricAlarms", "CompositeAlarms") for row in page.get(kind, [])]
    client.disable_alarm_actions(AlarmNames=names)
    return lambda: client.enable_alarm_actions(AlarmNames=names)


def rule_with(**changed: Any) -> Break:
    """The rule of `queued` with another pattern or state."""

    def break_it(ground: Ground) -> Mend:
        client = ground.client("events")
        row = client.describe_rule(Name=RULE)
        good = {name: row[name] for name in ("Name", "EventPattern", "State", "Description")}
        client.put_rule(**{**good, **changed})
        return lambda: client.put_rule(**good)

    return break_it


def rule_from_aws_lambda(ground: Ground) -> Mend:
    pattern = json.loads(ground.client("events").describe_rule(Name=RULE)["EventPattern"])
    return rule_with(EventPattern=json.dumps({**pattern, "source": ["aws.lambda"]}))(ground)


def transformer_with(paths: dict[str, str], template: str) -> Break:
    """The target of `queued` with another input transformer."""

    def break_it(ground: Ground) -> Mend:
        client = ground.client("events")
        (good,) = client.list_targets_by_rule(Rule=RULE)["Targets"]
        transformer = {"InputPathsMap": paths, "InputTemplate": template}
        client.put_targets(Rule=RULE, Targets=[{**good, "InputTransformer": transformer}])
        return lambda: client.put_targets(Rule=RULE, Targets=[good])

    return break_it


def topic_without_services(ground: Ground) -> Mend:
    client = ground.client("sns")
    good = client.get_topic_attributes(TopicArn=TOPIC)["Attributes"]["Policy"]
    owner = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "Action": "sns:Publish"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [{**owner, "Resource": TOPIC}]})
    client.set_topic_attributes(TopicArn=TOPIC, AttributeName="Policy", AttributeValue=policy)
    return lambda: client.set_topic_attributes(TopicArn=TOPIC, AttributeName="Policy", AttributeValue=good)


def topic_with_a_key_for_nobody(ground: Ground) -> Mend:
    client = ground.client("sns")
    root = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "Action": "kms:*", "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [root]})
    key = ground.client("kms").create_key(Policy=policy)["KeyMetadata"]["Arn"]
    client.set_topic_attributes(TopicArn=TOPIC, AttributeName="KmsMasterKeyId", AttributeValue=key)
    return lambda: client.set_topic_attributes(TopicArn=TOPIC, AttributeName="KmsMasterKeyId", AttributeValue="")


def without_destination(qualifier: str) -> Break:
    """`queued` with settings for events that name no destination, for one qualifier."""

    def break_it(ground: Ground) -> Mend:
        client, which = ground.client("lambda"), {"FunctionName": "demo-queued", "Qualifier": qualifier}
        shown = client.get_function_event_invoke_config(**which)
        kept = ("MaximumRetryAttempts", "MaximumEventAgeInSeconds", "DestinationConfig")
        good = {name: shown[name] for name in kept if name in shown}
        client.put_function_event_invoke_config(**which, **{**good, "DestinationConfig": {}})
        return lambda: client.put_function_event_invoke_config(**which, **good)

    return break_it


def role_without_put_events(ground: Ground) -> Mend:
    client = ground.client("iam")
    place = {"RoleName": "demo-queued", "PolicyName": "logs-and-failure-events"}
    good = client.get_role_policy(**place)["PolicyDocument"]
    rest = [row for row in good["Statement"] if row["Action"] != "events:PutEvents"]
    client.put_role_policy(**place, PolicyDocument=json.dumps({**good, "Statement": rest}))
    return lambda: client.put_role_policy(**place, PolicyDocument=json.dumps(good))


def channel_of(ground: Ground) -> dict[str, Any]:
    (row,) = ground.client("chatbot").describe_slack_channel_configurations()["SlackChannelConfigurations"]
    return dict(row)


def channel_of_another_topic(ground: Ground) -> Mend:
    other = ground.client("sns").create_topic(Name="other")["TopicArn"]
    client, row = ground.client("chatbot"), channel_of(ground)
    which = {"ChatConfigurationArn": row["ChatConfigurationArn"], "SlackChannelId": "C0GHJKLMN"}
    client.update_slack_channel_configuration(**which, SnsTopicArns=[other])
    return lambda: client.update_slack_channel_configuration(**which, SnsTopicArns=row["SnsTopicArns"])


def raw_delivery(ground: Ground) -> Mend:
    client = ground.client("sns")
    rows = client.list_subscriptions_by_topic(TopicArn=TOPIC)["Subscriptions"]
    (arn,) = [row["SubscriptionArn"] for row in rows if "chatbot" in row["Endpoint"]]

    def set_raw(value: str) -> None:
        client.set_subscription_attributes(
            SubscriptionArn=arn, AttributeName="RawMessageDelivery", AttributeValue=value
        )

    set_raw("true")
    return lambda: set_raw("false")


def channel_gone(ground: Ground) -> Mend:
    """The last one: nothing brings it back."""
    row = channel_of(ground)
    ground.client("chatbot").delete_slack_channel_configuration(ChatConfigurationArn=row["ChatConfigurationArn"])
    return lambda: None


def whole(ground: Ground) -> Mend:
    return lambda: None


NO_JSON = '{"version": "1.0", "source": "custom", "content": {"description": "<text>"}}'
NO_NOTIFICATION = '{"text": "<id>"}'
SHORT = {"EvaluationPeriods": 1, "DatapointsToAlarm": 1, "Period": 60}
THREE = {"EvaluationPeriods": 3, "DatapointsToAlarm": 3, "Period": 60}
# Two breakages of one run, and what the proof has to say of each: the hop, and words of its first cause.
PAIRS = {
    "an alarm without action; a rule for aws.lambda": (
        (alarm_without_action, "published", "has no action that sends to a topic"),
        (rule_from_aws_lambda, "routed", 'asks for the source ["aws.lambda"]'),
    ),
    "a wrong dimension; a disabled rule": (
        (alarm_with(Dimensions=[{"Name": "FunctionName", "Value": "orders"}]), "alarmed", "watches other dimensions"),
        (rule_with(State="DISABLED"), "routed", f"the rule {RULE} is disabled"),
    ),
    "a wrong statistic; invalid JSON for a message with quotes": (
        (alarm_with(Statistic="Minimum"), "alarmed", "takes the Minimum of its metric"),
        (
            transformer_with({"text": "$.detail.responsePayload.errorMessage"}, NO_JSON),
            "published",
            "makes invalid JSON when a message has quotes",
        ),
    ),
    "M of N that cannot fire; no custom notification": (
        (alarm_with(**THREE), "alarmed", "goes off after 3 bad periods of 3"),
        (
            transformer_with({"id": "$.detail.requestContext.requestId"}, NO_NOTIFICATION),
            "delivered",
            "is no custom notification",
        ),
    ),
    "a topic that lets in neither CloudWatch nor EventBridge": (
        (topic_without_services, "published", "does not let cloudwatch.amazonaws.com publish"),
        (whole, "published", "does not let events.amazonaws.com publish"),
    ),
    "a key that neither may use": (
        (topic_with_a_key_for_nobody, "published", "does not let cloudwatch.amazonaws.com use it"),
        (whole, "published", "does not let events.amazonaws.com use it"),
    ),
    "an alarm of another metric; no OnFailure on $LATEST": (
        (alarm_with(MetricName="Throttles"), "alarmed", "the failure is counted in AWS/Lambda Errors"),
        (without_destination("$LATEST"), "routed", "$LATEST of demo-queued has no OnFailure destination"),
    ),
    "a threshold of 5; no OnFailure on live": (
        (alarm_with(Threshold=5.0), "alarmed", "goes off above 5; 1 failed"),
        (without_destination("live"), "routed", "live of demo-queued has no OnFailure destination"),
    ),
    "disabled actions; a role without events:PutEvents": (
        (alarms_without_enabled_actions, "published", "are disabled"),
        (role_without_put_events, "routed", "lacks events:PutEvents"),
    ),
    "a channel that is not subscribed": (
        (channel_of_another_topic, "delivered", "is not subscribed to the topic"),
        (whole, "delivered", "is not subscribed to the topic"),
    ),
    "raw delivery": (
        (raw_delivery, "delivered", "has raw message delivery"),
        (whole, "delivered", "has raw message delivery"),
    ),
}


def test_a_way_that_is_whole_is_proven(ground: Ground) -> None:
    document, doctor = proven_and_examined(ground)
    assert named(doctor) == set() and doctor["sound"]
    assert {check["group"] for check in doctor["checks"]} == {MACHINE, "direct", "queued", PATH}
    assert [row["outcome"] for row in document["scenarios"]] == ["unproven", "unproven"]  # nobody looked into Slack
    assert {hop["outcome"] for row in document["scenarios"] for hop in row["hops"] if hop["name"] != "seen"} == {"held"}


@pytest.mark.parametrize("pair", PAIRS.values(), ids=PAIRS)
def test_the_hop_and_the_cause_are_named(ground: Ground, pair: tuple[tuple[Break, str, str], ...]) -> None:
    direct, queued = pair
    mends = [direct[0](ground), queued[0](ground)]
    try:
        document, doctor = proven_and_examined(ground)
    finally:
        for mend in mends:
            mend()
    found = broken(document)
    for name, (_, hop, words) in (("direct", direct), ("queued", queued)):
        assert (found[name].hop, words in found[name].cause) == (hop, True), found[name]
        assert (name, hop, found[name].cause) in named(doctor)


def test_a_window_no_longer_than_the_timeout_is_named_although_the_alarm_goes_off_for_a_short_one(
    ground: Ground,
) -> None:
    mend = alarm_with(**SHORT)(ground)
    try:
        doctor = examined(ground)
        answer = ground.tool("test-failure", "--function", "direct", "--only", "timeout", "--yes", "--json")
    finally:
        mend()
    (scenario,) = answer.result()["scenarios"]
    (hop,) = [hop for hop in scenario["hops"] if hop["outcome"] == "failed"]
    assert hop["name"] == "alarmed"
    assert "looks back 60 s, no longer than the function's timeout of 90 s" in hop["causes"][0]["what"]
    assert named(doctor) == {("direct", "alarmed", hop["causes"][0]["what"])}


def test_after_all_of_it_a_plan_is_empty_and_doctor_finds_nothing(ground: Ground) -> None:
    settled(ground)
    assert named(examined(ground)) == set()


def test_a_channel_that_is_gone_is_named(ground: Ground) -> None:
    channel_gone(ground)
    document, doctor = proven_and_examined(ground)
    found = broken(document)
    assert {row.hop for row in found.values()} == {"delivered"}
    assert {(name, row.hop, row.cause) for name, row in found.items()} <= named(doctor)
    assert all("the channel's configuration in Amazon Q Developer is gone" in row.cause for row in found.values())
