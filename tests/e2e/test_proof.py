"""A proof on the sandbox: every failure is followed to the channel, and the function is as it was, however it ends."""

import json
import re
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from urllib.request import urlopen
from xml.etree.ElementTree import parse

import pytest

from lambda_alerts_cli.forced import MARKER
from tests import proof_policy
from tests.e2e.gateway import Gateway, Refusal
from tests.e2e.ground import REGION, Ground, settled
from tests.e2e.running import Running, eventually
from tests.e2e.sandbox_ground import NO_ENGINE, StandInForSlack

pytestmark = pytest.mark.e2e

FUNCTION, INTERRUPTED = "demo-hello", 130
TOPIC = f"arn:aws:sns:{REGION}:123456789012:demo-alerts"
TOKEN = "xoxb-hunter2"
LEFT = "a test that was broken off had left its switches on $LATEST; they are put back"
# Whoever asks who he is needs no permission.
FREE = {"sts:GetCallerIdentity"}
READS = ("Get", "List", "Describe")


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    """A deployed project with everything that a proof may have to look at, on a clock that runs fast."""
    made = Ground.with_new_project(tmp_path_factory.mktemp("project") / "demo")
    made.edit("lambda-alerts.toml", "[defaults]", "[topic]\ncustomer_managed_key = true\n\n[defaults]")
    more = 'policy_arns = ["arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"]\nasync_retries = 1\ninvoked = '
    made.edit("lambda-alerts.toml", "invoked = ", more)
    made.must("sandbox", "up", "--speed", "60", **NO_ENGINE)
    made.tool_must("deploy", "--yes")
    yield made
    made.must("sandbox", "down")


@pytest.fixture(scope="module")
def gate(ground: Ground) -> Iterator[Gateway]:
    """Sees every call that a proof makes."""
    with Gateway(ground.endpoint) as made:
        yield made


def settings(ground: Ground) -> tuple[dict[str, str], int]:
    shown = ground.client("lambda").get_function_configuration(FunctionName=FUNCTION)
    return dict(shown.get("Environment", {}).get("Variables", {})), shown["Timeout"]


def test_every_failure_is_seen_in_the_channel(ground: Ground, gate: Gateway, tmp_path: Path) -> None:
    page, results = tmp_path / "proof.html", tmp_path / "proof.xml"
    with StandInForSlack(ground.endpoint) as slack:
        inside = ground.where(
            AWS_ENDPOINT_URL=gate.endpoint,
            LAMBDA_ALERTS_SLACK_BOT_TOKEN=TOKEN,
            LAMBDA_ALERTS_SLACK_API=slack.address,
        )
        options = ("--yes", "--strict", "--html", str(page), "--junit", str(results), "--json")
        answer = inside.tool("test-failure", "--only", "error", "--only", "handled", *options)
    document = answer.result()
    assert answer.code == 0, answer.stdout
    assert document["holds"] and document["speed"] == 60
    assert [row["name"] for row in document["scenarios"]] == ["error-sync", "error-async", "handled-sync"]
    for row in document["scenarios"]:
        assert {hop["outcome"] for hop in row["hops"]} == {"held"}, row
        assert row["latency"] > 0
    assert "<svg" in page.read_text(encoding="utf-8")
    assert len(parse(results).findall(".//testcase")) == 24
    for text in (answer.stdout, answer.stderr, page.read_text(encoding="utf-8"), results.read_text(encoding="utf-8")):
        assert TOKEN not in text


def test_a_plan_afterwards_is_empty(ground: Ground) -> None:
    assert settings(ground) == ({}, 30)
    settled(ground)


def test_the_policy_is_what_a_proof_calls_and_nothing_else(ground: Ground, gate: Gateway) -> None:
    """The first test has made most calls; what is asked only when something is broken comes here."""
    sns = ground.client("sns")
    good = sns.get_topic_attributes(TopicArn=TOPIC)["Attributes"]["Policy"]
    closed = good.replace("events.amazonaws.com", "states.amazonaws.com")
    sns.set_topic_attributes(TopicArn=TOPIC, AttributeName="Policy", AttributeValue=closed)
    answer = ground.where(AWS_ENDPOINT_URL=gate.endpoint).tool("test-failure", "--only", "error-async", "--yes")
    sns.set_topic_attributes(TopicArn=TOPIC, AttributeName="Policy", AttributeValue=good)
    assert answer.code == 1 and "does not let events.amazonaws.com publish" in answer.stdout
    made = {call.action for call in gate.calls} - FREE
    allowed = {action for row in proof_policy.statements() for action in row["Action"]}
    assert made - allowed == set(), "called, and not allowed"
    assert allowed - made == set(), "allowed, and never called"


