"""Layers on disk."""

import io
from pathlib import Path

import pytest

from lambda_alerts_cli.sandbox.ecr.blobs import Blobs, DigestMismatch
from lambda_alerts_cli.sandbox.ecr.image_manifest import digest_of


def test_an_upload_in_pieces_becomes_one_blob(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path)
    upload = blobs.begin()
    assert blobs.append(upload, io.BytesIO(b"hello ")) == 6
    assert blobs.append(upload, io.BytesIO(b"layer")) == 11
    assert blobs.finish(upload, digest_of(b"hello layer")) == 11
    assert blobs.read(digest_of(b"hello layer")) == b"hello layer"
    assert blobs.received(upload) is None


def test_what_is_not_what_was_announced_is_thrown_away(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path)
    upload = blobs.begin()
    blobs.append(upload, io.BytesIO(b"cut off"))
    with pytest.raises(DigestMismatch):
        blobs.finish(upload, digest_of(b"cut off in the middle"))
    assert blobs.received(upload) is None
    assert list((tmp_path / "sha256").iterdir()) == []


@pytest.mark.parametrize("name", ["sha256:../../etc/passwd", "sha256:" + "g" * 64, "md5:" + "0" * 64, ""])
def test_a_digest_never_leads_out_of_the_store(tmp_path: Path, name: str) -> None:
    assert Blobs(tmp_path).path(name) is None


def test_an_upload_never_leads_out_of_the_store(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("x")
    assert Blobs(tmp_path).received("../secret") is None
