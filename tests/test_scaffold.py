"""A new project: what it consists of, that it is written whole or not at all, and the bucket for its state."""

import os
import re
import resource
import subprocess
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from lambda_alerts_cli import blueprint, scaffold
from lambda_alerts_cli.blueprint import SlackIds, Wishes
from lambda_alerts_cli.commands.init import init
from lambda_alerts_cli.config import load
from lambda_alerts_cli.errors import Failed, Misconfigured, Misused, Refused
from lambda_alerts_cli.state_bucket import Bucket
from lambda_alerts_cli.surroundings import Surroundings
from tests.fake_buckets import FakeBuckets, no_buckets
from tests.trees import tree

REPOSITORY = Path(__file__).parents[1]
SHOP = Wishes(name="shop", region="eu-west-1")


def create(folder: Path, wishes: Wishes = SHOP, buckets: Callable[[str], FakeBuckets] = no_buckets) -> scaffold.Created:
    return scaffold.create(folder, folder.name, wishes, buckets)


# ---- what a project consists of


def test_a_new_project_has_a_valid_configuration(tmp_path: Path) -> None:
    create(tmp_path / "shop")
    config = load(tmp_path / "shop" / "lambda-alerts.toml", {})
    assert (config.project.name, config.project.region, list(config.functions)) == ("shop", "eu-west-1", ["hello"])
    assert (config.slack, config.state) == (None, None)


def test_the_channel_and_the_bucket_stand_in_the_configuration(tmp_path: Path) -> None:
    wishes = Wishes("shop", "eu-west-1", SlackIds("T0ABCDEF", "C0GHJKLMN"), "acme-state")
    create(tmp_path / "shop", wishes, FakeBuckets().in_region)
    config = load(tmp_path / "shop" / "lambda-alerts.toml", {})
    assert config.slack and (config.slack.workspace, config.slack.channel) == ("T0ABCDEF", "C0GHJKLMN")
    assert config.state and config.state.bucket == "acme-state"


def test_the_schema_that_the_configuration_points_at_lies_beside_it(tmp_path: Path) -> None:
    create(tmp_path)
    first_line = (tmp_path / "lambda-alerts.toml").read_text(encoding="utf-8").splitlines()[0]
    assert (tmp_path / first_line.removeprefix("#:schema ")).is_file()


def test_this_repository_s_own_configuration_is_what_init_writes() -> None:
    wishes = Wishes("example", "ap-northeast-1", SlackIds("T0ABCDEF", "C0GHJKLMN"))
    assert (REPOSITORY / "lambda-alerts.toml").read_text(encoding="utf-8") == blueprint.configuration(wishes)


WITH_CHANNEL = Wishes("shop", "eu-west-1", SlackIds("T0ABCDEF", "C0GHJKLMN"))
EXAMPLES = [
    (wishes, line.partition("# ")[2])
    for wishes in (SHOP, WITH_CHANNEL)
    for line in blueprint.configuration(wishes).splitlines()
    if re.match(r"# (\w+ = |\[)", line)
]


@pytest.mark.parametrize(("wishes", "example"), EXAMPLES)
def test_each_example_in_the_configuration_can_be_used_as_it_stands(
    tmp_path: Path, wishes: Wishes, example: str
) -> None:
    """One after the other; in a section that is commented out they are used together."""
    text = blueprint.configuration(wishes)
    section = next(part for part in text.split("\n\n") if f"# {example}" in part)
    whole = re.sub(r"(?m)^# (?=\[|\w+ = )", "", section)
    file = tmp_path / "lambda-alerts.toml"
    used = whole if section.startswith("# [") else section.replace(f"# {example}", example)
    file.write_text(text.replace(section, used), encoding="utf-8")
    (tmp_path / "Dockerfile").touch()
    load(file, {})
    key = example.partition(" ")[0].strip("[]")
    written = tomllib.loads(file.read_text(encoding="utf-8"))
    assert f"'{key}'" in str(written) and written != tomllib.loads(text)


@pytest.mark.parametrize(
    "key", ["language", "channels", "dashboard", "runbook", "severity", "near_memory = false", "marker"]
)
def test_what_people_look_for_stands_in_the_configuration_as_an_example(key: str) -> None:
    assert any(key in example for _, example in EXAMPLES)


def test_a_new_project_gets_function_image_and_terraform_as_they_are_here(tmp_path: Path) -> None:
    create(tmp_path)
    kinds = ["terraform", "function", "Dockerfile", ".dockerignore"]
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", *kinds],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    expected = {name for name in listed if "tests" not in Path(name).parts and (REPOSITORY / name).exists()}
    copied = {name for name in tree(tmp_path) if name.startswith(tuple(kinds))}
    assert copied == expected
    assert all((tmp_path / name).read_bytes() == (REPOSITORY / name).read_bytes() for name in expected)


