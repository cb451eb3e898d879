"""The text for a pull request: read at a glance, never longer than a comment, never with a secret."""

import re
from typing import Any

import pytest

from lambda_alerts_cli.markdown import COMMENT_LIMIT, code, escaped
from lambda_alerts_cli.plans.markdown import as_markdown
from lambda_alerts_cli.plans.raw import raw_blocks
from lambda_alerts_cli.plans.summary import PlanSummary, summarise
from tests.recorded import NAMES, PLANS, RUN, many, markdown, recorded


def length(text: str) -> int:
    """As JavaScript counts, where an emoji is two."""
    return len(text.encode("utf-16-le")) // 2


def headline(text: str) -> str:
    return text.splitlines()[0]


class TestAtAGlance:
    @pytest.mark.parametrize("name", NAMES)
    def test_every_recorded_plan_reads_as_it_was_read_last(self, name: str) -> None:
        assert (PLANS / f"{name}.md").read_text(encoding="utf-8") == markdown(name), "read the difference: `make docs`"

    @pytest.mark.parametrize(
        ("name", "words"),
        [
            ("unchanged", "## ✅ shop: nothing changes"),
            ("timeout_and_memory", "## 🔧 shop: orders changes"),
            ("new_function", "## 🔧 shop: mail is new"),
            ("removed_function", "## ⛔ shop: bills is removed, 2 dangers"),
            ("first_deploy", "## 🔧 shop: bills and orders are new, shared parts change"),
            ("slack_channel", "## 🔧 shop: shared parts change"),
            ("no_slack", "## ⛔ shop: alert topic and Slack channel are removed, 4 dangers"),
            (
                "renamed_project",
                "## ⛔ shop: bills and orders are made anew, alert topic and Slack channel are made anew, 7 dangers",
            ),
            ("alarms", "## ⛔ shop: orders changes, 1 danger"),
        ],
    )
    def test_the_headline_says_what_happens_in_terms_of_functions(self, name: str, words: str) -> None:
        assert headline(markdown(name)) == words

    def test_what_is_added_changed_and_destroyed_is_counted_below(self) -> None:
        assert markdown("settings").splitlines()[2].startswith("Plan: 1 to add, 8 to change.")

    def test_many_functions_are_counted_in_the_headline(self) -> None:
        assert headline(as_markdown("shop", summarise(many("new_function", 30)))) == "## 🔧 shop: 30 functions are new"

    def test_images_that_will_be_built_are_named(self) -> None:
        text = as_markdown("shop", PlanSummary(rebuilds=("bills", "orders")))
        assert headline(text) == "## 📦 shop: only new images"
        assert "builds the image of `bills`, `orders` anew" in text

    def test_dangers_come_before_everything_else(self) -> None:
        sections = re.findall(r"(?m)^### (.*)$", markdown("every_alarm_off"))
        assert sections[0].endswith("Look at this before you approve")
        assert sections[1].endswith("Alerts")

    def test_before_and_after_stand_side_by_side(self) -> None:
        assert "| Lambda function: timeout | `30 s` | **`60 s`** |" in markdown("timeout_and_memory")

    def test_the_coverage_says_which_failures_gain_or_lose_an_alert(self) -> None:
        lost = "| 🔔 an alert | 🔕 **nobody is told** |"
        assert markdown("only_asynchronous").count(lost) == 2  # errors; throttles, as Lambda tries again
        assert markdown("every_alarm_off").count(lost) == 8

    def test_the_cost_is_a_difference_a_month(self) -> None:
        assert "### 💰 Cost: about +2.00 USD a month" in markdown("new_function")
        assert "### 💰 Cost: about −1.80 USD a month" in markdown("removed_function")
        assert "kept 365 days instead of 30 days: +0.33 USD a month for each GB" in markdown("logs_kept_longer")
        assert "stays as it is" in markdown("timeout_and_memory")

    def test_the_raw_plan_is_folded_at_the_end(self) -> None:
        text = markdown("timeout_and_memory")
        assert text.index("<details>") > text.index("Cost" if "### 💰" in text else "cost of alarms")
        assert "- timeout = 30\n+ timeout = 60\n" in text
        assert text.endswith("```\n\n</details>\n")


class TestDeterministic:
    @pytest.mark.parametrize("name", NAMES)
    def test_the_same_plan_in_another_order_gives_the_same_text(self, name: str) -> None:
        plan = recorded(name)
        turned = {**plan, "resource_changes": plan["resource_changes"][::-1]}
        assert as_markdown("shop", summarise(turned), raw_blocks(turned)) == as_markdown(
            "shop", summarise(plan), raw_blocks(plan)
        )


