"""What the sandbox writes down, and what it cleans up."""

import subprocess
import sys
from pathlib import Path

import pytest

from lambda_alerts_cli.errors import Failed
from lambda_alerts_cli.sandbox.place import Instance, Place
from lambda_alerts_cli.sandbox.running import Lock, one_at_a_time, wait_until

INSTANCE = Instance(
    id="0a1b2c3d",
    endpoint="http://127.0.0.1:4600",
    port=4600,
    pid=1,
    engine=True,
    engine_reason="",
    started="2026-11-21T12:00:00+00:00",
    version="0.1.0",
    speed=1.0,
)


def place(folder: Path) -> Place:
    (folder / ".lambda-alerts" / "sandbox").mkdir(parents=True)
    return Place(folder)


def test_what_is_written_is_read_and_nobody_else_may_read_it(tmp_path: Path) -> None:
    here = place(tmp_path)
    here.write(INSTANCE)
    assert here.read() == INSTANCE
    assert here.state.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in here.state.parent.glob("sandbox.*")] == ["sandbox.json"]


def test_a_file_that_is_cut_off_or_from_elsewhere_is_no_sandbox(tmp_path: Path) -> None:
    here = place(tmp_path)
    assert here.read() is None
    for text in ("", "{", "[]", '{"id": "x"}'):
        here.state.write_text(text)
        assert here.read() is None


def test_clearing_removes_the_terraform_state_of_sandboxes_and_no_other(tmp_path: Path) -> None:
    here = place(tmp_path)
    here.write(INSTANCE)
    states, images = tmp_path / "terraform/terraform.tfstate.d", tmp_path / "terraform/images"
    for folder in (states / "sandbox-0a1b2c3d", states / "staging", images):
        folder.mkdir(parents=True)
    (states / "sandbox-0a1b2c3d" / "terraform.tfstate").write_text("{}")
    (images / "sandbox-0a1b2c3d.json").write_text("{}")
    (images / "default.json").write_text("{}")
    (tmp_path / "terraform/terraform.tfstate").write_text("{}")
    here.clear()
    left = sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*"))
    assert left == [
        ".lambda-alerts",
        "terraform",
        "terraform/images",
        "terraform/images/default.json",
        "terraform/terraform.tfstate",
        "terraform/terraform.tfstate.d",
        "terraform/terraform.tfstate.d/staging",
    ]
    here.clear()


def test_clearing_leaves_no_empty_folders_behind(tmp_path: Path) -> None:
    here = place(tmp_path)
    (tmp_path / "terraform/terraform.tfstate.d/sandbox-1").mkdir(parents=True)
    here.clear()
    assert not (tmp_path / "terraform/terraform.tfstate.d").exists()


def test_the_lock_is_held_by_one_and_free_when_its_holder_dies(tmp_path: Path) -> None:
    lock = Lock(tmp_path / "lock")
    assert not lock.held
    code = (
        "import sys, time; from pathlib import Path; from lambda_alerts_cli.sandbox.running import Lock\n"
        f"assert Lock(Path({str(lock.path)!r})).take(); print('mine', flush=True); sys.stdin.read()"
    )
    holder = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert holder.stdout is not None
    assert holder.stdout.readline() == b"mine\n"
    assert lock.held
    assert not lock.take()
    holder.kill()
    holder.wait()
    assert wait_until(lambda: not lock.held, 5)
    assert lock.take()


def test_waiting_ends_in_time() -> None:
    assert not wait_until(lambda: False, 0.1)


def test_a_lock_whose_file_was_removed_meanwhile_is_nobodys(tmp_path: Path) -> None:
    first, second = Lock(tmp_path / "lock"), Lock(tmp_path / "lock")
    assert first.take()
    first.path.unlink()
    assert second.take()
    assert not Lock(tmp_path / "lock").take()


def test_only_one_starts_or_stops_at_a_time(tmp_path: Path) -> None:
    turn = tmp_path / "new" / "turn"
    with one_at_a_time(turn, 1), pytest.raises(Failed), one_at_a_time(turn, 0):
        pass
    assert not turn.parent.exists()
    with one_at_a_time(turn, 1):
        assert turn.exists()
