"""Functions that run from the files of their image."""

import io
import tarfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from lambda_alerts_cli.sandbox.aws_lambda.deployment import DeployedImage
from lambda_alerts_cli.sandbox.aws_lambda.source_worker import ending, unpack
from lambda_alerts_cli.sandbox.ecr.blobs import Blobs
from lambda_alerts_cli.sandbox.ecr.image_manifest import digest_of
from tests.sandbox_fakes import image


def layered(blobs: Blobs, files: dict[str, bytes]) -> DeployedImage:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    upload = blobs.begin()
    blobs.append(upload, io.BytesIO(buffer.getvalue()))
    digest = digest_of(buffer.getvalue())
    blobs.finish(upload, digest)
    made = image(from_source=True)
    return DeployedImage(**{**vars(made), "layers": (digest,)})


def test_the_task_folder_of_the_layer_is_unpacked(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path / "blobs")
    deployed = layered(blobs, {"var/task/app.py": b"1", "./var/task/pkg/mod.py": b"2", "etc/passwd": b"3"})
    root = unpack(deployed, blobs, tmp_path / "functions")
    assert sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()) == ["app.py", "pkg/mod.py"]
    assert unpack(deployed, blobs, tmp_path / "functions") == root


def test_two_functions_of_the_same_source_may_be_unpacked_at_once(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path / "blobs")
    made = layered(blobs, {f"var/task/{number}.py": b"x" for number in range(50)})
    with ThreadPoolExecutor(8) as pool:
        places = {pool.submit(unpack, made, blobs, tmp_path / "functions").result() for _ in range(8)}
        both = [pool.submit(unpack, made, blobs, tmp_path / "again") for _ in range(8)]
    assert len(places) == 1 and len({one.result() for one in both}) == 1
    assert [path.name for path in (tmp_path / "again").iterdir()] == [both[0].result().name]
    assert len(list(both[0].result().iterdir())) == 50


@pytest.mark.parametrize("name", ["var/task/../../../evil.py", "/var/task/../../evil.py", "../evil.py"])
def test_nothing_is_written_outside_the_function(tmp_path: Path, name: str) -> None:
    blobs = Blobs(tmp_path / "blobs")
    unpack(layered(blobs, {name: b"x"}), blobs, tmp_path / "deep" / "functions")
    assert list(tmp_path.rglob("evil.py")) == []


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (0, ""),
        (1, "exit status 1"),
        (-9, "signal: killed"),
        (137, "signal: killed"),
        (-11, "signal: segmentation fault"),
        (139, "signal: segmentation fault"),
        (128, "exit status 128"),
        (255, "exit status 255"),
    ],
)
def test_an_ending_is_worded_as_lambda_words_it(code: int, words: str) -> None:
    assert ending(code) == words
