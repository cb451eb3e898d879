"""The way to a running stack: its order, what is left out when nothing has changed, and where it stops."""

import json
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from lambda_alerts_cli.changes import Consent
from lambda_alerts_cli.config import Config
from lambda_alerts_cli.deploy import Cloud, Deployed, Tools, deploy
from lambda_alerts_cli.errors import Failed, Missing, Refused
from lambda_alerts_cli.mutes import StillMuted
from tests.fake_terraform import FakeTerraform, row
from tests.fakes import FakeAws, FakeMaker, FakeOwnership, Heard, Journal, Somebody
from tests.shop import ACCOUNT, REGION, digest, outputs, project, tag

OTHER = "210987654321"
SLACK = '[slack]\nworkspace = "T0ABCDEF"\nchannel = "C0GHJKLMN"\n'


class Shop:
    """A project, its stack, and everything a deploy acts through; all write into one journal."""

    def __init__(self, config: Config, digests: dict[str, str], *, account: str = ACCOUNT) -> None:
        self.config = config
        self.journal: Journal = []
        self.terraform = FakeTerraform.that_has_applied(config, digests, self.journal, account=account)
        self.guessing = self.terraform.beside("guess:")
        self.aws = FakeAws(self.journal)
        self.maker = FakeMaker(self.aws, self.journal)
        self.make_maker: Callable[[], FakeMaker] = lambda: self.maker
        self.ownership = FakeOwnership()
        self.heard = Heard()
        self.user = Somebody()
        self.interactive = False
        for name, image in digests.items():
            self.aws.that_has(f"shop-{name}", tag("a"), image)

    @classmethod
    def that_is_new(cls, folder: Path, *functions: str) -> "Shop":
        return cls(project(folder, *(functions or ("orders",)), text=SLACK), {})

    @classmethod
    def that_runs(cls, folder: Path, *functions: str) -> "Shop":
        """Deployed from sources that are still the same."""
        names = functions or ("orders",)
        return cls(project(folder, *names, text=SLACK), dict.fromkeys(names, digest("a")))

    def deploy(self, *, yes: bool = False, allow_destroy: bool = False) -> Deployed:
        scratch = self.config.folder / "scratch"
        scratch.mkdir(exist_ok=True)
        tools = Tools(
            terraform=self.terraform,
            guessing=self.guessing,
            make_cloud=lambda: Cloud(self.aws, self.ownership),
            make_maker=self.make_maker,
            report=self.heard,
            ask=self.user,
            stop=threading.Event(),
            interactive=self.interactive,
        )
        return deploy(self.config, tools, Consent(changes=yes, losses=allow_destroy), scratch)

    def did(self, *words: str) -> list[str]:
        """The steps that begin with one of these words, in their order."""
        return [step for step in self.journal if step.startswith(words)]


# ---- order


def test_a_first_deploy_creates_the_registries_before_it_builds_and_the_functions_after(tmp_path: Path) -> None:
    shop = Shop.that_is_new(tmp_path)
    shop.deploy()
    assert shop.journal == [
        "plan for nothing",
        "apply change.tfplan",
        "build orders",
        "check orders",
        "push shop-orders",
        "plan for orders",
        "apply change.tfplan",
        "wait for shop-orders 1",
    ]


def test_the_steps_are_told_as_they_come(tmp_path: Path) -> None:
    shop = Shop.that_is_new(tmp_path)
    shop.deploy()
    assert shop.heard.steps == [
        "Check tools, credentials and place",
        "Create the registries",
        "Apply",
        "Build images",
        "Plan",
        "Apply",
        "Verify",
    ]


