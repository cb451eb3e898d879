"""Looks the keys of topics up in KMS."""

from typing import Any

from botocore.exceptions import ClientError

from lambda_alerts_cli.sandbox.sns.admission import Key


def find_key(kms: Any, named: str) -> Key | None:
    """A key by id, ARN or alias; none when it is not there."""
    try:
        about = kms.describe_key(KeyId=named)["KeyMetadata"]
        policy = kms.get_key_policy(KeyId=about["KeyId"], PolicyName="default")["Policy"]
    except ClientError as error:
        if error.response["Error"]["Code"] == "NotFoundException":
            return None
        raise
    return Key(about["Arn"], about["KeyState"], policy)