def test_the_policy_of_doctor_is_what_it_calls_and_it_only_reads(ground: Ground) -> None:
    with Gateway(ground.endpoint) as watched:
        looking = ground.where(AWS_ENDPOINT_URL=watched.endpoint)
        answer = looking.tool("doctor", "--strict", "--json")
        with watched.refusing("GetAlarmMuteRule", Refusal("InvalidAction", "Could not find operation")):
            assert looking.tool("doctor", "--strict").code == 0, "where CloudWatch has no mute rules"
        made = {call.action for call in watched.calls} - FREE
    assert answer.code == 0 and answer.result()["sound"], answer.stdout
    allowed = {action for row in proof_policy.statements(proof_policy.DOCTOR) for action in row["Action"]}
    assert made == allowed
    assert all(action.partition(":")[2].startswith(READS) for action in allowed)


def test_what_doctor_may_not_look_at_is_unknown_and_never_sound(ground: Ground) -> None:
    denied = Refusal("AccessDenied", "no", status=403)
    with Gateway(ground.endpoint) as watched, watched.refusing("GetKeyPolicy", denied):
        answer = ground.where(AWS_ENDPOINT_URL=watched.endpoint).tool("doctor", "--strict")
    assert answer.code == 1 and "? published: not looked at: kms:GetKeyPolicy is not allowed" in answer.stdout
    assert "broken" not in answer.stdout


def test_only_latest_is_invoked_and_nothing_is_published(gate: Gateway) -> None:
    invoked = [call for call in gate.calls if call.action == "lambda:InvokeFunction"]
    assert invoked
    assert {parse_qs(urlsplit(call.path).query)["Qualifier"][0] for call in invoked} == {"$LATEST"}
    changes = [call for call in gate.calls if call.method in ("PUT", "POST") and "/functions/" in call.path]
    assert all(fnmatch(urlsplit(call.path).path, f"*/functions/{FUNCTION}/*") for call in changes)
    assert not any("Publish" in call.body.decode(errors="replace") for call in changes)


# ---- broken off


def begun(ground: Ground, gate: Gateway) -> Running:
    """A proof that waits for an answer about the log, while the switch of its timeout is on."""
    proof = ground.where(AWS_ENDPOINT_URL=gate.endpoint).start("test-failure", "--only", "timeout-async", "--yes")
    gate.withhold("FilterLogEvents")
    gate.await_calls(proof)
    variables, timeout = settings(ground)
    assert (variables["FORCE_TIMEOUT"], timeout) == ("true", 3)
    return proof


def killed(ground: Ground, gate: Gateway) -> None:
    """A proof that ends as in a power cut."""
    begun(ground, gate).kill()
    gate.release()
    variables, timeout = settings(ground)
    assert timeout == 3 and json.loads(variables[MARKER])["timeout"] == 30


def test_two_proofs_do_not_get_in_each_others_way_and_ctrl_c_puts_everything_back(
    ground: Ground, gate: Gateway
) -> None:
    proof = begun(ground, gate)
    second = ground.tool("test-failure", "--yes")
    assert second.code == 1 and "test-failure runs in this project already" in second.stderr
    before = settings(ground)
    for command in ("status", "doctor"):
        assert "is being made to fail by a test right now" in ground.tool_must(command).stderr
    assert settings(ground) == before
    proof.interrupt()
    gate.release()
    assert proof.wait() == INTERRUPTED
    assert settings(ground) == ({}, 30)


def test_what_a_ci_server_demands_puts_everything_back(ground: Ground, gate: Gateway) -> None:
    proof = begun(ground, gate)
    proof.terminate()
    gate.release()
    assert proof.wait() == INTERRUPTED
    assert settings(ground) == ({}, 30)


