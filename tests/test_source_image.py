import io
import json
import tarfile

import pytest

from lambda_alerts_cli.errors import Misused
from lambda_alerts_cli.source_image import SourceFile, find_handler_folder, pack_source

FILES = (SourceFile("lambda_function.py", b"def handler(): ..."), SourceFile("bin/run", b"#!", executable=True))


@pytest.mark.parametrize(
    ("paths", "handler", "folder"),
    [
        (["function/lambda_function.py", "README.md"], "lambda_function.handler", "function"),
        (["lambda_function.py"], "lambda_function.handler", ""),
        (["src/app.py", "tests/app.py"], "app.handler", "src"),
        (["function/app.py", "app.py"], "app.handler", "function"),
        (["services/orders/app.py"], "app.handler", "services/orders"),
        (["function/shop/orders.py"], "shop.orders.handler", "function"),
        (["function/shop/orders.py"], "shop/orders.handler", "function"),
        (["function/shop/__init__.py"], "shop.handler", "function"),
    ],
)
def test_the_folder_is_the_one_that_the_handler_is_imported_from(paths: list[str], handler: str, folder: str) -> None:
    assert find_handler_folder(paths, handler) == folder


def test_a_module_that_is_nowhere_is_named() -> None:
    with pytest.raises(Misused, match=r"no file app\.py") as error:
        find_handler_folder(["function/myapp.py"], "app.handler")
    assert error.value.where == "app.handler"


def test_a_module_in_several_folders_is_not_guessed() -> None:
    with pytest.raises(Misused, match="a, b"):
        find_handler_folder(["a/app.py", "b/app.py"], "app.handler")


def test_the_same_files_give_the_same_image() -> None:
    image = pack_source(FILES, "lambda_function.handler", "arm64")
    assert pack_source(reversed(FILES), "lambda_function.handler", "arm64").digest == image.digest
    assert pack_source(FILES, "lambda_function.handler", "x86_64").digest != image.digest
    assert pack_source(FILES[:1], "lambda_function.handler", "arm64").digest != image.digest


def test_the_manifest_names_every_blob_by_digest_and_size() -> None:
    image = pack_source(FILES, "lambda_function.handler", "arm64")
    manifest = json.loads(image.manifest)
    parts = [manifest["config"], *manifest["layers"]]
    assert {part["digest"]: part["size"] for part in parts} == {
        digest: len(content) for digest, content in image.blobs.items()
    }


def test_the_config_says_what_lambda_has_to_know() -> None:
    image = pack_source(FILES, "lambda_function.handler", "x86_64")
    config = json.loads(image.blobs[json.loads(image.manifest)["config"]["digest"]])
    assert config["architecture"] == "amd64"
    assert config["config"]["Cmd"] == ["lambda_function.handler"]
    assert config["config"]["Labels"] == {"lambda-alerts.source": "true"}


def test_the_layer_holds_the_files_in_the_task_folder() -> None:
    image = pack_source(FILES, "lambda_function.handler", "arm64")
    layer = image.blobs[json.loads(image.manifest)["layers"][0]["digest"]]
    with tarfile.open(fileobj=io.BytesIO(layer)) as archive:
        found = {entry.name: (oct(entry.mode), entry.mtime) for entry in archive}
    assert found == {"var/task/bin/run": ("0o755", 0), "var/task/lambda_function.py": ("0o644", 0)}


def test_the_content_of_files_is_not_shown() -> None:
    assert "handler()" not in repr(FILES[0])
    assert "handler()" not in repr(pack_source(FILES, "lambda_function.handler", "arm64"))
