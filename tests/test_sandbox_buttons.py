"""The buttons below a message. aws-facts: Amazon Q Developer in chat applications (custom actions, guardrails)."""

import json
from typing import Any

import pytest

from lambda_alerts_cli.sandbox.amazon_q.buttons import buttons, filled, meets, variables
from lambda_alerts_cli.sandbox.amazon_q.channels import CustomAction
from lambda_alerts_cli.sandbox.amazon_q.commands import Command, need, parse, refused_by_amazon_q
from lambda_alerts_cli.sandbox.amazon_q.draft import Draft
from lambda_alerts_cli.sandbox.amazon_q.message import Button
from lambda_alerts_cli.sandbox.amazon_q.permissions import Need, Permissions
from lambda_alerts_cli.sandbox.amazon_q.reading import read
from lambda_alerts_cli.sandbox.policies import account
from tests.amazon_q_fakes import ACCOUNT, FUNCTION, alarm, allowing, custom

WHO = account(ACCOUNT)
ALL = Permissions([allowing("*")], [allowing("*")], WHO)
GROUP = f"arn:aws:logs:ap-northeast-1:{ACCOUNT}:log-group:/aws/lambda/orders"
CONTEXT = "event.metadata.additionalContext"


def action(command: str = "lambda invoke --function-name $functionArn", **attachment: Any) -> CustomAction:
    whole = {
        "NotificationType": "Custom",
        "ButtonText": "Try again",
        "Criteria": [{"Operator": "HAS_VALUE", "VariableName": "functionArn"}],
        "Variables": {"functionArn": f"{CONTEXT}.functionArn", "errorType": f"{CONTEXT}.errorType"},
        **attachment,
    }
    return CustomAction("arn", "retry", None, {"CommandText": command}, (whole,))


def below(document: object, *actions: CustomAction, permissions: Permissions = ALL) -> list[Button]:
    draft = read(json.dumps(document))
    assert isinstance(draft, Draft)
    return list(buttons(draft, actions, lambda: permissions, "ap-northeast-1", ACCOUNT))


def parsed(text: str) -> Command:
    command = parse(text)
    assert isinstance(command, Command), command
    return command


def test_an_action_fills_its_command_with_the_notifications_values() -> None:
    assert below(custom(), action()) == [Button("Try again", f"lambda invoke --function-name {FUNCTION}")]


@pytest.mark.parametrize(
    ("criteria", "shown"),
    [
        (None, True),
        ([{"Operator": "HAS_VALUE", "VariableName": "errorType"}], True),
        ([{"Operator": "HAS_VALUE", "VariableName": "nothing"}], False),
        ([{"Operator": "EQUALS", "VariableName": "errorType", "Value": "ValueError"}], True),
        ([{"Operator": "EQUALS", "VariableName": "errorType", "Value": "valueerror"}], False),
        (
            [
                {"Operator": "HAS_VALUE", "VariableName": "functionArn"},
                {"Operator": "EQUALS", "VariableName": "errorType", "Value": "KeyError"},
            ],
            False,
        ),
    ],
)
def test_a_button_is_shown_where_all_its_criteria_are_met(criteria: Any, shown: bool) -> None:
    assert bool(below(custom(), action(Criteria=criteria))) is shown


def test_a_button_is_shown_below_the_notifications_of_its_type() -> None:
    assert below(custom(), action(NotificationType="CloudWatch")) == []
    named = action("cloudwatch set-alarm-state --alarm-name $name", NotificationType="CloudWatch", Criteria=None)
    named.attachments[0]["Variables"] = {"name": "event.AlarmName"}
    assert below(alarm(), named)[-1].command == "cloudwatch set-alarm-state --alarm-name orders-errors"


def test_a_notification_may_do_without_custom_actions() -> None:
    assert below(custom(enableCustomActions=False), action()) == []


def test_an_action_without_attachments_is_an_alias_and_no_button() -> None:
    assert below(custom(), CustomAction("arn", "retry", "again", {"CommandText": "lambda invoke"}, ())) == []


def test_a_variable_that_the_notification_does_not_have_makes_the_button_useless() -> None:
    (button,) = below(custom(), action("lambda invoke --function-name $other"))
    assert button == Button(
        "Try again", "lambda invoke --function-name $other", "the notification has no value for $other"
    )


def test_variables_are_paths_into_the_event() -> None:
    document = {"a": {"b": [{"c": 1}, {"c": True}]}, "x": None, "list": []}
    paths = {"one": "event.a.b.0.c", "two": "event.a.b.1.c", "no": "event.a.b.2.c", "all": "event.a", "other": "a.b"}
    assert variables(paths, document) == {"one": "1", "two": "true"}


def test_the_longest_name_wins() -> None:
    assert filled("x $Id $IdOfTask $Id-2 cost $", {"Id": "1", "IdOfTask": "2"}) == ("x 1 2 1-2 cost $", [])


def test_has_value_and_equals() -> None:
    assert not meets({"Operator": "HAS_VALUE", "VariableName": "a"}, {"a": ""})
    assert meets({"Operator": "EQUALS", "VariableName": "a", "Value": "1"}, {"a": "1"})


@pytest.mark.parametrize(
    ("text", "action"),
    [
        ("lambda invoke --function-name orders", "lambda:InvokeFunction"),
        ("logs filter-log-events --log-group-name g", "logs:FilterLogEvents"),
        ("cloudwatch set-alarm-state --alarm-name a", "cloudwatch:SetAlarmState"),
        ("codedeploy stop-deployment --deployment-id d-1", "codedeploy:StopDeployment"),
        ("deploy stop-deployment --deployment-id d-1", "codedeploy:StopDeployment"),
        ("stepfunctions start-execution", "states:StartExecution"),
    ],
)
def test_a_commands_action_follows_from_its_words(text: str, action: str) -> None:
    assert parsed(text).action == action


