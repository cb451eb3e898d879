"""What the state says, and that it is the stack that is meant."""

import json
from pathlib import Path

import pytest

from lambda_alerts_cli import stack
from lambda_alerts_cli.errors import Refused
from lambda_alerts_cli.stack import Applied, AppliedFunction
from tests.fake_terraform import FakeTerraform
from tests.shop import ACCOUNT, REGION, digest, outputs, project, url

OTHER = "210987654321"


def read(path: Path) -> object:
    return json.loads(path.read_text(encoding="utf-8"))


# ---- what the state says


def test_before_the_first_apply_nothing_exists() -> None:
    applied = Applied.of({})
    assert applied == Applied()
    assert not applied.exists


def test_the_outputs_are_read_whole() -> None:
    channel = {"configuration_name": "shop-alerts", "arn": "arn:c", "workspace": "T0ABCDEF", "channel": "C0GHJKLMN"}
    applied = Applied.of({**outputs({"orders": digest("a")}, "mail"), "channel": channel})
    assert applied.exists
    assert (applied.account, applied.region, applied.channel) == (ACCOUNT, REGION, channel)
    assert applied.digests == {"orders": digest("a")}
    assert applied.repositories == {"mail": url("mail"), "orders": url("orders")}
    assert applied.alarms == ("shop-orders-errors",)
    assert applied.functions["orders"] == AppliedFunction(
        name="shop-orders",
        arn=f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:shop-orders",
        version="1",
        alias="live",
        image=f"{url('orders')}@{digest('a')}",
    )


def test_a_function_that_is_not_configured_any_more_keeps_no_image(tmp_path: Path) -> None:
    applied = Applied.of(outputs({"orders": digest("a"), "mail": digest("b")}))
    assert stack.kept_digests(project(tmp_path, "orders"), applied) == {"orders": digest("a")}


def test_reading_what_was_applied_notes_the_images_that_run(tmp_path: Path) -> None:
    config = project(tmp_path, "orders", "mail")
    terraform = FakeTerraform.that_has_applied(config, {"orders": digest("a")})
    assert stack.read_applied(config, terraform, ACCOUNT).exists
    assert read(terraform.folder / "images" / "default.json") == {"orders": digest("a")}


# ---- the place


def test_the_first_deploy_may_go_to_any_account(tmp_path: Path) -> None:
    stack.refuse_another_place(project(tmp_path, "orders"), Applied(), OTHER)


def test_credentials_of_an_account_that_is_not_meant_are_refused(tmp_path: Path) -> None:
    config = project(tmp_path, "orders", text=f'account = "{ACCOUNT}"\n')
    stack.refuse_another_place(config, Applied(), ACCOUNT)
    with pytest.raises(Refused) as refused:
        stack.refuse_another_place(config, Applied(), OTHER)
    assert OTHER in refused.value.what and ACCOUNT in refused.value.what
    assert refused.value.where == "project.account"


def test_the_state_of_another_account_is_refused(tmp_path: Path) -> None:
    applied = Applied.of(outputs({"orders": digest("a")}, account=OTHER))
    with pytest.raises(Refused, match=f"stack in account {OTHER}"):
        stack.refuse_another_place(project(tmp_path, "orders"), applied, ACCOUNT)


def test_a_stack_is_not_planned_away_to_another_region(tmp_path: Path) -> None:
    config = project(tmp_path, "orders", settings=("project.region=us-east-1",))
    with pytest.raises(Refused) as refused:
        stack.refuse_another_place(config, Applied.of(outputs({"orders": digest("a")})), ACCOUNT)
    assert refused.value.where == "project.region"
    assert f"destroy --region {REGION}" in (refused.value.next_step or "")


def test_a_stack_in_another_place_gets_no_digests_written(tmp_path: Path) -> None:
    config = project(tmp_path, "orders")
    terraform = FakeTerraform.that_has_applied(config, {"orders": digest("a")}, account=OTHER)
    with pytest.raises(Refused):
        stack.read_applied(config, terraform, ACCOUNT)
    assert not (terraform.folder / "images").exists()


@pytest.mark.parametrize(
    ("region", "there"), [("ap-northeast-1", "us-east-1"), ("us-east-1", "us-east-1"), ("cn-north-1", "cn-north-1")]
)
def test_alarms_on_the_channels_are_in_us_east_1_where_the_partition_has_it(region: str, there: str) -> None:
    assert Applied.of({"region": region}).delivery_region == there


def test_the_channels_of_single_severities_are_known_by_their_arns() -> None:
    assert Applied.of({"severity_channels": [{"arn": "arn:pages"}, {"arn": "arn:warnings"}]}).severity_channels == (
        "arn:pages",
        "arn:warnings",
    )
