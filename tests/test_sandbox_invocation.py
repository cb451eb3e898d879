"""What AWS makes of each way in which an invocation can end: the shapes are those of aws-facts."""

import json
from dataclasses import replace

import pytest

from lambda_alerts_cli.sandbox.aws_lambda.invocation import (
    Exited,
    LogLine,
    Measured,
    NotStarted,
    Outcome,
    OutOfMemory,
    Raised,
    Returned,
    TimedOut,
    failed,
    log_of,
    payload_of,
    report_of,
)

MEASURED = Measured(
    request_id="r-1",
    version="3",
    started=1_795_262_100_000,
    duration=1000.0,
    init=None,
    memory=512,
    memory_used=40,
    timeout=1,
)


def texts(outcome: Outcome, measured: Measured = MEASURED) -> list[str]:
    said = [LogLine(MEASURED.started + 1, "hello")]
    return [line.text for line in log_of(outcome, measured, [LogLine(MEASURED.started - 5, "loading")], said)]


def test_a_value_is_handed_through() -> None:
    assert payload_of(Returned(b'{"ok":true}'), MEASURED) == b'{"ok":true}'
    assert not failed(Returned(b"null"))


def test_an_exception_is_handed_through_as_a_failure() -> None:
    raised = Raised(b'{"errorType":"ValueError"}', "ValueError")
    assert payload_of(raised, MEASURED) == b'{"errorType":"ValueError"}'
    assert failed(raised)


def test_a_timeout_is_told_in_lambdas_words() -> None:
    assert json.loads(payload_of(TimedOut(), MEASURED)) == {
        "errorType": "Sandbox.Timedout",
        "errorMessage": "RequestId: r-1 Error: Task timed out after 1.00 seconds",
    }
    assert texts(TimedOut())[3] == "2026-11-21T11:55:01.000Z r-1 Task timed out after 1.00 seconds\n"
    assert report_of(TimedOut(), MEASURED).endswith("\tStatus: timeout\t")


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ("exit status 1", "Runtime exited with error: exit status 1"),
        ("signal: killed", "Runtime exited with error: signal: killed"),
        ("", "Runtime exited without providing a reason"),
    ],
)
def test_an_exit_is_told_in_lambdas_words(how: str, words: str) -> None:
    assert json.loads(payload_of(Exited(how), MEASURED)) == {
        "errorType": "Runtime.ExitError",
        "errorMessage": f"RequestId: r-1 Error: {words}",
    }
    assert texts(Exited(how))[3] == f"RequestId: r-1 Error: {words}\nRuntime.ExitError"


def test_running_out_of_memory_is_told_in_lambdas_words() -> None:
    words = "RequestId: r-1 Error: Runtime exited with error: signal: killed"
    assert json.loads(payload_of(OutOfMemory(), MEASURED)) == {
        "errorType": "Runtime.OutOfMemory",
        "errorMessage": words,
    }
    assert texts(OutOfMemory())[3] == f"{words}\nRuntime.OutOfMemory"
    assert report_of(OutOfMemory(), MEASURED).endswith("\tStatus: error\tError Type: Runtime.OutOfMemory\t")


def test_an_image_for_another_architecture_fails_as_on_aws() -> None:
    assert json.loads(payload_of(NotStarted(), MEASURED))["errorType"] == "Runtime.InvalidEntrypoint"
    assert "exec format error" in texts(NotStarted())[3]


def test_an_answer_that_is_too_large_is_a_failure() -> None:
    large = Returned(b"x" * 6_291_557)
    assert failed(large)
    assert json.loads(payload_of(large, MEASURED))["errorType"] == "Function.ResponseSizeTooLarge"


def test_the_log_frames_what_the_function_said() -> None:
    assert texts(Returned(b"null")) == [
        "loading",
        "START RequestId: r-1 Version: 3",
        "hello",
        "END RequestId: r-1",
        "REPORT RequestId: r-1\tDuration: 1000.00 ms\tBilled Duration: 1000 ms\t"
        "Memory Size: 512 MB\tMax Memory Used: 40 MB\t",
    ]


def test_a_cold_start_is_reported_and_billed() -> None:
    report = report_of(Returned(b"null"), replace(MEASURED, duration=10.2, init=100.5))
    assert "\tBilled Duration: 111 ms\t" in report
    assert "\tInit Duration: 100.50 ms\t" in report


def test_a_handler_that_cannot_be_loaded_is_reported_with_its_error() -> None:
    report = report_of(Raised(b"{}", "Runtime.ImportModuleError", while_loading=True), MEASURED)
    assert report.endswith("\tStatus: error\tError Type: Runtime.ImportModuleError\t")
