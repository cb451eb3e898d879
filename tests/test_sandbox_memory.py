"""What a runtime uses, read as Linux tells it."""

import os
from pathlib import Path

from lambda_alerts_cli.sandbox.aws_lambda.memory import used_at_most, used_now


def process(processes: Path, number: int, *, now: int, most: int, children: str = "") -> None:
    thread = processes / str(number) / "task" / str(number)
    thread.mkdir(parents=True)
    (thread / "children").write_text(children)
    (processes / str(number) / "status").write_text(f"Name:\tpython\nVmHWM:\t {most} kB\nVmRSS:\t {now} kB\n")


def test_what_a_function_has_started_counts(tmp_path: Path) -> None:
    process(tmp_path, 10, now=100, most=900, children="11 12 ")
    process(tmp_path, 11, now=20, most=20, children="13 ")
    process(tmp_path, 12, now=3, most=3)
    process(tmp_path, 13, now=4000, most=4000)
    assert used_now(10, tmp_path) == 4123 * 1024


def test_a_peak_between_two_looks_is_seen(tmp_path: Path) -> None:
    process(tmp_path, 10, now=100, most=900)
    assert used_at_most(10, tmp_path) == 900 * 1024


def test_a_process_that_has_ended_uses_nothing(tmp_path: Path) -> None:
    assert (used_now(10, tmp_path), used_at_most(10, tmp_path)) == (0, 0)


def test_a_child_that_ends_meanwhile_does_no_harm(tmp_path: Path) -> None:
    process(tmp_path, 10, now=100, most=100, children="11 ")
    assert used_now(10, tmp_path) == 100 * 1024


def test_this_process_is_seen_where_the_system_tells() -> None:
    assert (used_at_most(os.getpid()) > 0) == Path("/proc/self/status").exists()
