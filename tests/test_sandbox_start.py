"""What can go wrong before the sandbox answers."""

from pathlib import Path

import pytest

from lambda_alerts_cli.errors import MISSING, Failed, Missing
from lambda_alerts_cli.sandbox import start
from lambda_alerts_cli.sandbox.place import Place
from lambda_alerts_cli.sandbox.running import Lock
from tests.test_sandbox_place import INSTANCE


def test_without_its_extra_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(start, "NEEDED", ("json", "no_such_module"))
    with pytest.raises(Missing) as missing:
        start.up(Place(tmp_path), 0, 1.0, {})
    assert missing.value.exit_code == MISSING
    assert "no_such_module is missing" in missing.value.what
    assert missing.value.next_step == "pip install 'lambda-alerts[sandbox]'"
    assert list(tmp_path.iterdir()) == []


def test_a_sandbox_that_dies_at_once_is_told_with_its_last_words(tmp_path: Path) -> None:
    with pytest.raises(Failed) as failed:
        start.up(Place(tmp_path), 0, 1.0, {"PYTHONPATH": "/nonexistent", "PYTHONHOME": "/nonexistent"})
    assert failed.value.what.startswith("the sandbox did not start")
    assert failed.value.where == str(Place(tmp_path).log)


def test_a_sandbox_that_runs_at_another_speed_is_no_answer_to_who_demands_one(tmp_path: Path) -> None:
    place = Place(tmp_path)
    lock = Lock(place.lock)
    assert lock.take()
    place.write(INSTANCE)
    assert start.up(place, 0, None, {}).already and start.up(place, 0, INSTANCE.speed, {}).already
    with pytest.raises(Failed, match="its clock runs 1 times as fast") as failed:
        start.up(place, 0, 60.0, {})
    assert "sandbox down" in str(failed.value.next_step)
    lock.give_back()
