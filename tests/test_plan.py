import json
from collections import Counter
from typing import Any

import pytest

from lambda_alerts_cli.plans.details import Detail
from lambda_alerts_cli.plans.markdown import as_markdown
from lambda_alerts_cli.plans.subjects import SHARED
from lambda_alerts_cli.plans.summary import Change, PlanSummary, summarise
from lambda_alerts_cli.plans.text import as_dict, as_text
from tests.recorded import recorded


def told(name: str) -> str:
    return as_text(summarise(recorded(name)))


def resource(
    actions: list[str],
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    *,
    type_: str = "aws_lambda_function",
    address: str = 'module.function["orders"].aws_lambda_function.this',
    **more: Any,
) -> dict[str, Any]:
    change = {"actions": actions, "before": before, "after": after, "after_unknown": {}}
    change |= {key: more.pop(key) for key in list(more) if key in ("after_sensitive", "importing", "replace_paths")}
    return {"address": address, "mode": "managed", "type": type_, "change": change, **more}


def summary_of(*resources: dict[str, Any]) -> PlanSummary:
    return summarise({"resource_changes": list(resources)})


def the_change(*resources: dict[str, Any]) -> Change:
    (change,) = summary_of(*resources).changes
    return change


class TestWords:
    def test_an_unchanged_stack_says_so(self) -> None:
        assert told("unchanged") == "Nothing changes."

    def test_a_changed_timeout_is_told_with_what_follows_from_it(self) -> None:
        assert told("timeout_and_memory").splitlines() == [
            "Plan: 9 to change.",
            "",
            "orders",
            "  ~ Lambda function: memory 512 MB → 1024 MB, timeout 30 s → 60 s",
            "  ~ alias live: version 1 → the new one",
            "  ~ duration alarm: threshold 24000 ms → 48000 ms",
            "  ~ memory alarm: texts only",
            "  ~ combined alarm for failures: texts only",
            "  ~ combined alarm for warnings: texts only",
            "  ~ dashboard: dashboard body: changed",
            "  ~ filter for log lines: pattern: changed",
            "  ~ message of that rule: input transformer: changed",
        ]

    def test_a_new_image_is_told_by_the_beginning_of_its_digest(self) -> None:
        assert "Lambda function: image 111111111111 → 444444444444\n" in told("image")

    def test_an_alarm_that_is_switched_off_is_destroyed_by_name(self) -> None:
        text = told("alarms")
        assert "  ~ error alarm: threshold 0 → 3\n  ~ combined alarm for failures: alarm rule: changed\n" in text
        assert text.endswith("\n  - throttle alarm")

    def test_settings_have_their_units(self) -> None:
        text = told("settings")
        for words in (
            "handler app.handler → app.main, reserved concurrency none → 5",
            "asynchronous invocations of $LATEST: retries 2 → 0",
            "asynchronous invocations of live: retries 2 → 0",
            "log group: kept 30 days → 90 days",
            "+ attached permissions (policy AmazonS3ReadOnlyAccess)",
        ):
            assert words in text

    def test_another_architecture_is_told(self) -> None:
        assert "Lambda function: architecture arm64 → x86_64\n" in told("architecture")

    def test_what_belongs_to_no_function_is_told_apart(self) -> None:
        assert told("slack_channel").splitlines()[2:4] == [
            "shared by all functions",
            "  ~ Slack channel: channel C0GHJKLMN → C0OTHER99",
        ]
        assert "alert topic: encryption key none → its own" in told("customer_managed_key")

    def test_tags_of_many_resources_are_one_line_for_each_function(self) -> None:
        assert told("tags").splitlines()[1:] == [
            "",
            "bills",
            "  ~ tags of 16 resources: team",
            "",
            "orders",
            "  ~ tags of 18 resources: team",
            "",
            "shared by all functions",
            "  ~ tags of 12 resources: team",
        ]

    def test_a_new_function_is_one_line(self) -> None:
        lines = told("new_function").splitlines()
        assert lines[:3] == ["Plan: 31 to add.", "", "mail (new)"]
        assert lines[3].startswith(
            "  + Lambda function (architecture arm64, memory 512 MB, timeout 30 s), image repository"
        )
        assert "error alarm" in lines[3] and lines[3].endswith("and 14 supporting resources")
        assert len(lines) == 4

    def test_a_function_whose_image_is_still_missing_gets_its_repository(self) -> None:
        assert told("new_repository").splitlines()[2:] == ["mail", "  + image repository and 2 supporting resources"]

    def test_of_a_replaced_resource_only_what_asks_for_it_is_told(self) -> None:
        text = told("renamed_project")
        assert "  ± Lambda function: function name shop-orders → store-orders\n" in text
        assert "arn:" not in text

    def test_what_goes_under_an_old_project_name_still_belongs_to_its_function(self) -> None:
        rules = [
            change
            for change in summarise(recorded("renamed_project")).changes
            if change.what == "rule for events that ran out of retries"
        ]
        assert Counter((change.subject, change.kind) for change in rules) == {
            ("bills", "create"): 3,
            ("bills", "destroy"): 3,
            ("orders", "create"): 3,
            ("orders", "destroy"): 3,
        }

    def test_what_is_derived_is_not_told(self) -> None:
        text = told("timeout_and_memory") + told("image") + told("settings")
        for noise in (" arn", "last modified", "tags_all", "tracing", "description"):
            assert noise not in text

    def test_images_to_build_are_named(self) -> None:
        summary = summarise(recorded("unchanged"), rebuilds=("orders", "bills"))
        assert as_text(summary) == "Only images are built anew.\n\nImages to build: bills, orders"

    def test_an_empty_plan_can_be_left_out(self) -> None:
        assert as_text(summarise({})) == "Nothing changes."

    def test_a_resource_of_an_unknown_type_is_told_in_terraforms_words(self) -> None:
        change = the_change(
            resource(["update"], {"depth": 1}, {"depth": 2}, type_="aws_glue_job", address="aws_glue_job.night")
        )
        assert (change.subject, change.what, change.details) == (SHARED, "glue job", (Detail("depth", "1", "2"),))


