"""A proof begins only when it is certain that it can, and ends with everything as it was, however it ends."""

import json
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from lambda_alerts_cli.adapters.aws_answers import Invocation
from lambda_alerts_cli.commands.test_failure import chosen, slack_reader
from lambda_alerts_cli.config import Config
from lambda_alerts_cli.errors import Failed, Misused, Problem, Refused
from lambda_alerts_cli.following import Broken
from lambda_alerts_cli.forced import MARKER, SWITCHES, Settings
from lambda_alerts_cli.forcing import QUESTION
from lambda_alerts_cli.proof.arrangement import Arrangement, Metric, Names, Unseen
from lambda_alerts_cli.proof.evidence import Acted, Changed, History, Line
from lambda_alerts_cli.proof.result import Proof
from lambda_alerts_cli.proving import Tools, Wishes, prove
from lambda_alerts_cli.run_lock import RunLock
from lambda_alerts_cli.scheduling import schedule_weekly
from lambda_alerts_cli.stack import Applied
from lambda_alerts_cli.surroundings import Surroundings
from tests.fakes import Heard, Somebody
from tests.proof_stand import ALARM, CHANNEL, TOPIC_ARN, Stand
from tests.shop import ACCOUNT, digest, outputs, project

BEGAN = 1_000.0
HANDLER = "from failure_switches import failure_switches\n@failure_switches\ndef handler(event, context): ...\n"


class Cloud(threading.Event):
    """An account in which a function fails when its switch is set, and its alarm goes off and on again."""

    speed = 1.0
    place = "here"

    def __init__(self) -> None:
        super().__init__()
        self.time = BEGAN
        self.current = Settings({"LEVEL": "info"}, 30, "r0")
        self.journal: list[str] = []
        self.knows: Sequence[str] = SWITCHES
        self.stand = Stand()
        self.failures: list[float] = []
        self.refuses: Problem | None = None
        self.stuck = False

    # what is invoked

    def invoke(self, function: str, qualifier: str, event: object, *, timeout: int) -> Invocation:
        assert qualifier == "$LATEST", "callers of live are never harmed"
        if event == QUESTION:
            return Invocation(200, json.dumps({"lambda-alerts": list(self.knows)}), None, "", qualifier)
        on = [name for name in SWITCHES if name in self.current.variables]
        self.journal.append(f"failed by {' '.join(on)}")
        if self.refuses:
            raise self.refuses
        self.failures.append(self.time)
        return Invocation(200, '{"errorType": "ForcedError"}', "Unhandled", "", qualifier, "8f1e")

    def invoke_async(self, function: str, qualifier: str, event: object) -> Invocation:
        raise AssertionError("nothing here is called by an event")

    # its settings

    def settings(self, function: str) -> Settings | None:
        return self.current

    def change(self, function: str, settings: Settings) -> None:
        self.journal.append(" ".join(sorted(settings.variables)))
        self.current = settings

    def now(self) -> float:
        return self.time

    def wait(self, timeout: float | None = None) -> bool:
        self.time += timeout or 0
        return self.is_set()

    # what is seen

    def survey(self, names: Names) -> Arrangement:
        state = "ALARM" if self.stuck else "OK"
        return self.stand.with_alarm(state=state).arrangement

    def counts(
        self, metrics: Sequence[Metric], since: float, until: float, region: str | None = None
    ) -> dict[Metric, float]:
        seen = ("Errors", "MessageDeliverySuccess")
        return {metric: float(len(self.failures)) if metric.name in seen else 0.0 for metric in metrics}

    def lines(self, group: str, words: str, since: float, region: str | None = None) -> tuple[Line, ...] | Unseen:
        return (Line(self.time, "REPORT RequestId: 8f1e"),) if words else Unseen("no log group")

    def history(self, alarms: Sequence[str], since: float) -> History:
        if not self.failures:
            return History()
        at = self.failures[-1]
        changes = (Changed(ALARM.name, "ALARM", at + 60), Changed(ALARM.name, "OK", at + 240))
        return History(changes, (Acted(ALARM.name, TOPIC_ARN, at + 61),))

    def dead_letters(self, queue: str, words: str) -> tuple[str, ...]:
        return ()


