"""What gets weaker: alarms that fall silent, permissions that widen, windows that a timeout outgrows."""

import json
from typing import Any

import pytest

from lambda_alerts_cli.plans.policies import UNKNOWN, UNREADABLE, broad, widened
from lambda_alerts_cli.plans.summary import summarise
from tests.recorded import recorded

ARN = "arn:aws:sns:eu-west-1:123456789012:shop-alerts"


def risks(name: str) -> list[str]:
    return [str(risk) for risk in summarise(recorded(name)).risks]


def policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(action: str | list[str], resource: str = ARN, **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


class TestOfRealPlans:
    def test_an_alarm_that_is_switched_off_is_told_by_what_goes_unseen(self) -> None:
        assert risks("alarms") == [
            "orders: nobody is told any more when calls are refused because too many run already"
        ]

    def test_a_function_that_goes_takes_its_alarms_with_it(self) -> None:
        assert risks("removed_function") == []

    def test_alarms_that_only_get_another_name_are_no_loss(self) -> None:
        assert risks("renamed_project") == []

    def test_an_alarm_without_a_voice_and_a_rule_that_is_switched_off_are_losses(self) -> None:
        told = risks("silenced")
        assert "bills: nobody is told any more when an asynchronous event is given up after all retries" in told
        assert (
            "orders: nobody is told any more when a call fails: an exception, a timeout, a crash, out of memory" in told
        )

    def test_an_alarm_that_somebody_wrote_by_hand_is_a_loss_too(self) -> None:
        assert risks("removed_by_hand") == [
            "orders: nobody is told any more when the alarm orders-by-hand would go off"
        ]

    def test_a_timeout_that_outgrows_a_window_tuned_by_hand_is_told(self) -> None:
        (told,) = risks("outgrown_window")
        assert told.startswith("orders: the timeout of 120 s outgrows the window of 60 s of the alarm orders-by-hand")

    def test_permissions_that_widen_are_told_grant_by_grant(self) -> None:
        assert risks("wider_permissions") == [
            f"{name}: permissions widened. Now also allowed: logs:CreateLogStream on anything; "
            "logs:PutLogEvents on anything; s3:* on anything"
            for name in ("bills", "orders")
        ]

    def test_permissions_that_narrow_are_no_risk(self) -> None:
        assert risks("narrower_permissions") == []

    def test_a_topic_that_is_opened_to_everybody_is_told(self) -> None:
        told = risks("open_topic")
        assert len(told) == 2  # the one that listens to Amazon Q's own metrics as well
        for words in told:
            assert words.startswith("access to the topic widened. Now also allowed: sns:Publish on ")
            assert "by everybody" in words

    def test_an_attached_policy_is_told_by_name(self) -> None:
        assert risks("settings") == [
            "orders: the policy AmazonS3ReadOnlyAccess is attached, and allows more than before"
        ]
        assert risks("far_reaching_policy") == [
            "bills: the policy AdministratorAccess is attached, and allows more than before"
        ]

    @pytest.mark.parametrize(
        "name",
        ["first_deploy", "first_registries", "new_function", "timeout_and_memory", "customer_managed_key", "tags"],
    )
    def test_everyday_changes_are_no_risk(self, name: str) -> None:
        assert risks(name) == []


class TestPolicies:
    def test_the_same_in_other_words_is_not_wider(self) -> None:
        one = policy(allow(["sns:Publish", "sns:Subscribe"]))
        other = policy(allow("sns:Subscribe"), allow("SNS:publish"))
        assert widened(one, other) == widened(other, one) == ()

    def test_what_a_wildcard_covered_before_is_not_wider(self) -> None:
        assert widened(policy(allow("sns:*", "*")), policy(allow("sns:Pub*"))) == ()

    def test_a_wildcard_covers_more_than_one_character_does(self) -> None:
        assert widened(policy(allow("sns:Publish?")), policy(allow("sns:Publish*"))) != ()

    def test_another_resource_is_wider(self) -> None:
        assert widened(policy(allow("sns:Publish")), policy(allow("sns:Publish", "*"))) == (
            "Now also allowed: sns:Publish on anything",
        )

    def test_a_condition_that_goes_is_wider_and_one_that_comes_is_not(self) -> None:
        bound = policy(allow("sns:Publish", Condition={"StringEquals": {"aws:SourceAccount": "123456789012"}}))
        free = policy(allow("sns:Publish"))
        assert widened(bound, free) == (f"Now also allowed: sns:Publish on {ARN}",)
        assert widened(free, bound) == ()

    def test_more_values_of_a_condition_are_wider_and_fewer_are_not(self) -> None:
        def of(*accounts: str) -> str:
            return policy(allow("sns:Publish", Condition={"StringEquals": {"aws:SourceAccount": list(accounts)}}))

        assert widened(of("1"), of("1", "2")) != ()
        assert widened(of("1", "2"), of("1")) == ()

    def test_fewer_values_of_a_negated_condition_are_wider(self) -> None:
        def but(*accounts: str) -> str:
            return policy(allow("sns:Publish", Condition={"StringNotEquals": {"aws:SourceAccount": list(accounts)}}))

        assert widened(but("1", "2"), but("1")) != ()
        assert widened(but("1"), but("1", "2")) == ()

    def test_another_principal_is_wider(self) -> None:
        def by(principal: Any) -> str:
            return policy(allow("sns:Publish", Principal=principal))

        service, everybody = {"Service": "events.amazonaws.com"}, {"AWS": "*"}
        assert widened(by(service), by(everybody)) == (f"Now also allowed: sns:Publish on {ARN} by everybody",)
        assert widened(by("*"), by(service)) == ()

    def test_an_external_id_is_not_shown(self) -> None:
        bound = policy(allow("sts:AssumeRole", "*", Condition={"StringEquals": {"sts:ExternalId": "hunter2"}}))
        (told,) = widened(policy(), bound)
        assert "sts:ExternalId (not shown)" in told and "hunter2" not in told

    def test_a_deny_that_goes_is_wider(self) -> None:
        deny = {"Effect": "Deny", "Action": "sns:DeleteTopic", "Resource": "*"}
        assert widened(policy(allow("sns:*"), deny), policy(allow("sns:*"))) == (
            "No longer forbidden: sns:DeleteTopic on anything",
        )

    def test_what_cannot_be_compared_is_said_only_if_it_changes(self) -> None:
        odd = policy({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"})
        assert widened(odd, odd) == ()
        assert widened(policy(allow("sns:Publish")), odd) == (UNREADABLE,)

    def test_many_grants_are_counted(self) -> None:
        told = widened(policy(), policy(allow([f"sns:Verb{number}" for number in range(9)])))
        assert len(told) == 1 and told[0].endswith("sns:Verb3 on {ARN}; and 5 more".replace("{ARN}", ARN))

    def test_a_new_policy_is_a_risk_only_if_it_is_broad(self) -> None:
        key = policy(allow("kms:*", "*", Principal={"AWS": "arn:aws:iam::123456789012:root"}))
        assert broad(policy(allow("sns:Publish"))) == broad(key) == ()
        assert broad(policy(allow("s3:*", "*"))) == ("It allows: s3:* on anything",)
        assert broad(policy(allow("sns:Publish", Principal="*"))) == (f"It allows: sns:Publish on {ARN} by everybody",)

    def test_a_policy_that_only_the_apply_can_tell_is_said_to_be_unknown(self) -> None:
        change = {"actions": ["update"], "before": {"policy": policy()}, "after": {}, "after_unknown": {"policy": True}}
        row = {
            "address": "aws_sns_topic_policy.this",
            "mode": "managed",
            "type": "aws_sns_topic_policy",
            "change": change,
        }
        assert [str(risk) for risk in summarise({"resource_changes": [row]}).risks] == [
            f"access to the topic changed, perhaps widened: {UNKNOWN}"
        ]
