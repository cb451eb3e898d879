"""What `doctor` looks at, in which order, and what one thing that is wrong leaves of the rest."""

import threading
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from lambda_alerts_cli.checkup import MACHINE, PATH, Check, Checkup
from lambda_alerts_cli.doctor import Cloud, Tools, examine
from lambda_alerts_cli.errors import Failed, Missing, Problem, Refused
from lambda_alerts_cli.mutes import Mute
from lambda_alerts_cli.progress import Caution, Report, Unsettled
from lambda_alerts_cli.proof.arrangement import Arrangement, Function, Metric, Names, Unseen
from lambda_alerts_cli.stack import Applied
from tests.fakes import Heard
from tests.proof_stand import ALARM, CHANNEL, MARKED, NAME, TOPIC, TOPIC_ARN, Stand
from tests.shop import ACCOUNT, REGION, digest, outputs, project

WAITING = replace(
    ALARM,
    name="shop-alerts-undelivered-queue",
    metrics=(Metric.of("AWS/SQS", "ApproximateNumberOfMessagesVisible", QueueName="dead"),),
)
DELIVERY = replace(
    ALARM,
    name="shop-alerts-delivery",
    metrics=(Metric.of("AWS/Chatbot", "MessageDeliveryFailure", ConfigurationName=CHANNEL.name),),
)
MUTED = Mute(
    "shop-orders-muted",
    datetime(2026, 11, 29, 11, tzinfo=UTC),
    datetime(2026, 11, 29, 12, tzinfo=UTC),
    "moving",
    ("x",),
)


class Clinic:
    """A machine and an account in which all is well; a test breaks what it wants to see broken."""

    def __init__(self, *deployed: str) -> None:
        self.deployed = deployed or ("orders",)
        self.stand: Arrangement = replace(Stand().arrangement, expected=(ALARM.name, MARKED.name))
        self.refusals: dict[str, Problem] = {}
        self.function: Unseen | str | None = "there"
        self.muted: tuple[Mute, ...] = ()
        self.said: tuple[Caution, ...] = ()
        self.mended: tuple[str, ...] = ()
        self.account = ACCOUNT
        self.exists = True
        self.asked: list[tuple[Names, tuple[str, ...]]] = []
        self.path_asked: list[tuple[Names, tuple[str, ...], str]] = []
        self.put_back_of: list[str] = []
        self.heard = Heard()

    def that_refuses(self, what: str, problem: Problem) -> "Clinic":
        self.refusals[what] = problem
        return self

    def _may(self, what: str) -> None:
        if what in self.refusals:
            raise self.refusals[what]

    # ---- as `doctor` sees it

    def survey_ways(self, names: Names, rules: Collection[str]) -> Mapping[str, Arrangement] | Unseen | None:
        self._may("function")
        self.asked.append((names, tuple(rules)))
        if self.function is None or isinstance(self.function, Unseen):
            return self.function
        assert self.stand.rule is not None and not isinstance(self.stand.rule, Unseen)
        return {rule: replace(self.stand, rule=replace(self.stand.rule, name=rule)) for rule in rules}

    def survey_path(self, names: Names, others: tuple[str, ...], others_region: str) -> Arrangement:
        self._may("path")
        self.path_asked.append((names, others, others_region))
        return Arrangement(
            Function("", "", 0, "", ""),
            alarms=(WAITING, DELIVERY),
            topics={TOPIC_ARN: TOPIC},
            channels=(CHANNEL,),
            expected=(*names.alarms, *others),
            queues={"dead": True},
        )

    def mutes(self, names: tuple[str, ...]) -> tuple[Mute, ...]:
        self._may("mutes")
        return self.muted

    def put_back(self, functions: Iterable[str], report: Report) -> tuple[str, ...]:
        self.put_back_of += functions
        for caution in self.said:
            report(caution)
        return self.mended

    def _applied(self, account: str) -> Applied:
        self._may("state")
        if not self.exists:
            return Applied()
        made = Applied.of(outputs({name: digest("a") for name in self.deployed}))
        channel = {"arn": "arn:channel", "channel": "C0GHJKLMN"}
        alarms = (ALARM.name, MARKED.name, f"{NAME}-old-errors", WAITING.name)
        return replace(made, alarms=alarms, delivery_alarms=(DELIVERY.name,), channel=channel)

    def _said(self, what: str, text: str) -> Callable[[], str]:
        def look() -> str:
            self._may(what)
            return text

        return look

    def _cloud(self) -> Cloud:
        self._may("credentials")
        return Cloud(self.account, self, self, self.put_back)

    def examined(self, folder: Path, *functions: str, text: str = "", strict: bool = False) -> Checkup:
        config = project(folder, *(functions or ("orders",)), text=text)
        tools = Tools(
            self._said("terraform", "Terraform 1.11.4"),
            self._said("engine", "engine 28"),
            self._cloud,
            self._applied,
            self.heard,
            threading.Event(),
        )
        return examine(config, functions or ("orders",), tools, strict=strict)


