"""Real Terraform with the real aws provider against the sandbox: what moto alone does not carry.

aws-facts: "Amazon Q Developer in chat applications" (one configuration for a channel), "Lambda" (settings a qualifier).
"""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.ground import Answer
from tests.e2e.sandbox_ground import NO_ENGINE, Lab, running

pytestmark = pytest.mark.e2e

STACK = Path(__file__).with_name("sandbox_stack.tf")


class Stack:
    """The stack above, in a sandbox of its own."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        url = lab.repository("orders")
        self.image = lab.push_source(url, "v1", "def handler(event, context): return context.function_version")

    def terraform(self, *arguments: str, retries: int = 0) -> Answer:
        values = {"TF_VAR_image": self.image, "TF_VAR_retries": str(retries)}
        return self.lab.ground.inside("terraform", *arguments, "-no-color", **values)

    def apply(self, retries: int) -> None:
        done = self.terraform("apply", "-auto-approve", retries=retries)
        assert done.code == 0, done.stderr

    def plan(self, retries: int) -> Answer:
        return self.terraform("plan", "-detailed-exitcode", retries=retries)

    def settings(self, qualifier: str) -> int:
        found = self.lab.functions.get_function_event_invoke_config(FunctionName="orders", Qualifier=qualifier)
        return int(found["MaximumRetryAttempts"])

    def alarms(self) -> dict[str, Any]:
        found = self.lab.ground.client("cloudwatch").describe_alarms(AlarmTypes=["MetricAlarm", "CompositeAlarm"])
        return {row["AlarmName"]: row for kind in ("MetricAlarms", "CompositeAlarms") for row in found[kind]}

    def channels(self) -> dict[str, Any]:
        found = self.lab.ground.client("chatbot").describe_slack_channel_configurations()
        return {row["ConfigurationName"]: row for row in found["SlackChannelConfigurations"]}


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    folder = tmp_path_factory.mktemp("stack")
    shutil.copy(STACK, folder / "main.tf")
    (folder / "lambda-alerts.toml").write_text('[project]\nname = "demo"\nregion = "ap-northeast-1"\n')
    with running(folder, **NO_ENGINE) as ground:
        made = Stack(Lab(ground))
        done = made.terraform("init")
        assert done.code == 0, done.stderr
        made.apply(retries=1)
        yield made


def test_a_second_plan_is_empty(stack: Stack) -> None:
    again = stack.plan(retries=1)
    assert again.code == 0, again.stdout


def test_terraforms_state_of_the_sandbox_is_apart_from_the_real_one(stack: Stack) -> None:
    folder, instance = (
        stack.lab.ground.folder,
        json.loads((stack.lab.ground.folder / ".lambda-alerts/sandbox.json").read_text()),
    )
    assert not (folder / "terraform.tfstate").exists()
    assert not (folder / ".terraform").exists()
    assert [path.name for path in (folder / "terraform.tfstate.d").iterdir()] == [f"sandbox-{instance['id']}"]


def test_a_new_alarm_knows_nothing_yet_and_a_rule_is_judged_at_once(stack: Stack) -> None:
    assert {name: row["StateValue"] for name, row in stack.alarms().items()} == {
        "errors": "INSUFFICIENT_DATA",
        "rate": "INSUFFICIENT_DATA",
        "duration": "INSUFFICIENT_DATA",
        "any": "OK",
    }
    assert stack.alarms()["any"]["AlarmRule"] == "ALARM(errors)"


def test_channels_and_actions_are_what_the_stack_says(stack: Stack) -> None:
    channels = stack.channels()
    assert set(channels) == {"direct", "stacked"}
    chatbot = stack.lab.ground.client("chatbot")
    (action,) = chatbot.list_custom_actions()["CustomActions"]
    arn = channels["stacked"]["ChatConfigurationArn"]
    assert chatbot.list_associations(ChatConfiguration=arn)["Associations"] == [{"Resource": action}]


def test_each_qualifier_keeps_its_own_event_settings(stack: Stack) -> None:
    assert (stack.settings("live"), stack.settings("$LATEST")) == (1, 0)


def test_a_change_reaches_everything_and_keeps_the_state_of_alarms(stack: Stack) -> None:
    cloudwatch = stack.lab.ground.client("cloudwatch")
    cloudwatch.set_alarm_state(AlarmName="errors", StateValue="ALARM", StateReason="a test")
    stack.apply(retries=2)
    assert stack.plan(retries=2).code == 0
    assert stack.alarms()["errors"]["EvaluationPeriods"] == 3
    assert stack.alarms()["errors"]["StateValue"] == "ALARM"
    assert stack.settings("live") == 2
    chatbot = stack.lab.ground.client("chatbot")
    (arn,) = chatbot.list_custom_actions()["CustomActions"]
    command = chatbot.get_custom_action(CustomActionArn=arn)["CustomAction"]["Definition"]["CommandText"]
    assert command == "lambda invoke --payload 2"
    assert stack.lab.call("orders", Qualifier="live").payload == "2"


def test_a_channel_that_is_taken_fails_the_stack_with_the_reason(stack: Stack, tmp_path: Path) -> None:
    cloudformation = stack.lab.ground.client("cloudformation")
    properties = {
        "ConfigurationName": "third",
        "SlackWorkspaceId": "T0ABCDEF",
        "SlackChannelId": "C0DIRECT",
        "IamRoleArn": stack.lab.role,
    }
    channel = {"Type": "AWS::Chatbot::SlackChannelConfiguration", "Properties": properties}
    action = {
        "Type": "AWS::Chatbot::CustomAction",
        "Properties": {"ActionName": "a", "Definition": {"CommandText": "x"}},
    }
    template = json.dumps({"Resources": {"Action": action, "Channel": channel}})
    cloudformation.create_stack(StackName="second", TemplateBody=template)
    (row,) = cloudformation.describe_stacks(StackName="second")["Stacks"]
    assert row["StackStatus"] == "ROLLBACK_COMPLETE"
    events = cloudformation.describe_stack_events(StackName="second")["StackEvents"]
    assert any("is already configured" in event.get("ResourceStatusReason", "") for event in events)
    actions = stack.lab.ground.client("chatbot").list_custom_actions()["CustomActions"]
    assert len(actions) == 1  # what the stack had made was taken back
    cloudformation.delete_stack(StackName="second")
    made = cloudformation.create_stack(StackName="second", TemplateBody=template, OnFailure="DELETE")
    (row,) = cloudformation.describe_stacks(StackName=made["StackId"])["Stacks"]
    assert row["StackStatus"] == "DELETE_COMPLETE"


def test_it_stays_small_with_every_service_loaded(stack: Stack) -> None:
    facts = json.loads((stack.lab.ground.folder / ".lambda-alerts/sandbox.json").read_text())
    status = Path(f"/proc/{facts['pid']}/status").read_text()
    (resident,) = [int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS:")]
    assert resident < 300 * 1024


def test_events_are_taken_whatever_their_targets_are(stack: Stack) -> None:
    events, topic = stack.lab.ground.client("events"), "arn:aws:sns:ap-northeast-1:123456789012:alerts"
    events.put_rule(Name="to-topic", EventPattern=json.dumps({"source": ["lambda"]}))
    events.put_targets(Rule="to-topic", Targets=[{"Id": "topic", "Arn": topic}])
    entry = {"Source": "lambda", "DetailType": "x", "Detail": "{}"}
    answer = events.put_events(Entries=[entry])
    assert answer["FailedEntryCount"] == 0
    assert answer["Entries"][0]["EventId"]


def test_destroy_leaves_nothing(stack: Stack) -> None:
    done = stack.terraform("destroy", "-auto-approve", retries=2)
    assert done.code == 0, done.stderr
    assert stack.alarms() == {}
    assert stack.channels() == {}
    assert stack.lab.functions.list_functions()["Functions"] == []
    assert stack.lab.ground.client("chatbot").list_custom_actions()["CustomActions"] == []
