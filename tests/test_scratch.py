"""A plan lies where only its owner can read it, and goes when all is done."""

from pathlib import Path

import pytest

from lambda_alerts_cli.scratch import private_folder


def test_a_plan_lies_where_only_its_owner_can_read_and_goes_when_all_is_done(tmp_path: Path) -> None:
    with private_folder(tmp_path / ".lambda-alerts") as place:
        assert place.stat().st_mode & 0o777 == 0o700
        (place / "change.tfplan").write_text("values in the clear")
    assert list((tmp_path / ".lambda-alerts").iterdir()) == []


def test_a_plan_goes_too_when_something_fails(tmp_path: Path) -> None:
    with pytest.raises(ValueError), private_folder(tmp_path / ".lambda-alerts") as place:
        (place / "change.tfplan").touch()
        raise ValueError
    assert list((tmp_path / ".lambda-alerts").iterdir()) == []


def test_the_plan_of_a_run_that_was_killed_is_removed_by_the_next_and_that_of_a_living_one_is_not(
    tmp_path: Path,
) -> None:
    killed = tmp_path / "plan-killed"
    killed.mkdir()
    (killed / "change.tfplan").write_text("values in the clear")
    with private_folder(tmp_path) as living:
        assert not killed.exists()
        with private_folder(tmp_path) as other:
            assert living.is_dir() and other.is_dir() and living != other
