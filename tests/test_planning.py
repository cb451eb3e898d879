"""What a deploy would change: nothing is built, changed or planned away."""

import threading
from pathlib import Path

import pytest

from lambda_alerts_cli.config import Config
from lambda_alerts_cli.docker_images import tags_of
from lambda_alerts_cli.errors import Refused
from lambda_alerts_cli.image import UNKNOWN_BASE, Tag
from lambda_alerts_cli.planning import Planned, make_plan
from lambda_alerts_cli.plans import prices
from tests.fake_terraform import FakeTerraform
from tests.fakes import FakeAws
from tests.shop import digest, project

REPOSITORY = Path(__file__).parents[1]
BASE = "sha256:" + "e" * 64


def known_base(reference: str) -> str | None:
    return BASE


def unknown_base(reference: str) -> str | None:
    return None


def based_project(folder: Path, *functions: str) -> Config:
    """A project whose image is built from another."""
    config = project(folder, *functions)
    (folder / "Dockerfile").write_text("FROM public.ecr.aws/lambda/python:3.12\n")
    return config


def planned(config: Config, terraform: FakeTerraform, aws: FakeAws, base_identity=known_base) -> Planned:
    scratch = config.folder / ".lambda-alerts"
    scratch.mkdir(exist_ok=True)
    return make_plan(config, terraform, aws, base_identity, scratch, threading.Event())


def running(config: Config, name: str = "orders", *, tag: Tag | None = None) -> FakeAws:
    """An account that runs an image of these sources, or of those that the tag names."""
    function = config.functions[name]
    return FakeAws().that_has(function.full_name, tag or tags_of([function], known_base)[name], digest("a"))


def test_nothing_to_do_is_said_so(tmp_path: Path) -> None:
    config = based_project(tmp_path, "orders")
    terraform = FakeTerraform.that_has_applied(config, {"orders": digest("a")})
    plan = planned(config, terraform, running(config))
    assert not plan.changed
    assert plan.as_dict() == {
        "project": "shop",
        "changed": False,
        "counts": dict.fromkeys(("create", "adopt", "update", "replace", "destroy", "forget"), 0),
        "dangers": [],
        "changes": [],
        "rebuilds": [],
        "risks": [],
        "coverage": [],
        "cost": {
            "alarms_usd": 0.0,
            "alarm_metrics": 0,
            "combined_alarms": 0,
            "dashboards": 0,
            "logs": [],
            "prices_of": prices.AS_OF,
        },
    }


def test_functions_keep_the_image_they_run(tmp_path: Path) -> None:
    config = based_project(tmp_path, "orders")
    terraform = FakeTerraform.that_has_applied(config, {"orders": digest("a")})
    (tmp_path / "handler.py").write_text("changed = True\n")
    plan = planned(config, terraform, running(config, tag=Tag("a" * 12, "b" * 12)))
    assert plan.summary.changes == ()
    assert plan.summary.rebuilds == ("orders",)
    assert plan.changed, "a deploy would build an image"


def test_a_branch_that_touches_only_docs_or_tests_has_an_empty_plan(tmp_path: Path) -> None:
    config = based_project(tmp_path, "orders")
    (tmp_path / ".dockerignore").write_text((REPOSITORY / ".dockerignore").read_text())  # as `init` writes it
    (tmp_path / "function").mkdir()
    (tmp_path / "function" / "handler.py").write_text("")
    aws = running(config)
    terraform = FakeTerraform.that_has_applied(config, {"orders": digest("a")})
    for name in ("README.md", "docs/guide.md", "tests/test_handler.py", ".github/workflows/ci.yml"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("changed")
    plan = planned(config, terraform, aws)
    assert not plan.changed
    assert "nothing changes" in plan.as_markdown()
    (tmp_path / "function" / "handler.py").write_text("changed = True\n")
    assert planned(config, terraform, aws).summary.rebuilds == ("orders",)


def test_a_new_function_is_shown_whole_and_another_is_not_planned_away(tmp_path: Path) -> None:
    config = based_project(tmp_path, "orders", "mail")
    terraform = FakeTerraform.that_has_applied(config, {"orders": digest("a")})
    plan = planned(config, terraform, running(config))
    assert {(change.subject, change.kind) for change in plan.summary.changes} == {("mail", "create")}
    assert any("aws_lambda_function" in change.address for change in plan.summary.changes)
    assert plan.summary.rebuilds == ("mail",)


def test_before_the_first_deploy_everything_is_new(tmp_path: Path) -> None:
    config = based_project(tmp_path, "orders")
    plan = planned(config, FakeTerraform.that_has_applied(config, {}), FakeAws())
    assert {change.kind for change in plan.summary.changes} == {"create"}
    assert plan.summary.rebuilds == ("orders",)


def test_a_new_base_image_is_a_reason_to_build(tmp_path: Path) -> None:
    config = based_project(tmp_path, "orders")
    terraform = FakeTerraform.that_has_applied(config, {"orders": digest("a")})
    plan = planned(config, terraform, running(config), base_identity=lambda reference: "sha256:another")
    assert plan.summary.rebuilds == ("orders",)


@pytest.mark.parametrize("unknown", ["now", "when it was built"])
def test_a_base_image_that_nobody_can_identify_is_no_phantom_change(tmp_path: Path, unknown: str) -> None:
    config = based_project(tmp_path, "orders")
    terraform = FakeTerraform.that_has_applied(config, {"orders": digest("a")})
    tag = tags_of([config.functions["orders"]], known_base)["orders"]
    if unknown == "now":
        plan = planned(config, terraform, running(config, tag=tag), base_identity=unknown_base)
    else:
        plan = planned(config, terraform, running(config, tag=Tag(tag.source, UNKNOWN_BASE)))
    assert not plan.changed


def test_an_image_that_somebody_else_has_pushed_is_built_anew(tmp_path: Path) -> None:
    config = based_project(tmp_path, "orders")
    terraform = FakeTerraform.that_has_applied(config, {"orders": digest("a")})
    plan = planned(config, terraform, FakeAws().that_has("shop-orders", "latest", digest("a")))
    assert plan.summary.rebuilds == ("orders",)


def test_a_plan_applies_nothing(tmp_path: Path) -> None:
    config = based_project(tmp_path, "orders", "mail")
    terraform = FakeTerraform.that_has_applied(config, {"orders": digest("a")})
    planned(config, terraform, running(config))
    assert terraform.journal == ["plan for mail, orders"]


def test_a_stack_in_another_account_is_refused_before_it_is_planned(tmp_path: Path) -> None:
    config = based_project(tmp_path, "orders")
    terraform = FakeTerraform.that_has_applied(config, {"orders": digest("a")}, account="210987654321")
    with pytest.raises(Refused):
        planned(config, terraform, running(config))
    assert terraform.journal == []


def test_the_plan_has_words_for_people_and_for_a_pull_request(tmp_path: Path) -> None:
    config = based_project(tmp_path, "orders")
    plan = planned(config, FakeTerraform.that_has_applied(config, {}), FakeAws())
    assert "orders (new)" in plan.as_text()
    assert "### orders (new)" in plan.as_markdown()
