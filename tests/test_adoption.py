import json
from pathlib import Path
from typing import Any

import pytest

from lambda_alerts_cli.adoption import NOBODY, Candidate, Owner, candidates, import_blocks, ours
from lambda_alerts_cli.errors import Refused

PLANS = Path(__file__).parent / "plans"

REPOSITORY = Candidate(
    'module.registry["orders"].aws_ecr_repository.this', "aws_ecr_repository", "shop-orders", "shop-orders"
)
TOPIC = Candidate("module.topic.aws_sns_topic.this", "aws_sns_topic", "shop-alerts", "shop-alerts")


def planned(name: str) -> dict[str, Any]:
    return json.loads((PLANS / f"{name}.json").read_text(encoding="utf-8"))


def creation(type_: str, after: dict[str, Any], actions: tuple[str, ...] = ("create",)) -> dict[str, Any]:
    change = {"actions": list(actions), "after": after}
    return {"resource_changes": [{"address": f"{type_}.this", "mode": "managed", "type": type_, "change": change}]}


def test_every_named_resource_of_a_first_deploy_may_be_there_already() -> None:
    found = {(candidate.type, candidate.name) for candidate in candidates(planned("first_deploy"))}
    assert {
        ("aws_ecr_repository", "shop-orders"),
        ("aws_lambda_function", "shop-bills"),
        ("aws_lambda_alias", "shop-orders/live"),
        ("aws_cloudwatch_log_group", "/aws/lambda/shop-orders"),
        ("aws_iam_role", "shop-alerts.channel"),
        ("aws_iam_policy", "shop-alerts.channel"),
        ("aws_sns_topic", "shop-alerts"),
        ("aws_sqs_queue", "shop-alerts-undelivered"),
        ("aws_cloudformation_stack", "shop-alerts"),
    } <= found


def test_what_aws_puts_in_its_place_again_is_not_asked_for() -> None:
    types = {candidate.type for candidate in candidates(planned("first_deploy"))}
    assert not types & {"aws_cloudwatch_metric_alarm", "aws_iam_role_policy", "aws_cloudwatch_event_rule"}


def test_a_key_is_known_by_its_description_and_its_alias_by_its_name() -> None:
    assert [(candidate.type, candidate.name) for candidate in candidates(planned("customer_managed_key"))] == [
        ("aws_kms_alias", "alias/shop-alerts-delivery"),
        ("aws_kms_key", "Encrypts messages on the topic shop-alerts-delivery."),
        ("aws_kms_alias", "alias/shop-alerts"),
        ("aws_kms_key", "Encrypts messages on the topic shop-alerts."),
    ]


@pytest.mark.parametrize("actions", [("update",), ("delete",), ("delete", "create"), ("no-op",)])
def test_only_plain_creations_are_candidates(actions: tuple[str, ...]) -> None:
    assert candidates(creation("aws_iam_role", {"name": "x"}, actions)) == ()


def test_a_name_that_only_the_apply_will_know_cannot_be_looked_up() -> None:
    assert candidates(creation("aws_iam_role", {"name": None})) == ()


def test_a_plan_without_changes_has_no_candidates() -> None:
    assert candidates({}) == ()


def test_what_carries_the_projects_tag_is_taken_over() -> None:
    assert ours({REPOSITORY: Owner(exists=True, project="shop"), TOPIC: NOBODY}, "shop") == (REPOSITORY,)


def test_the_id_is_the_one_that_aws_gave() -> None:
    arn = "arn:aws:sns:ap-northeast-1:123456789012:shop-alerts"
    (adopted,) = ours({TOPIC: Owner(exists=True, project="shop", import_id=arn)}, "shop")
    assert (adopted.address, adopted.import_id) == (TOPIC.address, arn)


@pytest.mark.parametrize("project", [None, "bakery"])
def test_what_is_not_ours_is_refused_by_name_and_nothing_is_taken_over(project: str | None) -> None:
    owners = {REPOSITORY: Owner(exists=True, project="shop"), TOPIC: Owner(exists=True, project=project)}
    with pytest.raises(Refused, match=r"not made by the project shop: alert topic shop-alerts$"):
        ours(owners, "shop")


def test_an_import_block_names_the_address_as_it_stands() -> None:
    assert import_blocks((REPOSITORY,)) == {
        "import": [{"to": 'module.registry["orders"].aws_ecr_repository.this', "id": "shop-orders"}]
    }


def test_what_stands_in_another_region_is_looked_for_there() -> None:
    change = {"actions": ["create"], "after": {"name": "shop-alerts"}}
    rows = [
        {
            "address": f"module.{module}.aws_sns_topic.this",
            "mode": "managed",
            "type": "aws_sns_topic",
            "change": change,
        }
        for module in ("delivery_topic[0]", "topic")
    ]
    assert [found.region for found in candidates({"resource_changes": rows})] == ["us-east-1", None]
