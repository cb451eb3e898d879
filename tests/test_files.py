"""Files that change in one step."""

import os
from pathlib import Path

import pytest

from lambda_alerts_cli.errors import Failed, Misused
from lambda_alerts_cli.files import text_of, write_atomically


def test_a_file_is_replaced_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("old")
    write_atomically(tmp_path / "a.json", "新しい\n")
    assert (tmp_path / "a.json").read_text(encoding="utf-8") == "新しい\n"
    assert len(list(tmp_path.iterdir())) == 1


def test_only_the_owner_may_read_unless_a_mode_is_given(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        write_atomically(tmp_path / "mine", "")
        write_atomically(tmp_path / "everyones", "", mode=0o666)
    finally:
        os.umask(before)
    assert (tmp_path / "mine").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "everyones").stat().st_mode & 0o777 == 0o644


def test_a_failure_keeps_the_old_text_and_says_why(tmp_path: Path) -> None:
    (tmp_path / "folder" / "inner").mkdir(parents=True)
    with pytest.raises(Failed) as failed:
        write_atomically(tmp_path / "folder", "text")  # a file cannot take the place of a folder
    assert failed.value.where == str(tmp_path / "folder")
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


def test_a_folder_that_is_not_there_is_told_plainly(tmp_path: Path) -> None:
    with pytest.raises(Failed, match="No such file or directory"):
        write_atomically(tmp_path / "nowhere" / "a", "text")


def test_text_that_cannot_be_written_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(UnicodeEncodeError):
        write_atomically(tmp_path / "a", "\ud800")
    assert list(tmp_path.iterdir()) == []


def test_a_text_of_another_encoding_is_named_with_the_remedy(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_bytes("# 注文\n".encode("shift_jis"))
    with pytest.raises(Misused, match=r"^Dockerfile is not UTF-8 text$") as misused:
        text_of(tmp_path / "Dockerfile")
    assert (misused.value.where, misused.value.next_step) == (str(tmp_path / "Dockerfile"), "save it as UTF-8")