def test_a_new_function_gets_its_registry_while_the_others_keep_their_image(tmp_path: Path) -> None:
    shop = Shop(project(tmp_path, "mail", "orders", text=SLACK), {"orders": digest("a")})
    shop.aws.stored.clear()
    shop.aws.that_has("shop-orders", tag("a"), digest("a"))
    shop.maker.that_reads(mail="c")
    done = shop.deploy()
    assert shop.did("plan", "build") == ["plan for orders", "build mail", "plan for mail, orders"]
    assert [(function.name, function.digest, function.built) for function in done.functions] == [
        ("mail", digest("c"), True),
        ("orders", digest("a"), False),
    ]


def test_the_images_of_the_stack_are_noted_for_a_plan_by_hand(tmp_path: Path) -> None:
    shop = Shop.that_is_new(tmp_path)
    shop.deploy()
    noted = json.loads((shop.terraform.folder / "images" / "default.json").read_text())
    assert noted == {"orders": digest("a")}


# ---- what has not changed


def test_an_unchanged_deploy_builds_nothing_applies_nothing_and_plans_once(tmp_path: Path) -> None:
    shop = Shop.that_runs(tmp_path)
    done = shop.deploy()
    assert shop.journal == ["guess: plan for orders", "wait for shop-orders 1"]
    assert not done.changed and [function.built for function in done.functions] == [False]
    assert done.as_text().startswith("Nothing had changed in shop")


def test_a_changed_setting_is_applied_from_the_guessed_plan_without_a_second_one(tmp_path: Path) -> None:
    shop = Shop.that_runs(tmp_path)
    shop.guessing.that_plans(row("module.topic.aws_sns_topic.this", "aws_sns_topic", "update"))
    shop.deploy()
    assert shop.did("guess", "plan", "apply") == ["guess: plan for orders", "apply guess.tfplan"]


def test_the_guess_is_given_up_when_something_must_be_built_and_has_ended_before_the_next_plan(tmp_path: Path) -> None:
    shop = Shop.that_runs(tmp_path)
    shop.maker.that_reads(orders="c")
    shop.guessing.that_plans_until_it_is_stopped()
    shop.deploy()
    assert shop.did("guess", "plan", "apply") == [
        "guess: plan for orders",
        "guess: plan stopped",
        "plan for orders",
        "apply change.tfplan",
    ]
    assert shop.did("build", "check", "push", "plan") == [
        "build orders",
        "check orders",
        "push shop-orders",
        "plan for orders",
    ]
    assert shop.terraform.state["images"] == {"orders": digest("c")}


def test_an_image_that_was_built_before_but_does_not_run_is_planned_for(tmp_path: Path) -> None:
    # For instance after a deploy that was killed between its push and its apply.
    shop = Shop.that_runs(tmp_path)
    shop.aws.that_has("shop-orders", tag("c"), digest("c"))
    shop.maker.that_reads(orders="c")
    done = shop.deploy()
    assert shop.did("build", "push") == []
    assert shop.did("plan", "apply") == ["plan for orders", "apply change.tfplan"]
    assert done.changed and done.functions[0].digest == digest("c")


def test_only_the_function_whose_source_changed_is_built(tmp_path: Path) -> None:
    shop = Shop.that_runs(tmp_path, "mail", "orders")
    shop.maker.that_reads(mail="c")
    done = shop.deploy()
    assert shop.did("build") == ["build mail"]
    assert ("image orders", "skipped") in shop.heard.tasks
    assert [function.built for function in done.functions] == [True, False]


# ---- consent


def test_on_a_terminal_a_first_deploy_asks_once(tmp_path: Path) -> None:
    shop = Shop.that_is_new(tmp_path)
    shop.interactive, shop.user = True, Somebody(answer=True)
    shop.deploy()
    assert shop.user.questions == ["Apply these changes?"]


def test_a_no_to_a_first_deploy_creates_nothing(tmp_path: Path) -> None:
    shop = Shop.that_is_new(tmp_path)
    shop.interactive, shop.user = True, Somebody(answer=False)
    with pytest.raises(Refused, match="nothing was changed"):
        shop.deploy()
    assert shop.did("apply", "build", "push") == [] and shop.terraform.state == {}