def test_a_command_is_taken_apart_as_a_shell_would() -> None:
    command = parsed("""lambda invoke --function-name=orders --payload '{"a": "b|c"}' --tags a b --dry-run""")
    assert command.options == {
        "--function-name": ("orders",),
        "--payload": ('{"a": "b|c"}',),
        "--tags": ("a", "b"),
        "--dry-run": (),
    }


@pytest.mark.parametrize(
    "text", ["logs tail g | grep x", "a b; c d", "a b && c d", "s3 ls > file", "'", "lambda", "-x y"]
)
def test_what_is_not_one_command_is_refused(text: str) -> None:
    assert isinstance(parse(text), str)


@pytest.mark.parametrize(
    "text", ["iam list-roles", "kms decrypt", "sts assume-role", "secretsmanager get-secret-value"]
)
def test_commands_of_identities_keys_and_secrets_are_refused_whatever_is_allowed(text: str) -> None:
    assert refused_by_amazon_q(parsed(text)).startswith("Amazon Q runs no commands of ")
    (button,) = below(custom(), action(text))
    assert button.refused


def test_the_permission_names_the_function_or_the_log_group() -> None:
    known = {
        "lambda invoke --function-name orders --qualifier live": (f"{FUNCTION}:live",),
        f"lambda invoke --function-name {FUNCTION}": (FUNCTION,),
        "logs filter-log-events --log-group-name /aws/lambda/orders": (GROUP, f"{GROUP}:*"),
        "codedeploy stop-deployment --deployment-id d-1": (),
    }
    for text, resources in known.items():
        assert need(parsed(text), "ap-northeast-1", ACCOUNT).resources == resources


INVOKE = Need("lambda:InvokeFunction", (FUNCTION,))


@pytest.mark.parametrize(
    ("role", "guardrails", "refusal"),
    [
        ([allowing("*")], [allowing("lambda:*")], ""),
        ([allowing("lambda:invoke*", resource=f"{FUNCTION}*")], [allowing("*")], ""),
        ([], [allowing("*")], "not allowed by the channel's role: lambda:InvokeFunction"),
        ([allowing("*")], [], "not allowed by the channel's guardrails: lambda:InvokeFunction"),
        ([allowing("*")], [allowing("logs:*")], "not allowed by the channel's guardrails"),
        (
            [allowing("*", resource="arn:aws:lambda:*:*:function:mails")],
            [allowing("*")],
            "not allowed by the channel's role",
        ),
        ([allowing("*"), allowing("lambda:*", effect="Deny")], [allowing("*")], "denied by the channel's role"),
        ([allowing("*")], [allowing("*"), allowing("lambda:*", effect="Deny")], "denied by the channel's guardrails"),
        ([{"Statement": {"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}}], [allowing("*")], ""),
        (
            [{"Statement": {"Effect": "Allow", "NotAction": "lambda:*", "Resource": "*"}}],
            [allowing("*")],
            "not allowed",
        ),
        ([{"Statement": {"Effect": "Allow", "Action": "*", "NotResource": FUNCTION}}], [allowing("*")], "not allowed"),
    ],
)
def test_a_channel_may_do_what_both_its_role_and_its_guardrails_allow(
    role: list[Any], guardrails: list[Any], refusal: str
) -> None:
    found = Permissions(role, guardrails, WHO).refusal([INVOKE])
    assert found.startswith(refusal) if refusal else found == ""


def test_where_the_resource_is_not_known_an_allow_of_some_resource_is_enough() -> None:
    stop = Need("codedeploy:StopDeployment", region="ap-northeast-1")
    some = [allowing("codedeploy:*", resource="arn:aws:codedeploy:*:*:deploymentgroup:shop/*")]
    not_there = [
        {"Statement": {**some[0]["Statement"][0], "Condition": {"StringEquals": {"aws:RequestedRegion": "x"}}}}
    ]
    assert Permissions(some, some, WHO).refusal([stop]) == ""
    assert Permissions(some, not_there, WHO).refusal([stop]).startswith("not allowed by the channel's guardrails")
    assert Permissions(some, [*some, allowing("*", effect="Deny")], WHO).refusal([stop]).startswith("denied")


def test_an_alarm_of_a_function_has_two_buttons_for_its_logs() -> None:
    logs, errors = below(alarm())
    assert (logs.text, errors.text) == ("Show logs", "Show error logs")
    assert logs.command.startswith(
        "logs filter-log-events --log-group-name /aws/lambda/orders --region ap-northeast-1 "
    )
    assert "--filter-pattern" in parsed(errors.command).options
    assert (logs.refused, errors.refused) == ("", "")
    assert below(alarm(NewStateValue="OK", Trigger={})) == []


def test_the_buttons_for_logs_need_logs_and_cloudwatch_in_role_and_guardrail() -> None:
    read_logs, read_metrics = allowing("logs:FilterLogEvents", resource=f"{GROUP}:*"), allowing("cloudwatch:Get*")
    both = [read_logs, read_metrics]
    for role, guardrails, refused in (
        (both, both, ""),
        ([read_logs], both, "not allowed by the channel's role: cloudwatch:GetMetricData"),
        (both, [read_metrics], f"not allowed by the channel's guardrails: logs:FilterLogEvents on {GROUP}"),
    ):
        found = {button.refused for button in below(alarm(), permissions=Permissions(role, guardrails, WHO))}
        assert found == {refused}
