"""A change is planned, shown, allowed, and applied exactly as shown."""

import json
from pathlib import Path

import pytest

from lambda_alerts_cli import changes, stack_files
from lambda_alerts_cli.changes import Consent, Prepared
from lambda_alerts_cli.config import Config
from lambda_alerts_cli.errors import FAILED, Refused
from lambda_alerts_cli.plans.summary import Change, Danger, PlanSummary
from tests.fake_terraform import FakeTerraform, row
from tests.fakes import FakeOwnership, Heard, Somebody
from tests.shop import digest, project

TOPIC = Change("module.topic.aws_sns_topic.this", "create", "shared", "alert topic")
LOST = Change('module.function["mail"].aws_lambda_function.this', "destroy", "mail", "Lambda function")
HARMLESS = Prepared(Path("x.tfplan"), PlanSummary(changes=(TOPIC,)))
DANGEROUS = Prepared(Path("x.tfplan"), PlanSummary(changes=(LOST,), dangers=(Danger(LOST, "its versions go with it"),)))
NOTHING = Prepared(Path("x.tfplan"), None)
LEFT_BEHIND = row("module.topic.aws_sns_topic.this", "aws_sns_topic", "create", name="shop-alerts")
LEFT_BEHIND["change"]["after"] = {"name": "shop-alerts"}


class Project:
    """A project with one function whose stack is there already."""

    def __init__(self, folder: Path) -> None:
        self.config: Config = project(folder, "orders")
        self.terraform = FakeTerraform.that_has_applied(self.config, {"orders": digest("a")})
        self.ownership = FakeOwnership()
        self.heard = Heard()
        self.saved = folder / "change.tfplan"
        stack_files.prepare_folder(self.config, self.terraform.folder)

    def prepare(self, letter: str) -> Prepared:
        digests = {"orders": digest(letter)}
        return changes.prepare(self.terraform, self.ownership.owner_of, "shop", digests, self.saved, self.heard)


@pytest.fixture
def shop(tmp_path: Path) -> Project:
    return Project(tmp_path)


# ---- planned


def test_a_plan_without_changes_has_no_summary(shop: Project) -> None:
    assert shop.prepare("a") == Prepared(shop.saved, None)


def test_a_plan_with_changes_has_a_summary_and_is_saved(shop: Project) -> None:
    prepared = shop.prepare("b")
    assert prepared.summary is not None
    assert [(change.subject, change.kind) for change in prepared.summary.changes] == [("orders", "update")]
    assert shop.saved.exists()


def test_what_an_interrupted_apply_has_created_is_taken_over_by_a_second_plan(shop: Project) -> None:
    shop.terraform.that_plans(LEFT_BEHIND)
    shop.ownership.that_finds("shop-alerts", project="shop")
    prepared = shop.prepare("a")
    assert shop.terraform.journal == ["plan for orders", "plan for orders"]
    adopted = json.loads((shop.terraform.folder / "adopt.tf.json").read_text())
    assert [block["to"] for block in adopted["import"]] == [LEFT_BEHIND["address"]]
    assert prepared.summary is not None and [change.kind for change in prepared.summary.changes] == ["adopt"]
    assert any("shop-alerts" in note for note in shop.heard.notes)


def test_what_nobody_has_created_yet_is_not_taken_over(shop: Project) -> None:
    shop.terraform.that_plans(LEFT_BEHIND)
    shop.prepare("a")
    assert shop.terraform.journal == ["plan for orders"]
    assert not (shop.terraform.folder / "adopt.tf.json").exists()


def test_what_belongs_to_somebody_else_is_refused_by_its_name(shop: Project) -> None:
    shop.terraform.that_plans(LEFT_BEHIND)
    shop.ownership.that_finds("shop-alerts", project="another")
    with pytest.raises(Refused, match="shop-alerts"):
        shop.prepare("a")


# ---- allowed


def test_no_change_needs_no_consent() -> None:
    changes.allow(NOTHING, Consent(), Somebody(), interactive=True)


def test_a_plan_that_changes_only_what_the_stack_gives_out_is_not_asked_for() -> None:
    changes.allow(Prepared(Path("change.tfplan"), PlanSummary()), Consent(), Somebody(), interactive=True)


def test_on_a_terminal_a_change_is_asked_for() -> None:
    user = Somebody(answer=True)
    changes.allow(HARMLESS, Consent(), user, interactive=True)
    assert user.questions == ["Apply these changes?"]


def test_a_no_changes_nothing() -> None:
    with pytest.raises(Refused, match="nothing was changed") as refused:
        changes.allow(HARMLESS, Consent(), Somebody(answer=False), interactive=True)
    assert refused.value.exit_code == FAILED


def test_yes_agrees_to_changes_beforehand() -> None:
    changes.allow(HARMLESS, Consent(changes=True), Somebody(), interactive=True)


def test_without_a_terminal_a_harmless_change_is_not_asked_for() -> None:
    changes.allow(HARMLESS, Consent(), Somebody(), interactive=False)


@pytest.mark.parametrize("interactive", [True, False])
def test_yes_does_not_agree_to_a_loss(interactive: bool) -> None:
    user = Somebody(answer=False)
    with pytest.raises(Refused) as refused:
        changes.allow(DANGEROUS, Consent(changes=True), user, interactive=interactive)
    assert len(user.questions) == 1 and "mail: Lambda function is destroyed" in user.questions[0]
    assert "mail: Lambda function is destroyed" in refused.value.what
    assert "--allow-destroy" in (refused.value.next_step or "")


def test_a_yes_to_a_loss_is_the_only_question() -> None:
    user = Somebody(answer=True)
    changes.allow(DANGEROUS, Consent(), user, interactive=True)
    assert len(user.questions) == 1


def test_allow_destroy_agrees_to_losses_and_not_to_the_rest() -> None:
    user = Somebody(answer=True)
    changes.allow(DANGEROUS, Consent(losses=True), user, interactive=True)
    assert user.questions == ["Apply these changes?"]
    changes.allow(DANGEROUS, Consent(losses=True), Somebody(), interactive=False)


# ---- applied


def test_the_saved_plan_is_what_is_applied(shop: Project) -> None:
    prepared = shop.prepare("b")
    changes.apply(shop.terraform, prepared, shop.heard)
    assert shop.terraform.journal[-1] == "apply change.tfplan"
    assert shop.terraform.state["images"] == {"orders": digest("b")}


def test_each_resource_is_a_row_of_progress(shop: Project) -> None:
    changes.apply(shop.terraform, shop.prepare("b"), shop.heard)
    assert shop.heard.tasks == [('module.function["orders"].aws_lambda_function.this', "done")]


def test_after_an_apply_nothing_is_left_to_take_over(shop: Project) -> None:
    shop.terraform.that_plans(LEFT_BEHIND)
    shop.ownership.that_finds("shop-alerts", project="shop")
    changes.apply(shop.terraform, shop.prepare("a"), shop.heard)
    assert not (shop.terraform.folder / "adopt.tf.json").exists()


def test_the_summary_is_shown(shop: Project) -> None:
    changes.show(PlanSummary(changes=(TOPIC,)), shop.heard)
    assert shop.heard.notes and "alert topic" in shop.heard.notes[0]


# ---- the place for plans
