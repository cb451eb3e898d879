"""A function is called once, whatever the network does."""

import base64
import json
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError

from lambda_alerts_cli.adapters.aws import Aws
from lambda_alerts_cli.errors import FAILED, Misused, Problem
from tests.aws_answers import REGION, Answers, credentials_of_nobody, refusal


@pytest.fixture(autouse=True)
def nobody_s_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    credentials_of_nobody(monkeypatch)


def test_an_answer_comes_with_the_end_of_its_log() -> None:
    aws = Aws(REGION, {})
    log = base64.b64encode("START\nEND 注文\n".encode()).decode()
    answers = Answers(aws, (200, {"X-Amz-Log-Result": log, "X-Amz-Executed-Version": "7"}, {"message": "hi"}))
    answer = aws.invoke("shop-orders", "live", {"name": "岩本"}, timeout=3)
    assert json.loads(answer.payload) == {"message": "hi"}
    assert (answer.status, answer.error, answer.version, answer.log_tail) == (200, None, "7", "START\nEND 注文\n")
    assert json.loads(answers.asked[0].body) == {"name": "岩本"}


def test_a_function_s_own_error_is_an_answer() -> None:
    aws = Aws(REGION, {})
    Answers(aws, (200, {"X-Amz-Function-Error": "Unhandled"}, {"errorMessage": "x"}))
    assert aws.invoke("shop-orders", "live", {}, timeout=3).error == "Unhandled"


def test_an_invocation_is_never_tried_twice() -> None:
    aws = Aws(REGION, {})
    answers = Answers(aws, refusal("ServiceException", 500), (200, {}, {}))
    with pytest.raises(Problem):
        aws.invoke("shop-orders", "live", {}, timeout=3)
    assert len(answers.asked) == 1


def test_an_event_is_queued_without_waiting() -> None:
    aws = Aws(REGION, {})
    answers = Answers(aws, (202, {}, {}))
    assert aws.invoke_async("shop-orders", "live", {}).status == 202
    assert answers.asked[0].headers["X-Amz-Invocation-Type"] == b"Event"


@pytest.mark.parametrize("late", [refusal("ServiceException", 500), ReadTimeoutError(endpoint_url="http://x")])
def test_an_event_whose_answer_is_lost_is_not_queued_twice(late: Any) -> None:
    aws = Aws(REGION, {})
    answers = Answers(aws, late, (202, {}, {}))
    with pytest.raises(Problem):
        aws.invoke_async("shop-orders", "live", {})
    assert len(answers.asked) == 1


@pytest.mark.parametrize("call", ["invoke", "invoke_async"])
def test_a_version_that_is_not_there_is_told_with_those_that_are(call: str) -> None:
    aws = Aws(REGION, {})
    there = {"Configuration": {"Version": "$LATEST", "State": "Active"}, "Code": {}}
    aliases = {"Aliases": [{"Name": "live"}]}
    versions = {"Versions": [{"Version": version} for version in ("$LATEST", "1", "2", "3", "4", "5")]}
    Answers(aws, refusal("ResourceNotFoundException", 404), (200, {}, there), (200, {}, aliases), (200, {}, versions))
    with pytest.raises(Misused) as problem:
        aws.invoke("shop-orders", "77", {}, timeout=3) if call == "invoke" else aws.invoke_async(
            "shop-orders", "77", {}
        )
    assert (problem.value.what, problem.value.where) == ("shop-orders has no version or alias 77", "--qualifier")
    assert problem.value.next_step == "the newest are: live, 5, 4, 3, 2"


def test_a_function_that_was_never_deployed_is_told_with_the_command_that_does_it() -> None:
    aws = Aws(REGION, {})
    Answers(aws, refusal("ResourceNotFoundException", 404), refusal("ResourceNotFoundException", 404))
    with pytest.raises(Problem, match="no such function") as problem:
        aws.invoke("shop-orders", "live", {}, timeout=3)
    assert problem.value.exit_code == FAILED and "deploy first" in (problem.value.next_step or "")
