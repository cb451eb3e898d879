"""What a function's role may do: its inline and attached policies, read through IAM's API."""

import threading
import time
from collections.abc import Iterator, Mapping
from typing import Any

from botocore.exceptions import ClientError

from lambda_alerts_cli.sandbox.clients import Clients
from lambda_alerts_cli.sandbox.policies import Asked, account, decide

# On AWS, too, a change takes a moment until it counts; a burst of events asks IAM once.
REMEMBERED_SECONDS = 0.5

Policies = list[Mapping[str, Any]]


class ExecutionRoles:
    """The roles of all functions."""

    def __init__(self, clients: Clients) -> None:
        self.clients = clients
        self.lock = threading.Lock()
        self.known: dict[str, tuple[float, Policies]] = {}

    def objection(self, role: str, action: str, resource: str) -> str:
        """Why the role may not do this, and what to change; empty when it may."""
        try:
            policies = self._policies(role)
        except ClientError as error:
            return f"the function's role {role} cannot be used ({error.response['Error']['Code']}): make it"
        return objection(policies, role, action, resource)

    def _policies(self, role: str) -> Policies:
        with self.lock:
            read, policies = self.known.get(role, (0.0, []))
            if time.monotonic() - read > REMEMBERED_SECONDS or not read:
                policies = list(self._read(role.rpartition("/")[2]))
                self.known[role] = (time.monotonic(), policies)
            return policies

    def _read(self, name: str) -> Iterator[Mapping[str, Any]]:
        iam = self.clients.of("iam", "us-east-1")
        for policy in iam.list_role_policies(RoleName=name)["PolicyNames"]:
            yield iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"]
        for row in iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]:
            arn = row["PolicyArn"]
            version = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
            yield iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]["Document"]


def objection(policies: Policies, role: str, action: str, resource: str) -> str:
    """The same, decided over policies that were read: a Deny wins, and without an Allow it is a no."""
    asked = Asked(account(role.split(":")[4], role), action, resource, {"aws:PrincipalArn": role})
    verdicts = [decide(policy, asked) for policy in policies]
    denied = [verdict.denied_by for verdict in verdicts if verdict.denied]
    if denied:
        return f"the function's role {role} is denied {action} on {resource} by {denied[0]}: take that out"
    if any(verdict.allowed for verdict in verdicts):
        return ""
    return f"the function's role {role} does not allow {action} on {resource}: add a statement that does"