class TestSecrets:
    def test_environment_values_never_show(self) -> None:
        summary = summarise(recorded("environment"))
        assert "environment: QUEUE added, STAGE changed, TABLE removed" in as_text(summary)
        everything = as_text(summary) + as_markdown("shop", summary) + json.dumps(as_dict(summary))
        assert not [value for value in ("prod", '"live"', '"q"') if value in everything]

    def test_values_that_are_marked_sensitive_never_show(self) -> None:
        change = the_change(
            resource(["update"], {"role": "old-role"}, {"role": "new-role"}, after_sensitive={"role": True})
        )
        assert change.details == (Detail("role", note="changed (not shown)"),)

    def test_a_mark_deep_inside_hides_the_whole_value(self) -> None:
        change = the_change(
            resource(
                ["update"],
                {"settings": ["a"]},
                {"settings": ["b"]},
                after_sensitive={"settings": [{"inner": True}]},
            )
        )
        assert change.details == (Detail("settings", note="changed (not shown)"),)

    def test_values_whose_name_looks_secret_never_show(self) -> None:
        change = the_change(resource(["update"], {"auth_token": "abc"}, {"auth_token": "def"}))
        assert change.details == (Detail("auth token", note="changed (not shown)"),)


class TestDangers:
    def test_a_removed_function_is_a_danger_and_so_is_its_repository(self) -> None:
        summary = summarise(recorded("removed_function"))
        assert [(danger.change.subject, danger.change.what) for danger in summary.dangers] == [
            ("bills", "Lambda function"),
            ("bills", "image repository"),
        ]
        assert str(summary.dangers[1]).startswith("bills: image repository is destroyed: its images go with it")

    def test_a_channel_that_goes_is_a_danger(self) -> None:
        assert "! Slack channel is destroyed: no alert reaches Slack any more" in told("no_slack").splitlines()

    def test_a_renamed_project_endangers_functions_repositories_topic_and_channel(self) -> None:
        summary = summarise(recorded("renamed_project"))
        assert sorted({danger.change.what for danger in summary.dangers}) == [
            "Lambda function",
            "Slack channel",
            "alert topic",
            "image repository",
        ]
        assert all("is destroyed and made anew" in str(danger) for danger in summary.dangers)

    def test_what_gets_weaker_is_told_as_well_and_wants_no_yes_of_its_own(self) -> None:
        summary = summarise(recorded("alarms"))
        assert as_text(summary).splitlines()[1].startswith("! orders: nobody is told any more when calls are refused")
        assert summary.dangers == ()

    def test_dangers_come_first(self) -> None:
        assert [line.startswith("! ") for line in told("removed_function").splitlines()[:4]] == [
            False,
            True,
            True,
            False,
        ]

    @pytest.mark.parametrize(
        "name", ["first_deploy", "timeout_and_memory", "image", "alarms", "tags", "settings", "slack_channel"]
    )
    def test_everyday_changes_are_no_dangers(self, name: str) -> None:
        assert summarise(recorded(name)).dangers == ()

    def test_making_anew_what_was_never_finished_is_no_danger(self) -> None:
        row = resource(["delete", "create"], {}, {}, action_reason="replace_because_tainted")
        summary = summary_of(row)
        assert summary.dangers == ()
        assert [str(detail) for detail in summary.changes[0].details] == ["its creation: did not finish last time"]

    def test_a_resource_that_is_taken_over_only_to_be_replaced_is_a_danger(self) -> None:
        row = resource(["delete", "create"], {}, {}, importing={"id": "shop-orders"}, replace_paths=[["package_type"]])
        assert [danger.change.kind for danger in summary_of(row).dangers] == ["replace"]