def test_the_plan_is_shown_before_it_is_asked_for(tmp_path: Path) -> None:
    shop = Shop.that_is_new(tmp_path)
    shop.interactive, shop.user = True, Somebody(answer=False)
    with pytest.raises(Refused):
        shop.deploy()
    assert any("image repository" in note for note in shop.heard.notes)


@pytest.mark.parametrize("interactive", [True, False])
def test_losing_a_function_takes_a_yes_that_the_option_yes_does_not_give(tmp_path: Path, interactive: bool) -> None:
    shop = Shop(project(tmp_path, "orders", text=SLACK), {"orders": digest("a"), "mail": digest("a")})
    shop.interactive, shop.user = interactive, Somebody(answer=False)
    with pytest.raises(Refused, match="mail: Lambda function is destroyed"):
        shop.deploy(yes=True)
    assert shop.did("apply") == [] and "mail" in shop.terraform.state["functions"]


def test_allow_destroy_loses_a_function_without_a_question(tmp_path: Path) -> None:
    shop = Shop(project(tmp_path, "orders", text=SLACK), {"orders": digest("a"), "mail": digest("a")})
    shop.deploy(allow_destroy=True)
    assert list(shop.terraform.state["functions"]) == ["orders"]


def test_without_a_terminal_a_harmless_change_is_applied_and_nobody_is_asked(tmp_path: Path) -> None:
    shop = Shop.that_is_new(tmp_path)
    shop.deploy()
    assert shop.user.questions == []


# ---- the place


@pytest.mark.parametrize("where", ["the state", "the configuration"])
def test_another_account_is_refused_before_anything_is_applied_or_pushed(tmp_path: Path, where: str) -> None:
    if where == "the state":
        shop = Shop(project(tmp_path, "orders"), {"orders": digest("a")}, account=OTHER)
    else:
        shop = Shop(project(tmp_path, "orders", text=f'account = "{OTHER}"\n'), {"orders": digest("a")})
    with pytest.raises(Refused, match=OTHER):
        shop.deploy(yes=True, allow_destroy=True)
    assert shop.did("apply", "build", "push", "wait") == [] and shop.aws.logins == 0


def test_another_region_than_that_of_the_stack_is_refused(tmp_path: Path) -> None:
    config = project(tmp_path, "orders", settings=("project.region=us-east-1",))
    shop = Shop(config, {"orders": digest("a")})
    with pytest.raises(Refused, match=REGION):
        shop.deploy(yes=True, allow_destroy=True)
    assert shop.did("guess:", "plan", "apply", "build", "push") == []


def test_missing_credentials_are_told_before_a_missing_engine(tmp_path: Path) -> None:
    shop = Shop.that_is_new(tmp_path)

    shop.aws.that_refuses(Missing("no AWS credentials were found"))

    def no_engine() -> FakeMaker:
        raise Missing("docker is not installed")

    shop.make_maker = no_engine
    with pytest.raises(Missing, match="credentials"):
        shop.deploy()
    assert shop.did("apply", "build") == []


def test_a_missing_engine_stops_before_the_registries_are_created(tmp_path: Path) -> None:
    shop = Shop.that_is_new(tmp_path)

    def no_engine() -> FakeMaker:
        raise Missing("docker is not installed")

    shop.make_maker = no_engine
    with pytest.raises(Missing, match="docker"):
        shop.deploy()
    assert shop.did("apply") == []


def test_a_project_without_a_channel_is_cautioned(tmp_path: Path) -> None:
    shop = Shop(project(tmp_path, "orders"), {"orders": digest("a")})
    shop.deploy()
    assert len(shop.heard.cautions) == 1 and "[slack]" in shop.heard.cautions[0]


# ---- what goes wrong


def test_a_failed_build_applies_nothing_of_the_functions(tmp_path: Path) -> None:
    shop = Shop.that_runs(tmp_path)
    shop.maker.that_reads(orders="c").that_fails_at("build orders", Failed("pip found no wheel"))
    with pytest.raises(Failed, match="wheel"):
        shop.deploy()
    assert shop.did("apply", "push") == []


