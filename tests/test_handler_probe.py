"""The probe as the image runs it: a program of its own, given as text."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from lambda_alerts_cli.handler_check import MARK, probe_command


def run(folder: Path, handler: str, *, seconds: str = "60") -> str:
    _, *arguments = probe_command(handler)
    done = subprocess.run(
        [sys.executable, *arguments[:-1], seconds],
        env={"LAMBDA_TASK_ROOT": str(folder)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    return done.stdout + done.stderr


def verdict(folder: Path, code: str, handler: str = "app.handler") -> Any:
    (folder / "app.py").write_text(code)
    line = next(line for line in run(folder, handler).splitlines() if line.startswith(MARK))
    return json.loads(line.removeprefix(MARK))


def test_a_handler_that_can_be_imported(tmp_path: Path) -> None:
    assert verdict(tmp_path, "def handler(event, context): ...") == {"verdict": "imported"}


def test_a_module_in_a_package(tmp_path: Path) -> None:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop/orders.py").write_text("handler = print")
    assert verdict(tmp_path, "", "shop.orders.handler") == {"verdict": "imported"}


def test_a_dependency_that_is_missing_is_named(tmp_path: Path) -> None:
    assert verdict(tmp_path, "import not_there.deep") == {"verdict": "no module", "name": "not_there"}


def test_a_name_that_a_package_does_not_have(tmp_path: Path) -> None:
    found = verdict(tmp_path, "from json import not_there")
    assert (found["verdict"], found["name"]) == ("broken import", "json")


def test_a_line_that_is_no_python(tmp_path: Path) -> None:
    found = verdict(tmp_path, "ok = 1\ndef x(:\n")
    assert (found["verdict"], found["line"]) == ("syntax", 2)


def test_a_syntax_error_that_python_knows_no_line_of(tmp_path: Path) -> None:
    nothing = {"verdict": "syntax", "file": None, "line": None, "message": None}
    assert verdict(tmp_path, "raise SyntaxError()") == nothing


def test_a_handler_that_is_not_there_or_no_function(tmp_path: Path) -> None:
    expected = {"verdict": "no handler", "module": "app", "name": "handler"}
    assert verdict(tmp_path, "def other(): ...") == expected
    assert verdict(tmp_path, "handler = 3") == expected


@pytest.mark.parametrize("code", ["raise KeyError('TABLE')", "import sys; sys.exit(3)", "open('/nowhere')"])
def test_what_the_module_does_while_it_is_imported_is_its_own_affair(tmp_path: Path, code: str) -> None:
    found = verdict(tmp_path, code)
    assert (found["verdict"], found["line"]) == ("raised", 1)
    assert found["file"].endswith("app.py")


def test_output_without_a_line_end_does_not_hide_the_verdict(tmp_path: Path) -> None:
    assert verdict(tmp_path, "print('loading', end='')\nhandler = print") == {"verdict": "imported"}


def test_a_thread_that_goes_on_does_not_keep_the_container(tmp_path: Path) -> None:
    code = "import threading, time\nthreading.Thread(target=time.sleep, args=(600,)).start()\nhandler = print"
    assert verdict(tmp_path, code) == {"verdict": "imported"}


def test_an_import_that_hangs_ends_by_itself_and_shows_where(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text("import time\ntime.sleep(600)\n")
    output = run(tmp_path, "app.handler", seconds="0.5")
    assert output.startswith("Timeout (")
    assert "app.py" in output
