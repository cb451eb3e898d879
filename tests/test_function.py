"""The example function, as Lambda's runtime would load it."""

import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

FUNCTION = Path(__file__).parent.parent / "function"


@pytest.fixture
def function(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """The module, with the root logger as it was before."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    formatters = {handler: handler.formatter for handler in handlers}
    monkeypatch.syspath_prepend(FUNCTION)
    monkeypatch.delenv("FORCE_ERROR", raising=False)
    monkeypatch.delenv("FORCE_TIMEOUT", raising=False)
    import lambda_function

    yield lambda_function
    for name in ("lambda_function", "failed_payload", "failure_switches", "structured_logs"):
        sys.modules.pop(name, None)
    root.handlers[:], root.level = handlers, level
    for handler, formatter in formatters.items():
        handler.setFormatter(formatter)


def run(code: str, timeout: float = 30, **environment: str) -> "subprocess.CompletedProcess[str]":
    """Runs code in a fresh interpreter that finds the function."""
    return subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": str(FUNCTION), **environment},
        capture_output=True,
        text=True,
        timeout=timeout,
    )


def logged(code: str, **environment: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in run(code, **environment).stderr.splitlines()]


def test_it_greets_whom_the_event_names(function: ModuleType) -> None:
    assert function.handler({"name": "Aki"}, None) == {"message": "Hello, Aki!"}
    assert function.handler({}, None) == {"message": "Hello, world!"}


def test_a_failure_that_it_handles_itself_carries_the_marker(function: ModuleType) -> None:
    [line] = logged("import lambda_function; lambda_function.handler({'name': 3}, None)")
    assert line["level"] == "ERROR"
    assert line["message"].startswith("LAMBDA_ALERT ")
    assert line["type"] == "int"


@pytest.mark.parametrize("value", ["true", "1", "Yes", " on "])
def test_force_error_makes_it_fail(function: ModuleType, monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("FORCE_ERROR", value)
    with pytest.raises(Exception, match="this is a test: FORCE_ERROR is set"):
        function.handler({}, None)


@pytest.mark.parametrize("value", ["", "false", "0", "no"])
def test_a_switch_that_is_off_changes_nothing(
    function: ModuleType, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("FORCE_ERROR", value)
    monkeypatch.setenv("FORCE_TIMEOUT", value)
    assert function.handler({}, None) == {"message": "Hello, world!"}


def test_force_timeout_sleeps_until_it_is_killed() -> None:
    with pytest.raises(subprocess.TimeoutExpired):
        run("import lambda_function; lambda_function.handler({}, None)", timeout=1.5, FORCE_TIMEOUT="true")


def test_the_switches_work_on_any_handler_and_keep_its_name(function: ModuleType) -> None:
    from failure_switches import failure_switches

    @failure_switches
    def mine(event: Any, context: Any) -> str:
        """Mine."""
        return f"{event}{context}"

    assert mine("a", "b") == "ab"
    assert (mine.__name__, mine.__doc__) == ("mine", "Mine.")


def test_a_log_line_is_one_json_object_with_request_and_version() -> None:
    code = """
import logging, lambda_function
logging.getLogger().handlers[0].addFilter(lambda record: setattr(record, "aws_request_id", "r-1") or True)
lambda_function.handler({"name": "\\u79cb\\nX"}, None)
"""
    assert logged(code, AWS_LAMBDA_FUNCTION_VERSION="7") == [
        {"level": "INFO", "message": "greeted", "requestId": "r-1", "functionVersion": "7", "name": "秋\nX"}
    ]


def test_an_exception_that_the_code_logs_is_in_the_same_line() -> None:
    code = """
import logging, lambda_function
try: 1 / 0
except ZeroDivisionError: logging.exception("no share")
"""
    [line] = logged(code)
    assert line["message"] == "no share"
    assert line["exception"].endswith("ZeroDivisionError: division by zero")


def test_a_forced_error_is_left_to_the_runtime_to_log() -> None:
    code = """
import lambda_function
try: lambda_function.handler({}, None)
except Exception as error: print(type(error).__name__)
"""
    done = run(code, FORCE_ERROR="true")
    assert (done.stdout, done.stderr) == ("ForcedError\n", "")


def test_the_runtimes_own_log_handler_is_used_and_not_doubled() -> None:
    code = """
import io, logging
sink = io.StringIO()
class OfTheRuntime(logging.Handler):
    def emit(self, record): sink.write(self.format(record))
logging.getLogger().addHandler(OfTheRuntime())
import lambda_function
lambda_function.handler({}, None)
print(sink.getvalue(), end="")
"""
    done = run(code)
    assert [json.loads(line)["message"] for line in done.stdout.splitlines()] == ["greeted"]
    assert done.stderr == ""


def test_a_cold_start_imports_nothing_that_the_runtime_has_not_imported() -> None:
    code = """
import sys, awslambdaric.bootstrap
before = set(sys.modules)
import lambda_function
print(*sorted(set(sys.modules) - before))
"""
    assert run(code).stdout.split() == ["failed_payload", "failure_switches", "lambda_function", "structured_logs"]


FAILING = """
import lambda_function
from failed_payload import failed_payload

@failed_payload
def handler(event, context): raise {error}("broken")

try: handler({event}, None)
except BaseException as error: print(type(error).__name__, *error.args)
"""


# As Lambda's own runtime reports a failure; only the connection to Lambda is not there.
REPORTING = """
import json, types
from awslambdaric import bootstrap
import lambda_function
from failed_payload import failed_payload
from failure_switches import failure_switches

@failed_payload
@failure_switches
def handler(event, context):
    {}["order"]

log = types.SimpleNamespace(log_error=lambda lines: None)
client = types.SimpleNamespace(
    marshaller=types.SimpleNamespace(unmarshal_request=lambda body, kind: json.loads(body)),
    post_invocation_error=lambda request, error, *more: print(error),
)
bootstrap.handle_event_request(client, handler, "r-1", "{}", "application/json", None, None, "arn", 0, None, log)
"""


@pytest.mark.parametrize(("switches", "first"), [({}, "in handler"), ({"FORCE_ERROR": "true"}, "in _fail")])
def test_the_stack_that_an_alert_shows_begins_with_what_failed_and_not_with_a_decorator(
    switches: dict[str, str], first: str
) -> None:
    done = run(REPORTING, **switches)
    [line] = [line for line in done.stdout.splitlines() if line.startswith("{")]
    assert first in json.loads(line)["stackTrace"][0]


def failing(event: str, error: str = "KeyError", **environment: str) -> "subprocess.CompletedProcess[str]":
    return run(FAILING.format(event=event, error=error), **environment)


def test_a_payload_stays_out_of_the_log_unless_it_is_asked_for() -> None:
    for environment in ({}, {"LAMBDA_ALERTS_SHOW_PAYLOAD": ""}, {"LAMBDA_ALERTS_SHOW_PAYLOAD": "false"}):
        done = failing("{'order': 1}", **environment)
        assert (done.stdout, done.stderr) == ("KeyError broken\n", "")


@pytest.mark.parametrize("error", ["KeyError", "SystemExit"])
def test_a_payload_that_is_asked_for_is_logged_redacted_with_its_stream_and_the_failure_goes_on(error: str) -> None:
    done = failing(
        "{'order': 1, 'password': 'hunter2', 'Iban-Code': 'hunter2', 'text': 'OUR_MARK'}",
        error,
        LAMBDA_ALERTS_SHOW_PAYLOAD="true",
        LAMBDA_ALERTS_REDACT="iban,kunde",
        LAMBDA_ALERTS_MARKER="OUR_MARK",
        AWS_LAMBDA_LOG_STREAM_NAME="2026/11/25/[1]ab",
    )
    assert done.stdout == f"{error} broken\n"
    line = json.loads(done.stderr)
    assert (line["level"], line["logStream"]) == ("WARNING", "2026/11/25/[1]ab")
    start, _, payload = line["message"].partition(": ")
    assert start == "the payload of the failed request"
    assert json.loads(payload) == {"order": 1, "password": "(hidden)", "Iban-Code": "(hidden)", "text": "(marker)"}


def test_a_payload_cannot_raise_the_markers_alarm() -> None:
    done = failing("{'LAMBDA_ALERT': 'LAMBDA_ALERT'}", LAMBDA_ALERTS_SHOW_PAYLOAD="true")
    assert "(marker)" in done.stderr
    assert "LAMBDA_ALERT" not in done.stderr


def test_a_payload_that_cannot_be_shown_hides_no_failure() -> None:
    done = failing("type('Odd', (dict,), {'items': None})({'password': 'hunter2'})", LAMBDA_ALERTS_SHOW_PAYLOAD="true")
    assert done.stdout == "KeyError broken\n"
    assert json.loads(done.stderr)["message"].endswith("(cannot be shown: TypeError)")


def test_an_invocation_that_succeeds_logs_no_payload() -> None:
    code = "import lambda_function; lambda_function.handler({'name': 'Aki', 'password': 'x'}, None)"
    assert "payload" not in run(code, LAMBDA_ALERTS_SHOW_PAYLOAD="true").stderr


def test_the_example_logs_the_payload_of_a_forced_failure_too() -> None:
    code = """
import lambda_function
try: lambda_function.handler({"name": "Aki", "token": "hunter2"}, None)
except Exception: pass
"""
    [line] = logged(code, FORCE_ERROR="true", LAMBDA_ALERTS_SHOW_PAYLOAD="true")
    assert line["message"].endswith('{"name": "Aki", "token": "(hidden)"}')