def test_files_can_be_read_by_whoever_runs_the_image(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        create(tmp_path)
    finally:
        os.umask(before)
    assert {path.stat().st_mode & 0o777 for path in tmp_path.rglob("*") if path.is_file()} == {0o644}


def test_the_workflow_knows_the_region_and_has_no_blank_left(tmp_path: Path) -> None:
    create(tmp_path)
    workflow = (tmp_path / ".github/workflows/lambda-alerts.yml").read_text(encoding="utf-8")
    assert "AWS_REGION: eu-west-1" in workflow
    assert "<<" not in workflow


def test_what_is_ignored_in_a_project_is_what_this_repository_ignores(tmp_path: Path) -> None:
    create(tmp_path)
    here = set((REPOSITORY / ".gitignore").read_text(encoding="utf-8").splitlines())
    lines = (tmp_path / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert {line for line in lines if not line.startswith("#")} <= here


# ---- whole or not at all


def test_every_file_that_is_in_the_way_is_named_and_nothing_is_written(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM scratch\n")
    (tmp_path / "function").mkdir()
    (tmp_path / "function" / "lambda_function.py").write_text("")
    before = tree(tmp_path)
    with pytest.raises(Refused) as refused:
        create(tmp_path)
    assert refused.value.exit_code == 1
    assert refused.value.what.splitlines()[1:] == ["  Dockerfile", "  function/lambda_function.py"]
    assert tree(tmp_path) == before


def test_a_second_init_is_refused_and_points_at_deploy(tmp_path: Path) -> None:
    created = create(tmp_path)
    with pytest.raises(Refused) as refused:
        create(tmp_path)
    assert {line.strip() for line in refused.value.what.splitlines()[1:]} == set(created.written) - {".gitignore"}
    assert "lambda-alerts deploy" in (refused.value.next_step or "")


def test_a_file_where_a_folder_is_needed_is_in_the_way(tmp_path: Path) -> None:
    (tmp_path / "schema").write_text("")
    with pytest.raises(Refused, match=r"schema/lambda-alerts\.schema\.json"):
        create(tmp_path)


def test_a_file_where_the_project_should_lie_is_in_the_way(tmp_path: Path) -> None:
    (tmp_path / "shop").write_text("")
    with pytest.raises(Refused):
        create(tmp_path / "shop")


def test_a_link_that_leads_nowhere_is_in_the_way(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").symlink_to("nowhere")
    with pytest.raises(Refused, match="Dockerfile"):
        create(tmp_path)


def test_a_gitignore_that_is_no_text_stops_before_a_file_is_written(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_bytes(b"caf\xe9/\n")
    with pytest.raises(Misused, match="not UTF-8"):
        create(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [".gitignore"]


def test_the_terraform_code_of_another_stack_is_in_the_way(tmp_path: Path) -> None:
    (tmp_path / "terraform").mkdir()
    (tmp_path / "terraform" / "vpc.tf").write_text("")
    with pytest.raises(Refused, match=r"terraform/vpc\.tf"):
        create(tmp_path)


def test_files_of_other_names_are_left_as_they_are(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("mine\n")
    (tmp_path / "function").mkdir()
    (tmp_path / "function" / "mine.py").write_text("")
    create(tmp_path)
    assert (tmp_path / "README.md").read_text() == "mine\n"
    assert (tmp_path / "function" / "mine.py").exists()


def test_a_gitignore_that_is_there_is_added_to(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text("node_modules/\n.terraform/\n")
    create(tmp_path)
    lines = (tmp_path / ".gitignore").read_text().splitlines()
    assert lines[:2] == ["node_modules/", ".terraform/"]
    assert lines.count(".terraform/") == 1
    assert ".lambda-alerts/" in lines


def test_a_gitignore_that_says_everything_is_not_touched() -> None:
    whole = blueprint.with_ignored("")
    assert blueprint.with_ignored(whole) == whole


@contextmanager
def no_file_larger_than(size: int) -> Iterator[None]:
    """Writing beyond this fails as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_failure_in_the_middle_leaves_everything_as_it_was(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text("node_modules/\n")
    files = blueprint.files(SHOP)
    largest = max(files, key=lambda name: len(files[name].encode()))
    assert 10 < list(files).index(largest) < len(files) - 1
    with no_file_larger_than(len(files[largest].encode()) - 1), pytest.raises(Failed) as failed:
        create(tmp_path)
    assert failed.value.where == str(tmp_path / largest)
    assert tree(tmp_path) == {".gitignore": b"node_modules/\n"}
    assert [path.name for path in tmp_path.iterdir()] == [".gitignore"]


def test_a_failure_in_the_middle_leaves_no_folder_behind(tmp_path: Path) -> None:
    with no_file_larger_than(4000), pytest.raises(Failed):
        create(tmp_path / "deep" / "shop")
    assert list(tmp_path.iterdir()) == []


def test_an_init_that_was_killed_goes_on(tmp_path: Path) -> None:
    create(tmp_path)
    whole = tree(tmp_path)
    for name in ("lambda-alerts.toml", ".github/workflows/lambda-alerts.yml"):  # the last that are written
        (tmp_path / name).unlink()
    create(tmp_path)
    assert tree(tmp_path) == whole


def test_a_folder_that_cannot_be_made_is_told_plainly() -> None:
    with pytest.raises(Failed, match="the project could not be written"):
        create(Path("/proc/shop"))  # not even root may


# ---- values that cannot be


@pytest.mark.parametrize(
    ("wishes", "path"),
    [
        (Wishes("Shop", "eu-west-1"), "project.name"),
        (Wishes('a"b', "eu-west-1"), "project.name"),
        (Wishes("shop", "Ireland"), "project.region"),
        (Wishes("shop", "eu-west-1", SlackIds("T0ABCDEF", "#alerts")), "slack.channel"),
        (Wishes("shop", "eu-west-1", None, "UPPER"), "state.bucket"),
    ],
)
def test_a_value_that_cannot_be_is_refused_before_anything_is_made(tmp_path: Path, wishes: Wishes, path: str) -> None:
    with pytest.raises(Misconfigured) as refused:
        create(tmp_path / "shop", wishes)
    assert [mistake.path for mistake in refused.value.mistakes] == [path]
    assert not (tmp_path / "shop").exists()


@pytest.mark.parametrize(
    ("folder", "name"),
    [
        ("Orders API", "orders-api"),
        ("2024_reports", "reports"),
        ("注文", "my-project"),
        ("a" * 40, "a" * 30),
        ("x--y.z", "x-y-z"),
    ],
)
def test_a_folder_s_name_becomes_one_that_aws_takes(folder: str, name: str) -> None:
    assert blueprint.suggested_name(Path(folder)) == name


# ---- the bucket for the state


def test_the_bucket_is_made_where_the_project_lives(tmp_path: Path) -> None:
    buckets = FakeBuckets()
    created = create(tmp_path, Wishes("shop", "eu-west-1", None, "acme-state"), buckets.in_region)
    assert (buckets.mine, buckets.regions) == (["acme-state"], ["eu-west-1"])
    assert created.bucket == Bucket("acme-state", "eu-west-1", created=True)


def test_a_bucket_of_someone_else_s_stops_before_a_file_is_written(tmp_path: Path) -> None:
    buckets = FakeBuckets(someone_elses=("acme-state",))
    with pytest.raises(Failed, match="belongs to another account"):
        create(tmp_path / "shop", Wishes("shop", "eu-west-1", None, "acme-state"), buckets.in_region)
    assert not (tmp_path / "shop").exists()


def test_files_in_the_way_stop_before_a_bucket_is_made(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").touch()
    with pytest.raises(Refused):
        create(tmp_path, Wishes("shop", "eu-west-1", None, "acme-state"), no_buckets)


# ---- the verb


def run(folder: Path, *arguments: str, typed: str | None = None, **environment: str) -> Result:
    surroundings = Surroundings(environment, folder, interactive=typed is not None)
    return CliRunner().invoke(init, list(arguments), obj=surroundings, input=typed, standalone_mode=False)


def project(folder: Path) -> dict[str, Any]:
    return tomllib.loads((folder / "lambda-alerts.toml").read_text(encoding="utf-8"))


def test_without_a_terminal_nothing_is_asked(tmp_path: Path) -> None:
    done = run(tmp_path, "Orders", AWS_REGION="ap-northeast-1")
    assert done.exception is None
    assert project(tmp_path / "Orders")["project"] == {"name": "orders", "region": "ap-northeast-1"}


def test_without_any_hint_the_region_is_said_in_the_result(tmp_path: Path) -> None:
    assert "in us-east-1" in run(tmp_path, "orders").output


def test_a_terminal_is_asked_for_what_is_missing(tmp_path: Path) -> None:
    run(tmp_path, "--name", "shop", typed="eu-west-1\nT0ABCDEF\nC0GHJKLMN\n")
    assert project(tmp_path)["project"] == {"name": "shop", "region": "eu-west-1"}
    assert project(tmp_path)["slack"] == {"workspace": "T0ABCDEF", "channel": "C0GHJKLMN"}


def test_the_channel_may_come_later(tmp_path: Path) -> None:
    done = run(tmp_path, "--name", "shop", "--region", "eu-west-1", typed="\n")
    assert "slack" not in project(tmp_path)
    assert "fill in [slack]" in done.output


def test_half_a_channel_is_refused(tmp_path: Path) -> None:
    refused = run(tmp_path, "--slack-channel", "C0GHJKLMN").exception
    assert isinstance(refused, Misused)
    assert refused.what == "--slack-workspace is missing"


def test_the_next_commands_are_printed_also_for_those_without_an_account(tmp_path: Path) -> None:
    lines = [line.strip() for line in run(tmp_path, "my shop").output.splitlines()]
    following = lines[lines.index("Next:") + 1 :]
    assert following[:3] == ["cd 'my shop'", "lambda-alerts deploy", "lambda-alerts status"]
    assert following[-2:] == ["lambda-alerts sandbox up", "lambda-alerts sandbox exec -- lambda-alerts deploy"]


def test_in_the_current_folder_there_is_no_folder_to_enter(tmp_path: Path) -> None:
    assert "cd " not in run(tmp_path).output
