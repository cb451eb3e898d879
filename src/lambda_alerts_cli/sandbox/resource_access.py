"""Hands things to queues and functions under a service's name, if their policies let that service in.

moto takes a message from everybody, so whoever sends it looks at the policy first, through the same API as anybody.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from lambda_alerts_cli.sandbox.clients import on_behalf_of
from lambda_alerts_cli.sandbox.policies import Asked, Verdict, decide, service
from lambda_alerts_cli.sandbox.world import World


class Refused(Exception):
    """It was not taken: with the code and the words of the refusal, and whether another try may help."""

    def __init__(self, code: str, message: str, *, retryable: bool = False, advice: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.retryable = retryable
        self.advice = advice  # what to change

    @classmethod
    def of(cls, error: ClientError | BotoCoreError) -> "Refused":
        """What an API answered, or that it did not."""
        if not isinstance(error, ClientError):
            return cls("ConnectionFailure", str(error), retryable=True)
        about, status = error.response["Error"], error.response["ResponseMetadata"].get("HTTPStatusCode", 0)
        # 501 is the sandbox's way to say that it does not have something; no try will change that.
        retryable = status == 429 or (status >= 500 and status != 501) or "Throttl" in about["Code"]
        return cls(about["Code"], about.get("Message", ""), retryable=retryable)


@dataclass(frozen=True)
class Sender:
    """A service of the sandbox that acts for one of its resources."""

    world: World
    principal: str  # events.amazonaws.com
    source: str  # the ARN of the rule or topic

    def to_queue(self, arn: str, body: str, **options: Any) -> None:
        """sqs:SendMessage."""
        region, name = arn.split(":")[3], arn.split(":")[5]
        try:
            client = self.world.clients.of("sqs", region, self.principal)
            url = f"{self.world.clients.endpoint}/{self.world.account}/{name}"
            found = client.get_queue_attributes(QueueUrl=url, AttributeNames=["Policy"])
            self._check("sqs:SendMessage", arn, found.get("Attributes", {}).get("Policy"), "queue's policy")
            with on_behalf_of(self.source):
                client.send_message(QueueUrl=url, MessageBody=body, **options)
        except (ClientError, BotoCoreError) as error:
            raise Refused.of(error) from error

    def to_function(self, arn: str, payload: str) -> None:
        """lambda:InvokeFunction, asynchronously."""
        try:
            client = self.world.clients.of("lambda", arn.split(":")[3], self.principal)
            self._check(
                "lambda:InvokeFunction", arn, _function_policy(client, arn), "function's policy (AddPermission)"
            )
            with on_behalf_of(self.source):
                client.invoke(FunctionName=arn, InvocationType="Event", Payload=payload.encode())
        except (ClientError, BotoCoreError) as error:
            raise Refused.of(error) from error

    @property
    def context(self) -> Mapping[str, str]:
        """The condition keys that queues and functions see."""
        return {
            "aws:SourceArn": self.source,
            "aws:SourceAccount": self.world.account,
            "aws:SecureTransport": "true",
            "aws:PrincipalIsAWSService": "true",
        }

    def _check(self, action: str, arn: str, policy: str | None, place: str) -> None:
        verdict = decide(policy, Asked(service(self.principal), action, arn, self.context))
        if not verdict.allowed:
            raise Refused(
                "AccessDenied",
                f"{self.principal} is not authorized to perform: {action} on resource: {arn}",
                advice=advice(verdict, self.principal, action, place),
            )


def advice(verdict: Verdict, principal: str, action: str, place: str) -> str:
    """What to change in a policy that does not allow something."""
    if verdict.denied:
        return f"the {place} denies it in {verdict.denied_by}"
    if verdict.unmet:
        return f"the {place} names {principal}, but under conditions that do not hold: {', '.join(verdict.unmet)}"
    return f"add a statement to the {place} that allows {principal} to {action}"


def _function_policy(client: Any, arn: str) -> str | None:
    try:
        policy: str = client.get_policy(FunctionName=arn)["Policy"]
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise
        client.get_function_configuration(FunctionName=arn)  # raises when it is the function that is not there
        return None
    return json.dumps(_without_resource(json.loads(policy)))


def _without_resource(policy: dict[str, Any]) -> dict[str, Any]:
    # moto writes the ARN in its own way for qualifiers; the policy was asked for this function, so it is meant.
    statements = [{key: value for key, value in row.items() if key != "Resource"} for row in policy["Statement"]]
    return {**policy, "Statement": statements}
