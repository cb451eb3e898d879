"""From an empty folder to a running, alerting stack and back, with real Terraform and real images."""

import json
import re

import pytest

from tests.e2e.ground import Ground, everything

pytestmark = pytest.mark.e2e

SECOND = """
[functions.second]
handler = "lambda_function.handler"
"""


@pytest.fixture(scope="module")
def deployed(ground: Ground) -> dict:
    """The first deploy, and what it printed."""
    with (ground.folder / "lambda-alerts.toml").open("a", encoding="utf-8") as config:
        config.write(SECOND)
    answer = ground.tool_must("deploy", "--json")
    return answer.result()


def test_a_first_deploy_ends_with_active_functions_that_alarms_watch(ground: Ground, deployed: dict) -> None:
    function, second = deployed["functions"]
    assert (function["full_name"], second["full_name"]) == ("demo-hello", "demo-second")
    assert function["built"] and re.fullmatch(r"sha256:[0-9a-f]{64}", function["digest"])
    assert deployed["changed"] and deployed["alarms"] >= 8 and deployed["channel"] == "C0GHJKLMN"
    found = ground.client("lambda").get_function(FunctionName=function["full_name"], Qualifier="live")
    assert found["Code"]["ImageUri"].endswith(f"@{function['digest']}")
    assert found["Configuration"]["Architectures"] == ["arm64"]


def test_the_digest_is_the_one_the_registry_computes(ground: Ground, deployed: dict) -> None:
    function = deployed["functions"][0]
    images = ground.client("ecr").describe_images(repositoryName=function["full_name"])["imageDetails"]
    assert [image["imageDigest"] for image in images] == [function["digest"]]
    assert images[0]["imageManifestMediaType"] in (
        "application/vnd.docker.distribution.manifest.v2+json",
        "application/vnd.oci.image.manifest.v1+json",
    )


def test_a_terraform_plan_by_hand_afterwards_is_empty(ground: Ground, deployed: dict) -> None:
    answer = ground.inside("terraform", "-chdir=terraform", "plan", "-detailed-exitcode", "-input=false", "-no-color")
    assert answer.code == 0, answer.stdout + answer.stderr


def test_a_plan_afterwards_finds_nothing(ground: Ground, deployed: dict) -> None:
    answer = ground.tool("plan", "--check", "--json")
    assert answer.code == 0, answer.stdout
    assert answer.result()["changed"] is False


def test_an_unchanged_deploy_builds_and_changes_nothing(ground: Ground, deployed: dict) -> None:
    answer = ground.tool_must("deploy", "--json").result()
    assert not answer["changed"]
    assert [(row["version"], row["built"]) for row in answer["functions"]] == [
        (row["version"], False) for row in deployed["functions"]
    ]


def test_the_deployed_function_answers(ground: Ground, deployed: dict) -> None:
    name = deployed["functions"][0]["name"]
    answer = ground.tool_must("invoke", name, "--event", '{"name": "岩本"}')
    assert json.loads(answer.stdout) == {"message": "Hello, 岩本!"}
    assert "REPORT RequestId" in answer.stderr


def test_status_shows_the_function_its_alarms_and_the_channel(ground: Ground, deployed: dict) -> None:
    status = ground.tool_must("status", "--json").result()
    function = status["functions"][0]
    assert function["state"] == "Active" and function["digest"] == deployed["functions"][0]["digest"]
    assert len(status["alarms"]) == deployed["alarms"]
    assert {alarm["state"] for alarm in status["alarms"]} <= {"OK", "INSUFFICIENT_DATA"}
    assert status["channel"]["state"] == "listens to the topic"
    text = ground.tool_must("status").stdout
    assert function["full_name"] in text and "C0GHJKLMN" in text


def test_what_is_watched_and_what_is_not_is_listed_and_explained(ground: Ground, deployed: dict) -> None:
    listed = ground.tool_must("alarms", "list", "--json").result()
    assert {"demo-hello-errors", "demo-hello-page", "demo-alerts-undelivered-queue"} <= {
        alarm["name"] for alarm in listed["alarms"]
    }
    reasons = {row["row"]: row["why"] for row in listed["uncovered"]}
    assert reasons["iterator_age"] == "it is not called by a stream" and "errors" not in reasons
    assert (listed["stopped_rules"], listed["untold_rules"]) == (
        {"hello": "demo-hello-stopped", "second": "demo-second-stopped"},
        {"hello": "demo-hello-untold", "second": "demo-second-untold"},
    )
    assert (listed["dollars_a_month"], listed["dashboards"]["usd"]) == (4.5, 3.0)
    assert listed["dashboards"]["urls"]["hello"].endswith("#dashboards/dashboard/demo-hello")
    explained = ground.tool_must("alarms", "explain", "demo-hello-error-rate").stdout
    assert "More than 5 % of demo-hello's invocations failed within 7 min, of at least 20" in explained
    for row, says in (("marker", "demo-hello-handled (page"), ("near_timeout", "demo-hello-near-timeout is not there")):
        assert says in ground.tool_must("alarms", "explain", f"demo-hello-{row}").stdout
    unknown = ground.tool("alarms", "explain", "erors")
    assert unknown.code == 2 and "did you mean demo-" in unknown.stderr


def test_a_changed_source_and_a_changed_timeout_are_planned_in_plain_words_and_applied(
    ground: Ground, deployed: dict
) -> None:
    before = deployed["functions"][0]
    ground.edit("function/lambda_function.py", "Hello, ", "Good day, ")
    ground.edit("lambda-alerts.toml", "timeout = 30", "timeout = 61")
    planned = ground.tool("plan", "--check", "--json")
    assert planned.code == 4 and planned.result()["rebuilds"] == ["hello", "second"]
    shown = ground.tool_must("deploy").stderr
    assert re.search(r"timeout.*30.*61", shown), shown
    after = ground.client("lambda").get_function(FunctionName="demo-hello", Qualifier="live")
    assert not after["Code"]["ImageUri"].endswith(before["digest"])
    assert int(after["Configuration"]["Version"]) == int(before["version"]) + 1
    assert after["Configuration"]["Timeout"] == 61
    assert "Good day, you!" in ground.tool_must("invoke", "hello", "--event", '{"name": "you"}').stdout


def test_losing_a_function_takes_an_explicit_yes_that_yes_does_not_give(ground: Ground, deployed: dict) -> None:
    with_second = everything(ground)
    ground.edit("lambda-alerts.toml", SECOND, "")
    refused = ground.tool("deploy", "--yes")
    assert refused.code == 1 and "second: Lambda function is destroyed" in refused.stderr
    assert "--allow-destroy" in refused.stderr
    assert everything(ground) == with_second
    ground.tool_must("deploy", "--allow-destroy")
    assert everything(ground) == {kind: without("second", names) for kind, names in with_second.items()}


def without(function: str, names: list[str]) -> list[str]:
    """What is left when a function has gone."""
    return [name for name in names if f"demo-{function}" not in name]


def test_destroy_asks_and_then_leaves_nothing_behind(ground: Ground, deployed: dict) -> None:
    asked = ground.tool("destroy")
    assert asked.code == 1 and "--yes" in asked.stderr
    assert everything(ground)["functions"]
    gone = ground.tool_must("destroy", "--yes", "--json").result()
    assert gone["resources"] > 20
    assert everything(ground) == {}
    assert "not deployed" in ground.tool_must("status").stdout
