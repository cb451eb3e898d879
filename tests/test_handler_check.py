import json
from typing import Any

import pytest

from lambda_alerts_cli.errors import Failed
from lambda_alerts_cli.handler_check import MARK, judge, probe_command


def said(**verdict: Any) -> str:
    return f"a line of the module's own\n{MARK}{json.dumps(verdict)}\n"


def failure(handler: str = "app.handler", **verdict: Any) -> Failed:
    with pytest.raises(Failed) as failed:
        judge(said(**verdict), handler)
    return failed.value


def test_an_import_that_succeeds_says_nothing() -> None:
    assert judge(said(verdict="imported"), "app.handler") is None


def test_a_missing_dependency_is_named_with_the_file_that_it_belongs_into() -> None:
    error = failure(verdict="no module", name="mangum")
    assert error.what == "the handler app.handler needs the module mangum, which the image does not hold"
    assert error.where == "app.handler"
    assert "function/requirements.txt" in (error.next_step or "")


@pytest.mark.parametrize("missing", ["shop", "shop.app"])
def test_a_missing_module_of_the_handler_itself_is_a_matter_of_the_dockerfile(missing: str) -> None:
    error = failure("shop.app.handler", verdict="no module", name=missing)
    assert error.what == f"the image does not hold the module {missing} of the handler shop.app.handler"
    assert "Dockerfile" in (error.next_step or "")


def test_a_handler_in_a_folder_is_read_as_lambda_reads_it() -> None:
    error = failure("shop/app.handler", verdict="no module", name="shop")
    assert "Dockerfile" in (error.next_step or "")


@pytest.mark.parametrize(
    ("verdict", "words"),
    [
        ({"verdict": "broken import", "name": "numpy", "message": "invalid ELF header"}, "invalid ELF header"),
        (
            {"verdict": "syntax", "file": "/var/task/app.py", "line": 3, "message": "bad"},
            "/var/task/app.py, line 3: bad",
        ),
        (
            {"verdict": "syntax", "file": None, "line": None, "message": "null bytes"},
            "app.handler cannot be imported: SyntaxError: null bytes",
        ),
        (
            {"verdict": "syntax", "file": None, "line": None, "message": None},
            "app.handler cannot be imported: SyntaxError: it says no more",
        ),
        ({"verdict": "unreadable", "file": "/var/task/app.py"}, "/var/task/app.py can be read by root only"),
        ({"verdict": "no handler", "module": "app", "name": "handle"}, "the module app has no function handle"),
    ],
)
def test_what_would_fail_on_lambda_fails_here(verdict: dict[str, Any], words: str) -> None:
    error = failure(**verdict)
    assert words in error.what
    assert error.next_step


def test_an_exception_that_may_come_from_the_missing_network_is_a_warning() -> None:
    warning = judge(said(verdict="raised", type="URLError", message="no network", file="app.py", line=2), "app.handler")
    assert warning == (
        "app.handler raised URLError while it was imported in a container without network (app.py, line 2): no network"
    )


def test_an_import_that_never_ends_is_a_warning() -> None:
    warning = judge('Timeout (0:02:00)!\nThread 0x1 (most recent call first):\n  File "app.py"', "app.handler")
    assert warning is not None and "120 seconds" in warning


def test_an_engine_without_emulation_is_told_from_a_broken_handler() -> None:
    with pytest.raises(Failed) as failed:
        judge("exec /var/lang/bin/python3: exec format error", "app.handler")
    assert "binfmt" in (failed.value.next_step or "")


def test_an_image_without_python_is_told_from_a_broken_handler() -> None:
    with pytest.raises(Failed) as failed:
        judge('exec: "python3": executable file not found in $PATH: unknown', "app.handler")
    assert failed.value.what == "the image holds no python3, so its handler cannot be imported"


def test_a_process_that_died_is_quoted_in_short() -> None:
    with pytest.raises(Failed) as failed:
        judge("x" * 5000 + "Illegal instruction", "app.handler")
    assert "Illegal instruction" in failed.value.what
    assert len(failed.value.what) < 500


def test_the_module_cannot_fake_the_verdict_by_what_it_prints_first() -> None:
    faked = f"{MARK}{json.dumps({'verdict': 'imported'})}\n{said(verdict='no module', name='mangum')}"
    with pytest.raises(Failed, match="mangum"):
        judge(faked, "app.handler")


def test_no_value_of_the_environment_is_in_the_command() -> None:
    program, option, source, mark, handler, seconds = probe_command("app.handler")
    assert (program, option, mark, handler, seconds) == ("python3", "-c", MARK, "app.handler", "120")
    assert "def probe" in source
