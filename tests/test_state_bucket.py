"""The bucket for the state of a project that is there already."""

import tomllib
from pathlib import Path

import pytest

from lambda_alerts_cli.blueprint import Wishes
from lambda_alerts_cli.config import load
from lambda_alerts_cli.errors import Failed, Misconfigured, Refused
from lambda_alerts_cli.scaffold import create as begin
from lambda_alerts_cli.state_bucket import StateAdded
from lambda_alerts_cli.state_bucket import add_state as add
from tests.fake_buckets import FakeBuckets, no_buckets
from tests.trees import tree


def create(folder: Path) -> None:
    begin(folder, folder.name, Wishes("shop", "eu-west-1"), no_buckets)


def add_state(folder: Path, name: str, buckets: FakeBuckets, region: str | None = None) -> StateAdded:
    return add(folder / "lambda-alerts.toml", name, region, {}, buckets.in_region)


def test_a_project_that_is_there_gets_its_state_and_keeps_its_words(tmp_path: Path) -> None:
    create(tmp_path)
    file = tmp_path / "lambda-alerts.toml"
    file.write_text(file.read_text(encoding="utf-8").replace("timeout = 30", "timeout = 77 # mine"), encoding="utf-8")
    mode = file.stat().st_mode
    added = add_state(tmp_path, "acme-state", FakeBuckets())
    assert added.changed
    text = file.read_text(encoding="utf-8")
    assert "timeout = 77 # mine" in text
    assert "# [state]" not in text
    assert file.stat().st_mode == mode
    config = load(file, {})
    assert config.state and (config.state.bucket, config.state.region) == ("acme-state", "eu-west-1")


def test_the_section_is_put_at_the_end_of_a_file_that_init_did_not_write(tmp_path: Path) -> None:
    create(tmp_path)
    file = tmp_path / "lambda-alerts.toml"
    file.write_text('[project]\nname = "shop"\nregion = "eu-west-1"\n[functions.hello]')
    add_state(tmp_path, "acme-state", FakeBuckets(), region="us-east-1")
    assert tomllib.loads(file.read_text())["state"] == {"bucket": "acme-state", "region": "us-east-1"}


def test_the_backend_is_there_for_the_command_that_moves_the_state(tmp_path: Path) -> None:
    create(tmp_path)
    (tmp_path / "terraform" / "terraform.tfstate").write_text("{}")
    added = add_state(tmp_path, "acme-state", FakeBuckets())
    assert "acme-state" in (tmp_path / "terraform" / "backend.tf.json").read_text()
    assert added.next_commands[0] == "terraform -chdir=terraform init -migrate-state"


def test_without_a_local_state_there_is_nothing_to_move(tmp_path: Path) -> None:
    create(tmp_path)
    of_a_sandbox = tmp_path / "terraform" / "terraform.tfstate.d" / "sandbox-1"
    of_a_sandbox.mkdir(parents=True)
    (of_a_sandbox / "terraform.tfstate").write_text("{}")
    assert add_state(tmp_path, "acme-state", FakeBuckets()).next_commands == ("lambda-alerts plan",)


def test_a_second_time_changes_nothing(tmp_path: Path) -> None:
    create(tmp_path)
    buckets = FakeBuckets()
    add_state(tmp_path, "acme-state", buckets)
    before = tree(tmp_path)
    again = add_state(tmp_path, "acme-state", buckets)
    assert (again.changed, again.bucket.created) == (False, False)
    assert tree(tmp_path) == before


def test_another_bucket_than_the_one_in_use_is_refused(tmp_path: Path) -> None:
    create(tmp_path)
    add_state(tmp_path, "acme-state", FakeBuckets())
    before, buckets = tree(tmp_path), FakeBuckets()
    with pytest.raises(Refused, match="acme-state"):
        add_state(tmp_path, "other-state", buckets)
    assert (tree(tmp_path), buckets.mine) == (before, [])


def test_a_bucket_of_someone_else_s_leaves_the_project_as_it_is(tmp_path: Path) -> None:
    create(tmp_path)
    before = tree(tmp_path)
    with pytest.raises(Failed):
        add_state(tmp_path, "acme-state", FakeBuckets(someone_elses=("acme-state",)))
    assert tree(tmp_path) == before


def test_a_bucket_name_that_s3_does_not_take_is_refused_before_aws_is_asked(tmp_path: Path) -> None:
    create(tmp_path)
    with pytest.raises(Misconfigured):
        add(tmp_path / "lambda-alerts.toml", "UPPER", None, {}, no_buckets)


def test_a_bucket_that_lies_elsewhere_is_looked_for_where_the_file_says(tmp_path: Path) -> None:
    create(tmp_path)
    add_state(tmp_path, "acme-state", FakeBuckets(), region="us-east-1")
    buckets = FakeBuckets(mine=("acme-state",))
    add_state(tmp_path, "acme-state", buckets)
    assert buckets.regions == ["us-east-1"]


def test_a_bucket_from_the_environment_is_no_reason_to_fail(tmp_path: Path) -> None:
    create(tmp_path)
    file = tmp_path / "lambda-alerts.toml"
    file.write_text(file.read_text(encoding="utf-8") + '\n[state]\nkey = "x/y"\n', encoding="utf-8")
    environment = {"LAMBDA_ALERTS_STATE_BUCKET": "acme-state"}
    assert not add(file, "acme-state", None, environment, FakeBuckets().in_region).changed


def test_no_bucket_is_made_in_an_account_that_is_not_meant(tmp_path: Path) -> None:
    create(tmp_path)
    file = tmp_path / "lambda-alerts.toml"
    text = file.read_text(encoding="utf-8").replace("[project]\n", '[project]\naccount = "210987654321"\n', 1)
    file.write_text(text, encoding="utf-8")
    before, buckets = tree(tmp_path), FakeBuckets()
    with pytest.raises(Refused, match="not to 210987654321"):
        add_state(tmp_path, "acme-state", buckets)
    assert (tree(tmp_path), buckets.mine) == (before, [])