def test_the_same_command_goes_on_after_a_failed_push(tmp_path: Path) -> None:
    shop = Shop.that_is_new(tmp_path)
    shop.maker.that_fails_at("push shop-orders", Failed("the registry does not answer"))
    with pytest.raises(Failed):
        shop.deploy()
    shop.maker.broken.clear()
    shop.journal.clear()
    shop.deploy()
    assert shop.did("plan", "apply", "build") == ["build orders", "plan for orders", "apply change.tfplan"]


def test_what_a_killed_deploy_left_behind_is_taken_over(tmp_path: Path) -> None:
    shop = Shop.that_runs(tmp_path)
    queue = row("module.failure_events.aws_sqs_queue.this", "aws_sqs_queue", "create")
    queue["change"]["after"] = {"name": "shop-alerts-undelivered"}
    shop.guessing.that_plans(queue)
    shop.ownership.that_finds("shop-alerts-undelivered", project="shop")
    shop.deploy()
    assert shop.did("guess", "apply") == ["guess: plan for orders", "guess: plan for orders", "apply guess.tfplan"]
    assert not (shop.terraform.folder / "adopt.tf.json").exists()


# ---- afterwards


def test_every_function_is_waited_for(tmp_path: Path) -> None:
    shop = Shop.that_runs(tmp_path, "mail", "orders")
    shop.deploy()
    assert sorted(shop.did("wait")) == ["wait for shop-mail 1", "wait for shop-orders 1"]


def test_a_smoke_event_is_sent_to_the_alias_once_the_function_is_ready(tmp_path: Path) -> None:
    config = project(tmp_path, "orders", text=SLACK, settings=('functions.orders.smoke_event={ping = "x"}',))
    shop = Shop(config, {"orders": digest("a")})
    shop.aws.that_answers("shop-orders", '"pong"')
    shop.deploy()
    assert shop.did("wait", "invoke") == ["wait for shop-orders 1", 'invoke shop-orders:live {"ping": "x"}']


def test_a_smoke_event_that_fails_fails_the_deploy_with_its_path(tmp_path: Path) -> None:
    config = project(tmp_path, "orders", text=SLACK, settings=("functions.orders.smoke_event={}",))
    shop = Shop(config, {"orders": digest("a")})
    shop.aws.that_answers("shop-orders", '{"errorMessage": "no table"}', error="Unhandled")
    with pytest.raises(Failed, match="no table") as failed:
        shop.deploy()
    assert failed.value.where == "functions.orders.smoke_event"


def test_the_result_says_what_stands(tmp_path: Path) -> None:
    shop = Shop.that_is_new(tmp_path)
    done = shop.deploy()
    assert (done.project, done.account, done.region, done.changed) == ("shop", ACCOUNT, REGION, True)
    assert done.alarms == len(outputs({"orders": digest("a")})["alarms"])
    text = done.as_text()
    assert text.startswith("Deployed shop") and "shop-orders" in text and "lambda-alerts invoke orders" in text


def test_what_stays_muted_after_it_is_said_with_the_reason(tmp_path: Path) -> None:
    done = Shop.that_runs(tmp_path).deploy()
    assert "muted" not in done.as_text()
    text = replace(done, muted=(StillMuted("orders", "2026-11-25 10:15 UTC"),)).as_text()
    assert "orders stays muted until 2026-11-25 10:15 UTC.\nAlarms see a deploy's failures minutes later." in text


def test_the_keys_for_machines(tmp_path: Path) -> None:
    document = Shop.that_runs(tmp_path).deploy().as_dict()
    keys = ["project", "account", "region", "changed", "functions", "alarms", "channel", "next_commands", "muted"]
    assert list(document) == keys
    assert list(document["functions"][0]) == ["name", "full_name", "version", "digest", "built"]
