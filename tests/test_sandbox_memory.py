"""What a runtime uses, read as Linux tells it."""

import os
import subprocess
import sys
from pathlib import Path

from lambda_alerts_cli.sandbox.aws_lambda.memory import used_at_most, used_now


def process(
    processes: Path, number: int, *, now: int, most: int = 0, share: int = 0, children: str = "", pages: str = ""
) -> None:
    thread = processes / str(number) / "task" / str(number)
    thread.mkdir(parents=True)
    (thread / "children").write_text(children)
    (processes / str(number) / "statm").write_text(pages or f"{number} {now}")
    (processes / str(number) / "status").write_text(f"Name:\tpython\nVmHWM:\t {most} kB\nVmRSS:\t {now} kB\n")
    (processes / str(number) / "smaps_rollup").write_text(f"Rss: {now} kB\nPss: {share or now} kB\n")


def test_a_process_alone_uses_what_is_resident(tmp_path: Path) -> None:
    process(tmp_path, 10, now=100, share=60)
    assert used_now(10, tmp_path) == 100 * 1024


def test_what_a_function_has_started_counts(tmp_path: Path) -> None:
    process(tmp_path, 10, now=100, children="11 12 ")
    process(tmp_path, 11, now=20, children="13 ")
    process(tmp_path, 12, now=3)
    process(tmp_path, 13, now=4000)
    assert used_now(10, tmp_path) == 4123 * 1024


def test_what_a_fork_shares_with_its_parent_counts_once(tmp_path: Path) -> None:
    process(tmp_path, 10, now=100, share=50, children="11 ")
    process(tmp_path, 11, now=100, share=50)
    assert used_now(10, tmp_path) == 100 * 1024


def test_a_child_that_still_lives_in_its_parents_memory_does_not_count(tmp_path: Path) -> None:
    process(tmp_path, 10, now=100, children="11 ", pages="25 25")
    process(tmp_path, 11, now=100, pages="25 25")
    assert used_now(10, tmp_path) == 100 * 1024


def test_a_peak_between_two_looks_is_seen(tmp_path: Path) -> None:
    process(tmp_path, 10, now=100, most=900)
    assert used_at_most(10, tmp_path) == 900 * 1024


def test_a_process_that_has_ended_uses_nothing(tmp_path: Path) -> None:
    assert (used_now(10, tmp_path), used_at_most(10, tmp_path)) == (0, 0)


def test_a_child_that_ends_meanwhile_does_no_harm(tmp_path: Path) -> None:
    process(tmp_path, 10, now=100, children="11 ")
    assert used_now(10, tmp_path) == 100 * 1024


def test_a_real_child_is_seen_where_the_system_tells() -> None:
    code = "kept = bytearray(64 << 20)\nprint('ready', flush=True)\ninput()"
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None and child.stdin is not None
        child.stdout.readline()
        used, peak, listed = used_now(os.getpid()), used_at_most(child.pid), used_now(child.pid)
        child.stdin.close()
    if Path("/proc/self/status").exists():
        assert used >= 64 << 20
        assert peak >= listed >= 64 << 20
    else:
        assert (used, peak, listed) == (0, 0, 0)