class TestKinds:
    @pytest.mark.parametrize("actions", [["no-op"], ["update"]])
    def test_an_import_is_a_take_over_even_with_changes(self, actions: list[str]) -> None:
        row = resource(actions, {"timeout": 3}, {"timeout": 30}, importing={"id": "shop-orders"})
        assert the_change(row).kind == "adopt"

    def test_a_take_over_does_not_tell_what_only_terraform_knows(self) -> None:
        before, after = {"timeout": 3, "publish": None}, {"timeout": 30, "publish": True}
        row = resource(["update"], before, after, importing={"id": "shop-orders"})
        assert the_change(row).details == (Detail("timeout", "3 s", "30 s"),)

    def test_what_is_read_or_stays_is_no_change(self) -> None:
        data = {**resource(["read"]), "mode": "data"}
        assert summary_of(data, resource(["no-op"], {}, {})).changes == ()

    def test_the_counts_are_of_resources(self) -> None:
        counts = summarise(recorded("renamed_project")).counts
        assert (counts["create"], counts["replace"], counts["destroy"], counts["update"]) == (12, 66, 12, 0)


class TestDocuments:
    def test_the_same_plan_in_another_order_gives_the_same_text(self) -> None:
        plan = recorded("renamed_project")
        reversed_plan = {**plan, "resource_changes": plan["resource_changes"][::-1]}
        assert as_text(summarise(plan)) == as_text(summarise(reversed_plan))
        assert as_markdown("shop", summarise(plan)) == as_markdown("shop", summarise(reversed_plan))

    def test_the_keys_for_machines_stay(self) -> None:
        document = as_dict(summarise(recorded("alarms"), rebuilds=("orders",)))
        assert list(document) == ["counts", "dangers", "changes", "rebuilds", "risks", "coverage", "cost"]
        assert document["changes"][0] == {
            "address": 'module.alarms["orders"].aws_cloudwatch_metric_alarm.this["errors"]',
            "kind": "update",
            "subject": "orders",
            "what": "error alarm",
            "details": [{"name": "threshold", "before": "0", "after": "3", "note": None}],
        }
        assert document["rebuilds"] == ["orders"]
        json.dumps(document)