def states(checkup: Checkup, group: str) -> dict[str, str]:
    return {check.name: check.state for check in checkup.checks if check.group == group}


def finding(checkup: Checkup, name: str) -> Any:
    (check,) = (check for check in checkup.checks if check.name == name)
    return check.findings[0]


def test_a_stack_that_is_whole_is_sound_in_every_part(tmp_path: Path) -> None:
    checkup = Clinic().examined(tmp_path, strict=True)
    assert (checkup.sound, checkup.exit_code, checkup.account) == (True, 0, ACCOUNT)
    assert states(checkup, MACHINE) == dict.fromkeys(("terraform", "engine", "credentials", "state"), "sound")
    ways = ("error-sync", "error-async", "timeout-sync", "timeout-async", "crash-sync", "handled-sync", "untold-async")
    assert states(checkup, "orders") == dict.fromkeys(ways, "sound")
    assert states(checkup, PATH) == {WAITING.name: "sound", DELIVERY.name: "sound"}
    texts = {check.name: check.text for check in checkup.checks if check.group == MACHINE}
    assert texts["credentials"] == f"account {ACCOUNT}, {REGION}"
    assert texts["state"] == "1 function, 5 alarms, channel C0GHJKLMN"


def test_each_function_is_asked_for_its_own_alarms_and_rules(tmp_path: Path) -> None:
    clinic = Clinic("orders", "orders-old")
    clinic.examined(tmp_path, "orders", "orders-old")
    asked = {names.function: (names.alarms, rules) for names, rules in clinic.asked}
    rules = (f"{NAME}-failures", f"{NAME}-stopped", f"{NAME}-untold")
    assert asked[NAME] == ((ALARM.name, MARKED.name), rules)
    assert asked[f"{NAME}-old"][0] == (f"{NAME}-old-errors",)
    assert clinic.path_asked[0][0].alarms == (WAITING.name,)
    assert clinic.path_asked[0][1:] == ((DELIVERY.name,), "us-east-1")


def test_what_is_broken_is_found_in_all_ways_that_lead_over_it_and_nothing_else_is(tmp_path: Path) -> None:
    clinic = Clinic()
    clinic.stand = replace(clinic.stand, topics={TOPIC_ARN: replace(TOPIC, policy="")})
    checkup = clinic.examined(tmp_path)
    assert set(states(checkup, "orders").values()) == {"broken"}
    assert {found.hop for check in checkup.checks for found in check.findings} == {"published"}
    assert checkup.exit_code == 1


def test_a_function_that_is_only_called_directly_needs_no_rule(tmp_path: Path) -> None:
    clinic = Clinic()
    assert clinic.stand.rule is not None and not isinstance(clinic.stand.rule, Unseen)
    clinic.stand = replace(clinic.stand, rule=replace(clinic.stand.rule, enabled=False))
    assert clinic.examined(tmp_path, text='[defaults]\ninvoked = ["sync"]\n').sound
    assert not clinic.examined(tmp_path).sound


# ---- this machine


def test_without_credentials_the_rest_is_unknown_and_the_exit_code_is_3(tmp_path: Path) -> None:
    clinic = Clinic().that_refuses("credentials", Missing("no AWS credentials were found", next_step="sign in"))
    checkup = clinic.examined(tmp_path)
    assert states(checkup, MACHINE) == {
        "terraform": "sound",
        "engine": "sound",
        "credentials": "broken",
        "state": "unknown",
    }
    assert (checkup.exit_code, checkup.account, clinic.asked) == (3, None, [])
    assert finding(checkup, "credentials").next_step == "sign in"


def test_an_account_that_is_not_meant_is_not_looked_into(tmp_path: Path) -> None:
    clinic = Clinic()
    checkup = clinic.examined(tmp_path, text='account = "210987654321"\n')
    assert states(checkup, MACHINE)["credentials"] == "broken" and clinic.asked == []
    assert "not to 210987654321" in finding(checkup, "credentials").what


