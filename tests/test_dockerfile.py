import pytest

from lambda_alerts_cli.dockerfile import base_references


def bases(text: str, **build_args: str) -> tuple[str, ...]:
    return base_references(text, build_args, "linux/arm64")


def test_stages_and_scratch_are_no_base_images() -> None:
    text = "FROM python:3.12 AS build\nFROM build AS more\nFROM scratch\nCOPY --from=Build /x /x\nCOPY --from=0 /y /y"
    assert bases(text) == ("python:3.12",)


def test_the_platform_of_a_stage_is_no_part_of_its_image() -> None:
    assert bases("FROM --platform=$BUILDPLATFORM python:3.12 AS build") == ("python:3.12",)


def test_an_argument_has_its_default_until_the_build_sets_it() -> None:
    text = "ARG VERSION=3.12\nARG BASE=lambda/python:${VERSION}\nFROM $BASE"
    assert bases(text) == ("lambda/python:3.12",)
    assert bases(text, VERSION="3.13") == ("lambda/python:3.13",)


def test_an_argument_inside_a_stage_does_not_count_in_a_from() -> None:
    assert bases("ARG BASE=one\nFROM one AS a\nARG BASE=two\nFROM $BASE") == ("one",)


@pytest.mark.parametrize(
    ("image", "expected"),
    [
        ("${A:-python}", "python"),
        ("${A-python}", "python"),
        ("python${A:+-slim}", "python"),
        ("${B:-x}", "given"),
        ("python${B:+-slim}", "python-slim"),
        ("base-${TARGETARCH}", "base-arm64"),
    ],
)
def test_variables_are_written_out_as_docker_does(image: str, expected: object) -> None:
    assert bases(f"ARG B=given\nFROM {image}") == (expected,)


def test_images_that_files_are_copied_or_mounted_from_count_too() -> None:
    text = (
        "FROM python:3.12\n"
        "COPY --from=ghcr.io/astral-sh/uv:0.9 --chmod=755 /uv /bin/\n"
        "RUN --mount=type=bind,from=tools:1,target=/tools /tools/run\n"
        "RUN --mount=type=cache,target=/root/.cache true"
    )
    assert bases(text) == ("python:3.12", "ghcr.io/astral-sh/uv:0.9", "tools:1")


def test_comments_and_continued_lines_are_read_as_docker_reads_them() -> None:
    text = "# FROM old\nFROM \\\n  # why\n  python:3.12 \\\n  AS build\n"
    assert bases(text) == ("python:3.12",)


def test_the_escape_directive_continues_lines() -> None:
    assert bases("# escape=`\nFROM `\npython:3.12") == ("python:3.12",)


def test_a_here_document_is_no_instruction() -> None:
    text = "FROM python:3.12\nRUN <<EOF\nSELECT 1\nFROM orders\nEOF\nCOPY <<-'X' /y\nFROM z\nX\nFROM node:22"
    assert bases(text) == ("python:3.12", "node:22")


def test_a_word_in_lower_case_is_the_same_instruction() -> None:
    assert bases("arg V=3\nfrom python:${V} as build\nfrom build") == ("python:3",)
