"""What manifests say, and which of them Lambda takes (aws-facts, "Container images")."""

import json

import pytest

from lambda_alerts_cli.sandbox.ecr.image_manifest import NotAManifest, parse_config, parse_manifest

DOCKER = "application/vnd.docker.distribution.manifest.v2+json"
INDEX = "application/vnd.oci.image.index.v1+json"
CONFIG = {"mediaType": "application/vnd.docker.container.image.v1+json", "digest": "sha256:c", "size": 10}
LAYER = {"mediaType": "application/vnd.docker.image.rootfs.diff.tar.gzip", "digest": "sha256:l", "size": 100}


def image(**changed: object) -> str:
    return json.dumps({"schemaVersion": 2, "mediaType": DOCKER, "config": CONFIG, "layers": [LAYER], **changed})


def test_an_image_runs_on_lambda_and_names_what_it_needs() -> None:
    manifest = parse_manifest(image(), None)
    assert manifest.runs_on_lambda
    assert manifest.blobs == ("sha256:c", "sha256:l")
    assert manifest.size == 110


def test_an_index_does_not_run_on_lambda() -> None:
    index = json.dumps({"schemaVersion": 2, "mediaType": INDEX, "manifests": [{"digest": "sha256:m", "size": 1}]})
    manifest = parse_manifest(index, None)
    assert not manifest.runs_on_lambda
    assert manifest.children == ("sha256:m",)


def test_an_image_whose_config_describes_no_container_does_not_run_on_lambda() -> None:
    artifact = {**CONFIG, "mediaType": "application/vnd.oci.empty.v1+json"}
    assert not parse_manifest(image(config=artifact), None).runs_on_lambda


def test_the_media_type_of_the_request_counts_where_the_manifest_names_none() -> None:
    bare = json.dumps({"schemaVersion": 2, "config": CONFIG, "layers": []})
    assert parse_manifest(bare, "application/vnd.oci.image.manifest.v1+json").runs_on_lambda


@pytest.mark.parametrize("text", ["", "[]", "no json", '{"config": {"size": 1}}', '{"layers": [3]}'])
def test_what_is_no_manifest_is_refused(text: str) -> None:
    with pytest.raises(NotAManifest):
        parse_manifest(text, None)


def test_the_architecture_of_an_image_is_named_as_lambda_names_it() -> None:
    text = json.dumps({"architecture": "amd64", "config": {"Cmd": ["app.handler"], "Labels": None}})
    config = parse_config(text)
    assert (config.architecture, config.command, config.labels) == ("x86_64", ("app.handler",), {})