def test_an_engine_that_does_not_answer_is_a_warning_because_only_a_deploy_needs_it(tmp_path: Path) -> None:
    checkup = Clinic().that_refuses("engine", Missing("docker is not installed")).examined(tmp_path, strict=True)
    assert states(checkup, MACHINE)["engine"] == "warning" and checkup.exit_code == 0


def test_without_terraform_or_with_a_state_that_cannot_be_read_it_says_so_and_stops_there(tmp_path: Path) -> None:
    clinic = Clinic().that_refuses("terraform", Missing("Terraform is not installed"))
    clinic.that_refuses("state", Refused("the state describes another account"))
    checkup = clinic.examined(tmp_path)
    assert (states(checkup, MACHINE)["state"], checkup.exit_code, clinic.asked) == ("broken", 3, [])


def test_a_stack_that_is_not_deployed_says_what_to_do(tmp_path: Path) -> None:
    clinic = Clinic()
    clinic.exists = False
    checkup = clinic.examined(tmp_path)
    assert finding(checkup, "state").what == "shop is not deployed yet"
    assert finding(checkup, "state").next_step == "lambda-alerts deploy"
    assert (checkup.exit_code, clinic.asked, clinic.put_back_of) == (1, [], [])


# ---- functions


def test_a_function_that_is_not_deployed_and_one_that_nobody_wants_any_more_are_named(tmp_path: Path) -> None:
    checkup = Clinic("mail").examined(tmp_path, "orders")
    assert finding(checkup, "deployed").what == "orders is not deployed yet"
    assert states(checkup, "mail") == {"configured": "warning"}


def test_a_function_that_is_gone_is_broken_and_one_that_may_not_be_seen_is_unknown(tmp_path: Path) -> None:
    clinic = Clinic()
    clinic.function = None
    assert "no function shop-orders with an alias live" in finding(clinic.examined(tmp_path), "function").what
    clinic.function = Unseen("lambda:GetFunctionConfiguration is not allowed")
    assert states(clinic.examined(tmp_path), "orders") == {"function": "unknown"}
    assert clinic.examined(tmp_path).exit_code == 0
    assert clinic.examined(tmp_path, strict=True).exit_code == 1


def test_what_aws_does_not_answer_is_unknown_and_the_rest_is_looked_at(tmp_path: Path) -> None:
    clinic = Clinic()
    for what in ("function", "path", "mutes"):
        clinic.that_refuses(what, Failed("AWS is being asked too much", next_step="wait"))
    checkup = clinic.examined(tmp_path)
    assert states(checkup, "orders") == {"function": "unknown"}
    assert states(checkup, PATH) == {"alarms": "unknown", "mutes": "unknown"}


def test_only_the_functions_that_are_named_are_walked_and_the_way_of_all_alerts(tmp_path: Path) -> None:
    clinic = Clinic("orders", "mail")
    config = project(tmp_path, "orders", "mail")
    tools = Tools(lambda: "", lambda: "", clinic._cloud, clinic._applied, clinic.heard, threading.Event())
    checkup = examine(config, ("orders",), tools)
    assert {check.group for check in checkup.checks} == {MACHINE, "orders", PATH}
    assert sorted(clinic.put_back_of) == ["shop-mail", "shop-orders"]


def test_a_muted_function_is_a_warning(tmp_path: Path) -> None:
    clinic = Clinic()
    clinic.muted = (MUTED,)
    checkup = clinic.examined(tmp_path, strict=True)
    assert checkup.exit_code == 0 and states(checkup, "orders")["muted"] == "warning"
    assert finding(checkup, "muted").what == "muted until 2026-11-29 12:00 UTC: moving"


# ---- switches


def test_switches_that_a_killed_test_has_left_are_put_back_and_told(tmp_path: Path) -> None:
    clinic = Clinic()
    clinic.said, clinic.mended = (Caution("they are put back"),), (NAME,)
    checkup = clinic.examined(tmp_path)
    assert checkup.put_back == (NAME,) and states(checkup, MACHINE)["switches"] == "warning"
    assert clinic.heard.cautions == ["they are put back"] and checkup.exit_code == 0


def test_switches_that_could_not_be_settled_are_unknown(tmp_path: Path) -> None:
    clinic = Clinic()
    clinic.said = (Unsettled("whether a test has left its switches could not be settled"),)
    checkup = clinic.examined(tmp_path, strict=True)
    assert states(checkup, MACHINE)["switches"] == "unknown" and checkup.exit_code == 1


def test_without_switches_there_is_no_row_for_them(tmp_path: Path) -> None:
    assert not any(
        isinstance(check, Check) and check.name == "switches" for check in Clinic().examined(tmp_path).checks
    )
