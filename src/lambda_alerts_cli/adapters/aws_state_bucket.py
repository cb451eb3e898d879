"""The S3 bucket for Terraform's state: made, or found to be ours and made fit."""

from functools import cached_property
from typing import Any

from botocore.exceptions import ClientError

from lambda_alerts_cli.adapters.aws import Aws
from lambda_alerts_cli.adapters.aws_errors import told
from lambda_alerts_cli.errors import Failed

OPTION = "--state-bucket"
CLOSED = {
    "BlockPublicAcls": True,
    "IgnorePublicAcls": True,
    "BlockPublicPolicy": True,
    "RestrictPublicBuckets": True,
}
ENCRYPTED = {"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]}


class StateBuckets:
    """Buckets in one region of the account that the credentials belong to."""

    def __init__(self, aws: Aws) -> None:
        self._aws = aws

    @cached_property
    def account(self) -> str:
        """The account that a bucket has to belong to."""
        return self._aws.identity().account

    def create_state_bucket(self, name: str) -> bool:
        """Makes a versioned, encrypted, private bucket; False when it was there and is ours."""
        client = self._aws.client("s3")
        # A name that somebody else gets hold of between two calls must not get our settings, nor our state.
        ours = {"Bucket": name, "ExpectedBucketOwner": self.account}
        with told(f"bucket {name}"):
            created = not self._is_there(client, ours)
            if created:
                # us-east-1 refuses its own name as a location.
                home = self._aws.region
                place = {} if home == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": home}}
                client.create_bucket(Bucket=name, **place)
            client.put_public_access_block(**ours, PublicAccessBlockConfiguration=CLOSED)
            client.put_bucket_versioning(**ours, VersioningConfiguration={"Status": "Enabled"})
            client.put_bucket_encryption(**ours, ServerSideEncryptionConfiguration=ENCRYPTED)
        return created

    def _is_there(self, client: Any, ours: dict[str, str]) -> bool:
        name, home = ours["Bucket"], self._aws.region
        try:
            found = _region(client.head_bucket(**ours))  # boto3 follows a bucket to its region and does not say so
        except ClientError as error:
            status = error.response["ResponseMetadata"]["HTTPStatusCode"]
            if status == 404:
                return False
            if status == 301:
                raise _elsewhere(name, _region(error.response), home) from None
            if status == 403:
                raise _not_ours(name, self.account) from None
            raise
        if found not in (None, home):
            raise _elsewhere(name, found, home)
        return True


def _region(answer: Any) -> str | None:
    region: str | None = answer["ResponseMetadata"]["HTTPHeaders"].get("x-amz-bucket-region")
    return region


def _elsewhere(name: str, found: str | None, home: str) -> Failed:
    return Failed(
        f"the bucket {name} lies in {found or 'another region'}, not in {home}",
        where=OPTION,
        next_step="choose another name; for a bucket of yours, in a project that is there already:\n"
        f"`lambda-alerts init --state-bucket {name} --region {found or 'REGION'}`",
    )


def _not_ours(name: str, account: str) -> Failed:
    return Failed(
        f"S3 does not let account {account} look at the bucket {name}: it is somebody else's,"
        " or the credentials lack s3:ListBucket",
        where=OPTION,
        next_step="bucket names are shared by all of AWS: choose another, such as one with your company's name;\n"
        "if the bucket is yours, let the credentials' role do s3:ListBucket on it",
    )
