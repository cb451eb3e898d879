"""Programs are run to their end, followed line by line, and interrupted in good order."""

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from lambda_alerts_cli.adapters.process import Processes
from lambda_alerts_cli.errors import MISSING, Failed, Missing

PATIENCE = 10
# Counts the interrupts that reach it, and ends in order a while after the last one that it waits for.
COUNTS_INTERRUPTS = """
import os, pathlib, signal, sys, time
place, wanted, caught = pathlib.Path(sys.argv[1]), int(sys.argv[2]), []
def interrupted(*_):
    caught.append(1)
    (place / "interrupts").write_text(str(len(caught)))
signal.signal(signal.SIGINT, interrupted)
(place / "pid").write_text(str(os.getpid()))
print("working", flush=True)
while len(caught) < wanted:
    time.sleep(0.01)
time.sleep(0.3)
print("state saved", flush=True)
sys.exit(7)
"""
# A program such as ours, which follows another one.
FOLLOWS = """
import pathlib, sys
from lambda_alerts_cli.adapters.process import Processes
place = pathlib.Path(sys.argv[1])
Processes({}).follow([sys.executable, "-c", *sys.argv[2:]], print, log=place / "log")
"""


@pytest.fixture
def processes() -> Processes:
    return Processes({"PATH": os.environ["PATH"], "GREETING": "hello"})


def python(code: str, *arguments: str) -> list[str]:
    return [sys.executable, "-c", textwrap.dedent(code), *arguments]