def test_after_a_power_cut_the_next_status_puts_everything_back(ground: Ground, gate: Gateway) -> None:
    killed(ground, gate)
    assert LEFT in ground.tool_must("status").stderr
    assert settings(ground) == ({}, 30)


def test_after_a_power_cut_the_next_deploy_puts_everything_back_and_publishes_nothing(
    ground: Ground, gate: Gateway
) -> None:
    killed(ground, gate)
    after = ground.tool_must("deploy", "--yes")
    assert LEFT in after.stderr and "Nothing had changed" in after.stdout
    assert settings(ground) == ({}, 30)


def test_after_a_power_cut_the_next_proof_begins_with_putting_everything_back(ground: Ground, gate: Gateway) -> None:
    killed(ground, gate)
    proof = ground.tool("test-failure", "--only", "handled", "--yes")
    assert proof.code == 0, proof.stdout + proof.stderr
    assert LEFT in proof.stderr
    assert settings(ground) == ({}, 30)
    settled(ground)


# ---- muted


def fail(ground: Ground) -> None:
    """One call that the example function cannot answer."""
    answer = ground.client("lambda").invoke(FunctionName=FUNCTION, Qualifier="live", Payload=b"[]")
    assert answer["FunctionError"] == "Unhandled"


def alarmed(ground: Ground) -> list[str]:
    """What the alarm that speaks for failures did, in the order of the journal."""
    with urlopen(f"{ground.endpoint}/_sandbox/journal", timeout=30) as answer:
        hops = json.load(answer)["hops"]
    return [
        f"{hop['text']}{hop['lost']}" for hop in hops if hop["kind"] == "alarm" and "demo-hello-page" in hop["text"]
    ]


def failing_until(ground: Ground, mark: str, before: int) -> str:
    """Calls that fail, until the alarm has done this; all that it did since."""

    def done() -> bool:
        fail(ground)
        return any(mark in text for text in alarmed(ground)[before:])

    eventually(done, mark)
    return "\n".join(alarmed(ground)[before:])


def test_a_muted_function_is_quiet_for_its_time_and_what_lasts_is_told_then(ground: Ground) -> None:
    eventually(lambda: not any("to ALARM" in text for text in alarmed(ground)[-1:]), "an alarm that is over")
    before = len(alarmed(ground))
    muted = ground.tool_must("mute", "hello", "--for", "5h", "--reason", "a new index")
    assert "Quiet:  demo-hello-page" in muted.stdout
    did = failing_until(ground, "is muted by the rule demo-hello-muted", before)
    assert re.search(r"Muted: hello .*: a new index\n", ground.tool_must("status").stdout)
    assert "It acted on" not in did, "a mute that is over before it was seen proves nothing"
    assert "(instead of until " in ground.tool_must("mute", "hello", "--for", "1m", "--reason", "done").stdout
    assert "It acted on demo-alerts" in failing_until(ground, "it is muted no longer", before)
    assert "Muted:" not in ground.tool_must("status").stdout


def test_where_cloudwatch_has_no_mute_rules_a_schedule_ends_the_mute(ground: Ground, gate: Gateway) -> None:
    def enabled() -> bool:
        found = ground.client("cloudwatch").describe_alarms(
            AlarmTypes=["CompositeAlarm"], AlarmNames=["demo-hello-page"]
        )
        return bool(found["CompositeAlarms"][0]["ActionsEnabled"])

    unknown = Refusal("InvalidAction", "The action GetAlarmMuteRule is not valid for this endpoint.")
    elsewhere = ground.where(AWS_ENDPOINT_URL=gate.endpoint)
    with gate.refusing("GetAlarmMuteRule", unknown):
        muted = elsewhere.tool_must("mute", "hello", "--for", "3m", "--reason", "elsewhere").stdout
        assert "a schedule enables them" in muted
        assert not enabled()
        eventually(enabled, "actions that are enabled again, although nobody is there to do it")
        assert ground.client("scheduler").list_schedules()["Schedules"] == []
        refused = elsewhere.tool("deploy", "--yes", "--mute")
        assert refused.code == 1 and "--mute" in refused.stderr