class Shop:
    """A project with one function that is called directly, deployed."""

    def __init__(self, folder: Path, handler: str = HANDLER) -> None:
        self.config: Config = project(folder, "orders", text='[defaults]\ninvoked = ["sync"]\n')
        (folder / "lambda_function.py").write_text(handler)
        channel = {"channel": CHANNEL.channel, "arn": CHANNEL.arn}
        self.applied = Applied.of({**outputs({"orders": digest("a")}), "channel": channel})
        self.cloud = Cloud()
        self.heard = Heard()
        self.user = Somebody()
        self.interactive = False

    def prove(self, *only: str, yes: bool = True, strict: bool = False) -> Proof:
        tools = Tools(
            invoker=self.cloud,
            surveyor=self.cloud,
            witness=self.cloud,
            board=self.cloud,
            reader=None,
            clock=self.cloud,
            place="here",
            report=self.heard,
            ask=self.user,
            stop=self.cloud,
            interactive=self.interactive,
        )
        wishes = Wishes(("orders",), only or ("error",), agreed=yes, strict=strict)
        return prove(self.config, self.applied, ACCOUNT, wishes, tools)


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)


def test_a_whole_way_is_proven_and_everything_is_put_back(shop: Shop) -> None:
    proof = shop.prove()
    (row,) = proof.scenarios
    assert {hop.outcome for hop in row.hops if hop.name != "seen"} == {"held"}
    assert proof.exit_code == 0
    assert (shop.cloud.current.variables, shop.cloud.current.timeout) == ({"LEVEL": "info"}, 30)
    assert shop.cloud.journal == [
        f"{MARKER} LEVEL",
        f"FORCE_ERROR {MARKER} LEVEL",
        "failed by FORCE_ERROR",
        f"{MARKER} LEVEL",
        "LEVEL",
    ]


def test_what_was_not_seen_fails_only_when_it_is_asked_for(shop: Shop) -> None:
    assert shop.prove(strict=True).exit_code == 1


def test_a_failure_of_the_test_itself_puts_everything_back(shop: Shop) -> None:
    def nobody(names: Names) -> Arrangement:
        raise Failed("the network is gone")

    shop.cloud.survey = nobody  # type: ignore[method-assign]
    with pytest.raises(Failed, match="the network is gone"):
        shop.prove()
    assert shop.cloud.current.variables == {"LEVEL": "info"}


def test_an_interrupt_puts_everything_back(shop: Shop) -> None:
    shop.cloud.history = lambda alarms, since: History()  # type: ignore[method-assign]

    def interrupted(timeout: float | None = None) -> bool:
        return True

    shop.cloud.wait = interrupted  # type: ignore[method-assign]
    with pytest.raises(Broken):
        shop.prove()
    assert shop.cloud.current.variables == {"LEVEL": "info"}


def test_an_invocation_that_is_throttled_is_a_hop_that_failed(shop: Shop) -> None:
    shop.cloud.refuses = Failed("Invoke: TooManyRequestsException: Rate Exceeded.")
    (row,) = shop.prove().scenarios
    assert row.broken is not None and "no concurrency left" in row.broken.causes[0].what
    assert shop.cloud.current.variables == {"LEVEL": "info"}


def test_an_alarm_that_stays_on_proves_nothing_and_nothing_is_forced(shop: Shop) -> None:
    shop.cloud.stuck = True
    (row,) = shop.prove().scenarios
    assert row.broken is not None and row.broken.name == "alarmed"
    assert "an alarm acts on transitions only" in row.broken.causes[0].what
    assert not any("failed by" in line for line in shop.cloud.journal)
    assert shop.cloud.time > BEGAN + 180, "it was waited for"


# ---- before anything is changed


@pytest.mark.parametrize(
    ("handler", "knows", "words"),
    [
        ("def handler(event, context): ...\n", SWITCHES, "nothing in its source mentions them"),
        (HANDLER, SWITCHES[:2], "what is deployed does not know FORCE_CRASH, FORCE_HANDLED"),
    ],
)
def test_a_handler_without_switches_is_told_the_two_lines(
    tmp_path: Path, handler: str, knows: Sequence[str], words: str
) -> None:
    shop = Shop(tmp_path, handler)
    shop.cloud.knows = knows
    with pytest.raises(Refused, match=words) as refused:
        shop.prove()
    assert "@failure_switches" in (refused.value.next_step or "")
    assert shop.cloud.journal == []


