"""Reads what a channel's role and guardrails say from IAM."""

from collections.abc import Iterator
from typing import Any

from botocore.exceptions import ClientError

from lambda_alerts_cli.sandbox.amazon_q.channels import Channel
from lambda_alerts_cli.sandbox.amazon_q.permissions import Permissions, Policy
from lambda_alerts_cli.sandbox.policies import account


def permissions_of(channel: Channel, iam: Any, number: str) -> Permissions:
    """As they stand now; a role or policy that is not there allows nothing."""
    role = channel.role.rpartition("/")[2]
    return Permissions(
        role=tuple(_of_role(role, iam)),
        guardrails=tuple(policy for arn in channel.guardrails for policy in _managed(arn, iam)),
        principal=account(number, channel.role),
    )


def _of_role(role: str, iam: Any) -> Iterator[Policy]:
    try:
        for page in iam.get_paginator("list_attached_role_policies").paginate(RoleName=role):
            for row in page["AttachedPolicies"]:
                yield from _managed(row["PolicyArn"], iam)
        for page in iam.get_paginator("list_role_policies").paginate(RoleName=role):
            for name in page["PolicyNames"]:
                yield iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
    except ClientError:
        return


def _managed(arn: str, iam: Any) -> Iterator[Policy]:
    try:
        version = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
        yield iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]["Document"]
    except ClientError:
        return
