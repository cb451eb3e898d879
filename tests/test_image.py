from pathlib import Path
from typing import Any

import pytest

from lambda_alerts_cli.errors import Refused
from lambda_alerts_cli.image import (
    UNKNOWN_BASE,
    BuildSpec,
    ContextFile,
    Tag,
    base_hash,
    build_arguments,
    is_index,
    refuse_index,
    source_hash,
)

INDEX = "application/vnd.oci.image.index.v1+json"
APP = ContextFile("function/app.py", "a" * 64)


def spec(**changed: Any) -> BuildSpec:
    return BuildSpec(Path("/p"), Path("/p/Dockerfile"), "linux/arm64", "lambda-alerts:t", **changed)


def hash_of(*files: ContextFile, dockerfile: str = "FROM x", platform: str = "linux/arm64", **changed: Any) -> str:
    return source_hash(files, dockerfile, platform=platform, **changed)


def test_a_build_is_one_command_that_makes_a_single_image_and_keeps_it_in_the_engine() -> None:
    assert build_arguments(spec(), Path("/t/metadata.json")) == [
        "docker",
        "buildx",
        "build",
        "--platform",
        "linux/arm64",
        "--provenance=false",
        "--sbom=false",
        "--load",
        "--progress=plain",
        "--file",
        "/p/Dockerfile",
        "--tag",
        "lambda-alerts:t",
        "--metadata-file",
        "/t/metadata.json",
        "/p",
    ]


def test_target_and_build_arguments_stand_before_the_context() -> None:
    changed = spec(target="final", build_args=(("MODE", "fast"), ("BASE", "python:3.12")))
    assert build_arguments(changed, Path("/m"))[13:] == [
        "--target",
        "final",
        "--build-arg",
        "MODE=fast",
        "--build-arg",
        "BASE=python:3.12",
        "--metadata-file",
        "/m",
        "/p",
    ]


def test_values_of_build_arguments_are_not_shown_with_a_spec() -> None:
    assert "hunter2" not in repr(spec(build_args=(("MODE", "hunter2"),)))


def test_equal_settings_are_one_build() -> None:
    assert len({spec(build_args=(("A", "1"),)), spec(build_args=(("A", "1"),)), spec()}) == 2


def test_the_order_in_which_files_are_found_does_not_change_the_hash() -> None:
    other = ContextFile("function/b.py", "b" * 64)
    assert hash_of(APP, other) == hash_of(other, APP)


@pytest.mark.parametrize(
    "changed",
    [
        hash_of(ContextFile("function/app.py", "b" * 64)),
        hash_of(ContextFile("function/renamed.py", "a" * 64)),
        hash_of(ContextFile("function/app.py", "a" * 64, executable=True)),
        hash_of(ContextFile("function/app.py", "a" * 64, link=True)),
        hash_of(APP, APP),
        hash_of(APP, dockerfile="FROM y"),
        hash_of(APP, platform="linux/amd64"),
        hash_of(APP, target="final"),
        hash_of(APP, build_args=[("A", "1")]),
    ],
    ids=["content", "name", "exec bit", "link", "another file", "Dockerfile", "platform", "target", "build args"],
)
def test_everything_that_a_build_reads_changes_the_hash(changed: str) -> None:
    assert changed != hash_of(APP)


def test_a_base_that_moved_changes_the_tag_but_not_the_source() -> None:
    old, new = (Tag(hash_of(APP), base_hash({"python": digest})) for digest in ("sha256:1", "sha256:2"))
    assert old != new
    assert old.same_source(new)


def test_one_base_that_cannot_be_asked_for_makes_the_whole_base_unknown() -> None:
    assert base_hash({"python": "sha256:1", "uv": None}) == UNKNOWN_BASE
    assert not Tag("0123456789ab", UNKNOWN_BASE).base_known


def test_a_tag_is_read_back_from_what_it_is_written_as() -> None:
    tag = Tag("0123456789ab", "ba9876543210")
    assert str(tag) == "src-0123456789ab-base-ba9876543210"
    assert Tag.parse(str(tag)) == tag


@pytest.mark.parametrize("text", ["latest", "src-0123-base-4567", "src-0123456789ab-base-ba9876543210-x", ""])
def test_a_tag_of_somebody_elses_is_none_of_ours(text: str) -> None:
    assert Tag.parse(text) is None


def test_both_kinds_of_index_are_recognised() -> None:
    assert is_index(INDEX)
    assert is_index("application/vnd.docker.distribution.manifest.list.v2+json")


@pytest.mark.parametrize(
    "media_type",
    ["application/vnd.docker.distribution.manifest.v2+json", "application/vnd.oci.image.manifest.v1+json", None],
)
def test_a_single_image_passes(media_type: str | None) -> None:
    refuse_index(media_type, "repository:tag")


def test_an_index_is_refused_with_the_options_that_avoid_it() -> None:
    with pytest.raises(Refused) as refusal:
        refuse_index(INDEX, "repository:tag")
    assert refusal.value.where == "repository:tag"
    assert refusal.value.next_step is not None
    assert "--provenance=false --sbom=false" in refusal.value.next_step