def test_a_function_that_fails_by_itself_is_told_apart(shop: Shop) -> None:
    shop.cloud.invoke = lambda *_, **__: Invocation(  # type: ignore[method-assign]
        200, '{"errorType": "Runtime.ImportModuleError"}', "Unhandled", "", "$LATEST"
    )
    with pytest.raises(Failed, match=r"fails by itself: .*ImportModuleError"):
        shop.prove()


def test_a_function_that_is_not_deployed_is_refused(shop: Shop) -> None:
    shop.applied = replace(shop.applied, functions={})
    with pytest.raises(Refused, match="orders is not deployed yet"):
        shop.prove()


def test_nobody_to_agree_is_a_no(shop: Shop) -> None:
    with pytest.raises(Refused, match="nobody is there to agree"):
        shop.prove(yes=False)
    assert shop.cloud.journal == []


def test_it_asks_before_it_makes_noise_and_says_where(shop: Shop) -> None:
    shop.interactive = True
    shop.user = Somebody(answer=False)
    with pytest.raises(Refused, match="nothing was forced"):
        shop.prove(yes=False)
    (question,) = shop.user.questions
    assert "really fail on $LATEST, 1 times; `live` serves on" in question and "C0GHJKLMN" in question
    assert shop.cloud.journal == []


# ---- options


def test_a_single_function_needs_no_words(tmp_path: Path) -> None:
    assert chosen(project(tmp_path, "orders"), (), all_functions=False) == ("orders",)


def test_of_several_functions_one_has_to_be_named(tmp_path: Path) -> None:
    config = project(tmp_path, "mail", "orders")
    assert chosen(config, (), all_functions=True) == ("mail", "orders")
    assert chosen(config, ("orders", "orders"), all_functions=False) == ("orders",)
    with pytest.raises(Misused, match="which function"):
        chosen(config, (), all_functions=False)
    with pytest.raises(Misused, match="no function order"):
        chosen(config, ("order",), all_functions=False)


def test_the_channel_is_looked_into_only_with_a_token(tmp_path: Path) -> None:
    assert slack_reader(Surroundings({}, tmp_path, interactive=False)) is None
    given = {"LAMBDA_ALERTS_SLACK_BOT_TOKEN": "xoxb-1", "LAMBDA_ALERTS_SLACK_API": "http://127.0.0.1:1/api"}
    assert "127.0.0.1:1" in repr(slack_reader(Surroundings(given, tmp_path, interactive=False)))


# ---- one test at a time


def test_a_second_run_is_refused_while_the_first_one_lives(tmp_path: Path) -> None:
    lock = RunLock(tmp_path / "work" / "x.lock")
    assert not lock.is_held()
    with lock.held("test-failure"):
        assert lock.is_held()
        with pytest.raises(Refused, match="runs in this project already"), RunLock(lock.file).held("test-failure"):
            pass
    assert not lock.is_held()


def test_a_lock_ends_with_its_process_however_that_ends(tmp_path: Path) -> None:
    code = "import fcntl, os, sys; f = open(sys.argv[1], 'a'); fcntl.flock(f, fcntl.LOCK_EX); os.kill(os.getpid(), 9)"
    file = tmp_path / "x.lock"
    subprocess.run([sys.executable, "-c", code, str(file)], timeout=20)
    assert not RunLock(file).is_held()


def test_a_place_is_told_apart_without_its_name(tmp_path: Path) -> None:
    here, there = RunLock(tmp_path / "a.lock"), RunLock(tmp_path / "b.lock")
    assert here.place == RunLock(tmp_path / "a.lock").place != there.place
    assert tmp_path.name not in here.place


# ---- every week


def test_the_workflow_is_written_once_and_never_over_somebody_s_own(tmp_path: Path) -> None:
    config = project(tmp_path, "orders")
    first = schedule_weekly(config)
    assert first.written and "filled in" in first.as_text()
    assert not schedule_weekly(config).written
    file = tmp_path / first.file
    file.write_text(file.read_text() + "# mine\n")
    with pytest.raises(Refused, match="was changed"):
        schedule_weekly(config)
