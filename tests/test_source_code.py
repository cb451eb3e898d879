import io
import json
import tarfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from lambda_alerts_cli.adapters.process import Finished, Processes
from lambda_alerts_cli.adapters.source_code import import_check, source_image
from lambda_alerts_cli.errors import Failed, Missing, Misused
from lambda_alerts_cli.source_image import SourceFile, SourceImage, pack_source


class FakePip(Processes):
    """A pip that installs one module, is missing, or fails."""

    def __init__(self) -> None:
        super().__init__({})
        self.missing = False
        self.fails_with = ""
        self.commands: list[list[str]] = []

    def run(self, arguments: Sequence[str], **_: Any) -> Finished:
        self.commands.append(list(arguments))
        if arguments[-1] == "--version":
            return Finished(1 if self.missing else 0, "", "")
        if self.fails_with:
            return Finished(1, "", self.fails_with)
        target = Path(arguments[arguments.index("--target") + 1])
        (target / "mangum.py").write_text("from pip")
        (target / "app.py").write_text("from pip")
        (target / "__pycache__").mkdir()
        (target / "__pycache__/mangum.pyc").write_text("compiled")
        return Finished(0, "", "")


@pytest.fixture
def pip() -> FakePip:
    return FakePip()


@pytest.fixture
def context(tmp_path: Path) -> Path:
    (tmp_path / "function").mkdir()
    (tmp_path / "function/app.py").write_text("own")
    (tmp_path / "function/requirements.txt").write_text("# nothing yet\n\n")
    (tmp_path / "README.md").write_text("not for the function")
    (tmp_path / "Dockerfile").write_text("FROM x")
    return tmp_path


def pack(context: Path, pip: FakePip) -> SourceImage:
    return source_image(context, context / "Dockerfile", "app.handler", "arm64", pip, python="python")


def files(image: SourceImage) -> dict[str, str]:
    layer = image.blobs[json.loads(image.manifest)["layers"][0]["digest"]]
    with tarfile.open(fileobj=io.BytesIO(layer)) as archive:
        return {
            entry.name.removeprefix("var/task/"): content.read().decode()
            for entry in archive
            if (content := archive.extractfile(entry))
        }


def test_the_folder_of_the_handler_is_packed_and_nothing_else(context: Path, pip: FakePip) -> None:
    assert files(pack(context, pip)) == {"app.py": "own", "requirements.txt": "# nothing yet\n\n"}


def test_requirements_without_a_package_install_nothing(context: Path, pip: FakePip) -> None:
    pack(context, pip)
    assert pip.commands == []


def test_packages_lie_beside_the_code_which_wins_over_them(context: Path, pip: FakePip) -> None:
    (context / "function/requirements.txt").write_text("mangum==0.19\n")
    found = files(pack(context, pip))
    assert found == {"app.py": "own", "mangum.py": "from pip", "requirements.txt": "mangum==0.19\n"}


def test_an_interpreter_without_pip_is_named(context: Path, pip: FakePip) -> None:
    (context / "function/requirements.txt").write_text("mangum\n")
    pip.missing = True
    with pytest.raises(Missing, match="python has no pip"):
        pack(context, pip)


def test_a_package_that_cannot_be_installed_is_quoted(context: Path, pip: FakePip) -> None:
    (context / "function/requirements.txt").write_text("mangumm\n")
    pip.fails_with = "ERROR: No matching distribution found for mangumm"
    with pytest.raises(Failed, match="mangumm") as failed:
        pack(context, pip)
    assert failed.value.where == str(context / "function/requirements.txt")


def test_requirements_of_another_encoding_are_misuse(context: Path, pip: FakePip) -> None:
    (context / "function/requirements.txt").write_bytes("# 依存\nmangum\n".encode("shift_jis"))
    with pytest.raises(Misused, match=r"requirements\.txt is not UTF-8"):
        pack(context, pip)
    assert pip.commands == []


def packed(code: str) -> SourceImage:
    return pack_source([SourceFile("app.py", code.encode())], "app.handler", "arm64")


def test_a_handler_that_can_be_imported_passes_and_sees_its_variables() -> None:
    code = "import os\nassert os.environ['LEVEL'] == 'info' and 'AWS_PROFILE' not in os.environ\ndef handler(e, c): ..."
    assert import_check(packed(code), "app.handler", {"LEVEL": "info"}) is None


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("def handler(:", "app.py, line 1: invalid syntax"),
        ("import no_such_package\ndef handler(e, c): ...", "needs the module no_such_package"),
        ("def other(e, c): ...", "the module app has no function handler"),
    ],
)
def test_what_lambda_could_not_import_fails_before_it_is_deployed_without_an_engine_too(code: str, words: str) -> None:
    with pytest.raises(Failed, match=words):
        import_check(packed(code), "app.handler", {})


def test_a_module_that_raises_is_a_warning() -> None:
    assert "raised KeyError" in str(import_check(packed("import os\nos.environ['TABLE']"), "app.handler", {}))