class TestLength:
    def test_the_raw_plan_is_shortened_first_with_a_link_to_the_run(self) -> None:
        plan = many("new_function", 12)
        text = as_markdown("shop", summarise(plan), raw_blocks(plan), run=RUN)
        assert length(text) <= COMMENT_LIMIT
        assert re.search(rf"… raw plan: \d+ more, see \[the whole plan of this run\]\({re.escape(RUN)}\)", text)
        assert text.count("(new)") == 12

    @pytest.mark.parametrize("count", [60, 200])
    def test_any_number_of_functions_fits(self, count: int) -> None:
        plan = many("new_function", count)
        text = as_markdown("shop", summarise(plan), raw_blocks(plan), run=RUN)
        assert length(text) <= COMMENT_LIMIT
        assert headline(text) == f"## 🔧 shop: {count} functions are new"

    @pytest.mark.parametrize("limit", range(700, 6000, 100))
    def test_every_limit_is_kept_and_no_table_or_fold_is_left_open(self, limit: int) -> None:
        text = markdown("removed_function", limit=limit)
        assert length(text) <= limit
        assert text.count("```") % 2 == 0
        assert text.count("<details>") == text.count("</details>")
        assert headline(text).startswith("## ⛔ shop: bills is removed, 2 dangers")

    def test_what_is_important_is_cut_last(self) -> None:
        text = markdown("removed_function", limit=1300)
        assert "Lambda function is destroyed" in text and "<details>" not in text

    def test_without_a_run_the_command_is_named_that_shows_the_rest(self) -> None:
        plan = many("new_function", 12)
        assert "more, in what `lambda-alerts plan` prints" in as_markdown("shop", summarise(plan), raw_blocks(plan))

    def test_what_fits_is_not_shortened(self) -> None:
        assert "… " not in markdown("logs_kept_longer")


class TestSecrets:
    def test_environment_values_never_show_and_their_names_do(self) -> None:
        text = markdown("secret_environment")
        assert "hunter2" not in text
        for name in ("DB_PASSWORD", "DATABASE_URL", "STRIPE_TOKEN"):
            assert name in text

    def test_a_new_function_s_environment_does_not_show_either(self) -> None:
        text = markdown("first_deploy")
        assert '"STAGE": "(not shown)"' in text and '"prod"' not in text

    @pytest.mark.parametrize(
        ("values", "marks"),
        [
            ({"kind": "hunter2"}, {"kind": True}),
            ({"kind": {"a": ["hunter2"]}}, {"kind": {"a": [True]}}),
            ({"kind": ["x", "hunter2"]}, {"kind": [True]}),
            ({"auth_token": "hunter2"}, {}),
            ({"settings": [{"password": "hunter2"}]}, {}),
            ({"document": '{"Statement": [{"client_secret": "hunter2"}]}'}, {}),
            ({"address": "https://app:hunter2@example.com/"}, {}),
            ({"hook": "https://hooks.slack.com/services/T0/B0/hunter2"}, {}),
            ({"text": "key AKIAHUNTER2HUNTER2AA"}, {}),
            ({"pem": "-----BEGIN RSA PRIVATE KEY-----\nhunter2\n-----END RSA PRIVATE KEY-----"}, {}),
            ({"token_of": "hunter2"}, {}),
            ({"containers": [{"environment": [{"name": "URL", "value": "hunter2"}]}]}, {}),
            ({"containers": '[{"settings": [{"name": "DB_PASSWORD", "value": "hunter2"}]}]'}, {}),
            ({"template": '{"Resources": {"F": {"Environment": {"Variables": {"name": "hunter2"}}}}}'}, {}),
        ],
    )
    def test_a_secret_shows_nowhere(self, values: dict[str, Any], marks: dict[str, Any]) -> None:
        change = {"before": None, "after": values, "after_sensitive": marks, "after_unknown": {}}
        for actions, before in ((["create"], None), (["update"], {name: "old" for name in values})):
            row = {
                "address": "aws_glue_job.night",
                "mode": "managed",
                "type": "aws_glue_job",
                "change": {**change, "actions": actions, "before": before},
            }
            plan = {"resource_changes": [row]}
            text = as_markdown("shop", summarise(plan), raw_blocks(plan))
            assert "hunter2" not in text.lower(), text

    def test_a_secret_that_changes_is_said_to_change(self) -> None:
        row = {
            "address": "aws_glue_job.night",
            "mode": "managed",
            "type": "aws_glue_job",
            "change": {"actions": ["update"], "before": {"password": "a"}, "after": {"password": "b"}},
        }
        assert raw_blocks({"resource_changes": [row]}) == (
            "# aws_glue_job.night will be updated in place\n"
            "- password = (not shown)\n"
            "+ password = (not shown, changed)",
        )


class TestRaw:
    def test_of_two_long_values_the_difference_is_shown(self) -> None:
        long = "same " * 400
        row = {
            "address": "aws_cloudwatch_dashboard.this",
            "mode": "managed",
            "type": "aws_cloudwatch_dashboard",
            "change": {
                "actions": ["update"],
                "before": {"dashboard_body": f"{long}old{long}"},
                "after": {"dashboard_body": f"{long}new{long}"},
            },
        }
        _, before, after = raw_blocks({"resource_changes": [row]})[0].splitlines()
        assert "same old" in before and "same new" in after
        assert before.startswith("- dashboard_body = …") and "characters more)" in before
        assert max(len(before), len(after)) < 700

    def test_a_value_that_comes_has_no_line_for_before(self) -> None:
        block = raw_blocks(recorded("environment"))
        assert any("(not shown)" in text for text in block)
        assert "- id = " not in "".join(raw_blocks(recorded("new_repository")))


class TestMarks:
    def test_a_value_cannot_break_out_of_its_cell(self) -> None:
        assert code("a|b") == r"`a\|b`"
        assert code("a`b") == "`` a`b ``"
        assert code("one\ntwo") == "`one two`"

    def test_words_cannot_call_anybody_or_link_anywhere(self) -> None:
        assert "@acme" not in escaped("@acme/team")
        assert escaped("[x](y) #1 <img>") == r"\[x\](y) \#1 \<img\>"
