"""Everything that goes is named, asked for, and then removed."""

import json
from pathlib import Path

import pytest

from lambda_alerts_cli.destroy import Destroyed, destroy
from lambda_alerts_cli.errors import FAILED, Refused
from tests.fake_terraform import FakeTerraform
from tests.fakes import FakeAws, Heard, Somebody
from tests.shop import ACCOUNT, digest, project

OTHER = "210987654321"


class Stack:
    """A project with one function that is deployed, and somebody who wants it removed."""

    def __init__(self, folder: Path, *, account: str = ACCOUNT, deployed: bool = True) -> None:
        self.config = project(folder, "orders")
        digests = {"orders": digest("a")} if deployed else {}
        self.terraform = FakeTerraform.that_has_applied(self.config, digests, account=account)
        self.heard = Heard()

    def destroy(self, user: Somebody, *, agreed: bool = False) -> Destroyed:
        scratch = self.config.folder
        return destroy(self.config, self.terraform, FakeAws(), self.heard, user, scratch, agreed=agreed)


def test_what_goes_is_shown_before_it_is_asked_for(tmp_path: Path) -> None:
    stack = Stack(tmp_path)
    heard_when_asked: list[str] = []

    class Attentive(Somebody):
        def __call__(self, question: str) -> bool:
            heard_when_asked.extend(stack.heard.notes)
            return super().__call__(question)

    user = Attentive(answer=True)
    stack.destroy(user)
    assert "Lambda function" in heard_when_asked[0] and "image repository" in heard_when_asked[0]
    assert ACCOUNT in user.questions[0]


def test_a_no_removes_nothing(tmp_path: Path) -> None:
    stack = Stack(tmp_path)
    with pytest.raises(Refused, match="nothing was removed") as refused:
        stack.destroy(Somebody(answer=False))
    assert "--yes" in (refused.value.next_step or "") and refused.value.exit_code == FAILED
    assert stack.terraform.journal == ["plan away"] and stack.terraform.state


def test_the_plan_that_was_shown_is_applied(tmp_path: Path) -> None:
    stack = Stack(tmp_path)
    assert stack.destroy(Somebody(answer=True)) == Destroyed("shop", ACCOUNT, 2)
    assert stack.terraform.journal == ["plan away", "apply destroy.tfplan"]
    assert stack.terraform.state == {}


def test_yes_removes_without_a_question(tmp_path: Path) -> None:
    stack = Stack(tmp_path)
    stack.destroy(Somebody(), agreed=True)
    assert stack.terraform.state == {}


def test_afterwards_no_image_is_known(tmp_path: Path) -> None:
    stack = Stack(tmp_path)
    stack.destroy(Somebody(), agreed=True)
    assert json.loads((stack.terraform.folder / "images" / "default.json").read_text()) == {}


def test_where_nothing_is_nothing_is_asked_nor_applied(tmp_path: Path) -> None:
    stack = Stack(tmp_path, deployed=False)
    gone = stack.destroy(Somebody())
    assert gone == Destroyed("shop", ACCOUNT, 0)
    assert "nothing of shop" in gone.as_text()
    assert stack.terraform.journal == ["plan away"]


def test_the_stack_of_another_account_is_refused_before_it_is_planned(tmp_path: Path) -> None:
    stack = Stack(tmp_path, account=OTHER)
    with pytest.raises(Refused, match=OTHER):
        stack.destroy(Somebody(), agreed=True)
    assert stack.terraform.journal == []


def test_the_keys_for_machines() -> None:
    gone = Destroyed("shop", ACCOUNT, 2)
    assert gone.as_dict() == {"project": "shop", "account": ACCOUNT, "resources": 2}
    assert gone.as_text() == f"Removed shop from account {ACCOUNT}: 2 resources."
