"""The bucket for Terraform's state: answered by moto, or by what S3 says of buckets that are not ours."""

from collections.abc import Iterator

import boto3
import pytest
from moto import mock_aws

from lambda_alerts_cli.adapters.aws import Aws
from lambda_alerts_cli.adapters.aws_answers import Identity
from lambda_alerts_cli.adapters.aws_state_bucket import StateBuckets
from lambda_alerts_cli.errors import Failed, Refused
from tests.aws_answers import REGION, Answers, credentials_of_nobody

ACCOUNT = "123456789012"
TAKEN = b"<Error><Code>BucketAlreadyExists</Code><Message>not available</Message></Error>"
Answer = tuple[int, dict[str, str], object]
DONE: Answer = (200, {}, b"")
ABSENT: Answer = (404, {}, b"")


@pytest.fixture(autouse=True)
def nobody_s_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    credentials_of_nobody(monkeypatch)


@pytest.fixture
def account() -> Iterator[None]:
    """An empty account."""
    with mock_aws():
        yield


class KnownAws(Aws):
    """AWS that need not be asked who is asking."""

    def identity(self) -> Identity:
        return Identity(ACCOUNT)


def said(status: int, region: str) -> Answer:
    return status, {"x-amz-bucket-region": region}, b""


def answering(*answers: Answer) -> tuple[StateBuckets, Answers]:
    aws = KnownAws(REGION, {})
    return StateBuckets(aws), Answers(aws, *answers)


@pytest.mark.parametrize("region", [REGION, "us-east-1"])
def test_a_state_bucket_is_versioned_encrypted_and_closed(account: None, region: str) -> None:
    assert StateBuckets(Aws(region, {})).create_state_bucket("acme-state") is True
    s3 = boto3.client("s3", region_name=region)
    assert s3.get_bucket_versioning(Bucket="acme-state")["Status"] == "Enabled"
    (rule,) = s3.get_bucket_encryption(Bucket="acme-state")["ServerSideEncryptionConfiguration"]["Rules"]
    assert rule["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] == "AES256"
    assert all(s3.get_public_access_block(Bucket="acme-state")["PublicAccessBlockConfiguration"].values())


def test_a_state_bucket_that_is_ours_is_kept(account: None) -> None:
    buckets = StateBuckets(Aws(REGION, {}))
    buckets.create_state_bucket("acme-state")
    boto3.client("s3", region_name=REGION).put_object(Bucket="acme-state", Key="shop/terraform.tfstate", Body=b"x")
    assert buckets.create_state_bucket("acme-state") is False
    assert boto3.client("s3", region_name=REGION).list_objects_v2(Bucket="acme-state")["KeyCount"] == 1


def test_each_call_but_the_making_itself_says_whose_bucket_it_has_to_be() -> None:
    buckets, answers = answering(ABSENT, *[DONE] * 4)
    assert buckets.create_state_bucket("acme-state") is True
    owners = [request.headers.get("x-amz-expected-bucket-owner") for request in answers.asked]
    assert owners == [ACCOUNT.encode(), None, *[ACCOUNT.encode()] * 3]


def test_a_bucket_that_s3_does_not_show_is_somebody_else_s_or_a_permission_is_missing() -> None:
    buckets, answers = answering((403, {}, b""))
    with pytest.raises(Failed, match=r"somebody else's, or the credentials lack s3:ListBucket") as failed:
        buckets.create_state_bucket("acme-state")
    assert failed.value.where == "--state-bucket" and "choose another" in (failed.value.next_step or "")
    assert len(answers.asked) == 1


def test_a_bucket_of_ours_in_another_region_is_told_with_the_region() -> None:
    buckets, answers = answering(said(301, "eu-west-1"), said(200, "eu-west-1"))
    with pytest.raises(Failed, match=f"acme-state lies in eu-west-1, not in {REGION}") as failed:
        buckets.create_state_bucket("acme-state")
    assert "--region eu-west-1" in (failed.value.next_step or "")
    assert len(answers.asked) == 2, "nothing is changed there"


def test_a_bucket_that_moves_on_from_where_it_was_said_to_be_is_told_without_its_region() -> None:
    buckets, _ = answering(said(301, "eu-west-1"), (301, {}, b""))
    with pytest.raises(Failed, match="lies in another region"):
        buckets.create_state_bucket("acme-state")


def test_a_bucket_of_ours_in_this_region_is_made_fit() -> None:
    buckets, answers = answering(said(200, REGION), *[DONE] * 3)
    assert buckets.create_state_bucket("acme-state") is False
    assert [request.method for request in answers.asked] == ["HEAD", "PUT", "PUT", "PUT"]


def test_a_name_that_somebody_takes_in_between_is_not_called_a_resource_of_this_account() -> None:
    buckets, _ = answering(ABSENT, (409, {}, TAKEN))
    with pytest.raises(Refused, match="taken by somebody else") as refused:
        buckets.create_state_bucket("acme-state")
    assert "choose another" in (refused.value.next_step or "")