def eventually(happened: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < deadline, f"{what} has not happened within {PATIENCE} s"
        time.sleep(0.01)


def started(place: Path, *, wanted: int = 1) -> subprocess.Popen[bytes]:
    """A program in a process group of its own that follows one which counts interrupts."""
    line = python(FOLLOWS, str(place), COUNTS_INTERRUPTS, str(place), str(wanted))
    parent = subprocess.Popen(line, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, process_group=0)
    eventually(lambda: (place / "log").exists() and "working" in (place / "log").read_text(), "the start")
    return parent


def interrupts(place: Path) -> int:
    return int((place / "interrupts").read_text() or 0) if (place / "interrupts").exists() else 0


# ---- run


def test_a_program_gets_the_environment_that_was_handed_in_and_nothing_else(
    processes: Processes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STRAY", "from the shell")
    code = "import os; print(os.environ.get('GREETING'), os.environ.get('STRAY'), os.environ.get('MORE'))"
    assert processes.run(python(code), extra={"MORE": "more"}).stdout == "hello None more\n"


def test_the_end_of_a_program_is_its_code_and_both_streams(processes: Processes) -> None:
    done = processes.run(python("import sys; print('out'); print('err', file=sys.stderr); sys.exit(3)"))
    assert (done.code, done.stdout, done.stderr, done.ok) == (3, "out\n", "err\n", False)


def test_a_program_reads_what_it_is_given_and_never_the_terminal(processes: Processes) -> None:
    code = "import sys; print(repr(sys.stdin.read()))"
    assert processes.run(python(code), stdin="a word").stdout == "'a word'\n"
    assert processes.run(python(code)).stdout == "''\n"


def test_a_program_runs_in_the_folder_it_is_told(processes: Processes, tmp_path: Path) -> None:
    assert processes.run(python("import os; print(os.getcwd())"), folder=tmp_path).stdout.strip() == str(tmp_path)


def test_bytes_that_are_no_text_do_not_end_the_tool(processes: Processes) -> None:
    assert processes.run(python(r"import sys; sys.stdout.buffer.write(b'\xff!')")).stdout == "\ufffd!"


def test_a_program_is_looked_for_on_the_path_that_was_handed_in(tmp_path: Path) -> None:
    (tmp_path / "terraform").write_text("#!/bin/sh\n")
    (tmp_path / "terraform").chmod(0o755)
    assert Processes({"PATH": str(tmp_path)}).find("terraform") == str(tmp_path / "terraform")
    assert Processes({"PATH": "/nowhere"}).find("terraform") is None


@pytest.mark.parametrize(
    "start",
    [
        lambda processes, log: processes.run(["no-such-program"]),
        lambda processes, log: processes.follow(["no-such-program"], print, log=log),
        lambda processes, log: processes.replace(["no-such-program"]),
    ],
    ids=["run", "follow", "replace"],
)
def test_a_program_that_is_not_installed_is_named(
    start: Callable[[Processes, Path], object], processes: Processes, tmp_path: Path
) -> None:
    with pytest.raises(Missing) as missing:
        start(processes, tmp_path / "log")
    assert "no-such-program is not installed" in missing.value.what
    assert missing.value.exit_code == MISSING
    assert missing.value.next_step


# ---- follow


def test_a_folder_that_has_gone_is_not_taken_for_a_missing_program(processes: Processes, tmp_path: Path) -> None:
    with pytest.raises(Failed, match=r"the folder .*gone has gone"):
        processes.run([sys.executable, "-c", ""], folder=tmp_path / "gone")
    with pytest.raises(Failed, match=r"the folder .*gone has gone"):
        processes.follow([sys.executable, "-c", ""], print, log=tmp_path / "log", folder=tmp_path / "gone")


def test_each_line_is_handed_over_while_the_program_still_runs(processes: Processes, tmp_path: Path) -> None:
    # The program goes on only when its first line was heard.
    heard: list[str] = []
    code = """
    import pathlib, sys, time
    print("first", flush=True)
    while not pathlib.Path(sys.argv[1]).exists():
        time.sleep(0.01)
    print("second")
    print("on stderr", file=sys.stderr)
    """

    def hear(line: str) -> None:
        heard.append(line)
        (tmp_path / "heard").touch()

    done = processes.follow(python(code, str(tmp_path / "heard")), hear, log=tmp_path / "log")
    assert sorted(heard) == ["first", "on stderr", "second"]
    assert done.ok and sorted(done.stdout.split("\n")) == ["first", "on stderr", "second"]


def test_a_last_line_without_an_end_is_handed_over_too(processes: Processes, tmp_path: Path) -> None:
    heard: list[str] = []
    processes.follow(python("print('whole'); print('half', end='')"), heard.append, log=tmp_path / "log")
    assert heard == ["whole", "half"]


def test_a_character_whose_bytes_come_in_two_parts_stays_whole(processes: Processes, tmp_path: Path) -> None:
    heard: list[str] = []
    code = """
    import sys, time
    first, *rest = "注文\\n".encode()
    sys.stdout.buffer.write(bytes([first])); sys.stdout.buffer.flush()
    time.sleep(0.15)
    sys.stdout.buffer.write(bytes(rest))
    """
    processes.follow(python(code), heard.append, log=tmp_path / "log")
    assert heard == ["注文"]


def test_the_progress_bars_of_other_programs_are_lines(processes: Processes, tmp_path: Path) -> None:
    heard: list[str] = []
    processes.follow(
        python(r"import sys; sys.stdout.buffer.write(b'10%\r20%\r\ndone\n')"), heard.append, log=tmp_path / "log"
    )
    assert heard == ["10%", "20%", "done"]


def test_the_log_is_readable_by_its_owner_only(processes: Processes, tmp_path: Path) -> None:
    processes.follow(python("pass"), print, log=tmp_path / "logs" / "log")
    assert (tmp_path / "logs" / "log").stat().st_mode & 0o777 == 0o600


def test_stop_ends_the_followed_program_in_good_order(processes: Processes, tmp_path: Path) -> None:
    threading.Timer(0.3, processes.stop.set).start()
    done = processes.follow(python(COUNTS_INTERRUPTS, str(tmp_path), "1"), lambda line: None, log=tmp_path / "log")
    assert (done.code, done.stdout.split("\n")) == (7, ["working", "state saved"])
    assert interrupts(tmp_path) == 1


def test_a_listener_that_fails_takes_the_program_with_it(processes: Processes, tmp_path: Path) -> None:
    def fail(line: str) -> None:
        raise ValueError(line)

    with pytest.raises(ValueError, match="working"):
        processes.follow(python(COUNTS_INTERRUPTS, str(tmp_path), "1"), fail, log=tmp_path / "log")
    assert interrupts(tmp_path) == 1


def test_killing_the_tool_lets_the_followed_program_finish(tmp_path: Path) -> None:
    parent = started(tmp_path)
    parent.kill()
    parent.wait(PATIENCE)
    child = int((tmp_path / "pid").read_text())
    os.kill(child, signal.SIGINT)  # it is still there, and ends by its own way: a pipe would have broken
    eventually(lambda: "state saved" in (tmp_path / "log").read_text(), "the child's last words")


def test_ctrl_c_reaches_the_followed_program_once_and_the_tool_waits_for_it(tmp_path: Path) -> None:
    # A terminal sends SIGINT to the whole group; Terraform takes a second one as "drop everything", state and all.
    parent = started(tmp_path)
    os.killpg(parent.pid, signal.SIGINT)
    parent.wait(PATIENCE)
    assert interrupts(tmp_path) == 1
    assert "state saved" in (tmp_path / "log").read_text()


def test_a_second_ctrl_c_is_passed_on_to_a_program_that_does_not_end(tmp_path: Path) -> None:
    parent = started(tmp_path, wanted=2)
    os.killpg(parent.pid, signal.SIGINT)
    eventually(lambda: interrupts(tmp_path) == 1, "the first interrupt")
    os.killpg(parent.pid, signal.SIGINT)
    parent.wait(PATIENCE)
    assert interrupts(tmp_path) == 2


# ---- replace


def replaced(code: str) -> subprocess.Popen[str]:
    """A program such as ours that becomes another, of the given code."""
    becomes = """
    import os, sys
    from lambda_alerts_cli.adapters.process import Processes
    print("before")
    Processes({"GREETING": "hello", "PID": str(os.getpid())}).replace([sys.executable, "-c", sys.argv[1]])
    """
    return subprocess.Popen(python(becomes, textwrap.dedent(code)), stdout=subprocess.PIPE, text=True)


def test_a_replacing_program_has_the_process_the_environment_and_the_last_word() -> None:
    process = replaced(
        "import os, sys; print(os.environ['PID'] == str(os.getpid()), os.environ['GREETING']); sys.exit(5)"
    )
    stdout, _ = process.communicate(timeout=PATIENCE)
    assert (process.returncode, stdout) == (5, "before\nTrue hello\n")


def test_a_signal_for_us_is_heard_by_the_program_that_replaced_us() -> None:
    process = replaced("""
    import signal, sys, time
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(9))
    print("listening", flush=True)
    time.sleep(60)
    """)
    assert process.stdout is not None
    while process.stdout.readline() != "listening\n":
        assert process.poll() is None
    process.terminate()
    assert process.wait(PATIENCE) == 9
    process.stdout.close()
