"""Whether a topic takes a message: its policy, and the policy of the key with which it is encrypted.

aws-facts: CloudWatch, EventBridge, SNS.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lambda_alerts_cli.sandbox.policies import Asked, Principal, account, decide, service
from lambda_alerts_cli.sandbox.resource_access import advice

AWS_KEY = "alias/aws/sns"
PUBLISH = "SNS:Publish"
NEEDED = ("kms:Decrypt", "kms:GenerateDataKey")
# EventBridge tells SNS and KMS nothing about the rule. A condition on it never holds.
# https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
_TELLS_NOTHING = "events.amazonaws.com"

# These act with a role of the account, which they look at themselves; to the topic they are the account.
BY_ROLE = frozenset(("chatbot.amazonaws.com", "lambda.amazonaws.com"))


class NotAdmitted(Exception):
    """The caller gets this error; what to change stands beside it."""

    def __init__(self, code: str, message: str, advice: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.advice = advice


@dataclass(frozen=True)
class Caller:
    """Who publishes: a service by its principal, or somebody of the account."""

    account: str
    service: str = ""  # cloudwatch.amazonaws.com
    source: str = ""  # the alarm or rule for which it does

    @property
    def principal(self) -> Principal:
        """As policies name it."""
        return service(self.service) if self.service else account(self.account)

    @property
    def context(self) -> Mapping[str, str]:
        """The condition keys that AWS fills for such a request."""
        always = {"aws:SecureTransport": "true", "aws:PrincipalIsAWSService": "true" if self.service else "false"}
        if self.service == _TELLS_NOTHING:
            return always
        if not self.service:
            return {**always, "aws:PrincipalAccount": self.account}
        named = {"aws:SourceAccount": self.account, "aws:SourceOwner": self.account}
        return {**always, **named, **({"aws:SourceArn": self.source} if self.source else {})}


@dataclass(frozen=True)
class Key:
    """A key of KMS as far as it matters here; None in the place of one that is not there."""

    arn: str
    state: str
    policy: str


def is_aws_key(named: str) -> bool:
    """Whether it is the key that AWS keeps for SNS."""
    return named == AWS_KEY or named.endswith(f":{AWS_KEY}")


def check_policy(caller: Caller, topic: str, policy: Mapping[str, Any]) -> None:
    """The topic's own policy; the account itself needs no Allow."""
    verdict = decide(policy, Asked(caller.principal, PUBLISH, topic, caller.context))
    if verdict.allowed or (not caller.service and not verdict.denied):
        return
    reason = (
        "with an explicit deny in a resource-based policy"
        if verdict.denied
        else (f"because no resource-based policy allows the {PUBLISH} action")
    )
    words = f"User: {caller.principal} is not authorized to perform: {PUBLISH} on resource: {topic} {reason}"
    help_ = advice(verdict, str(caller.principal), PUBLISH, "topic's policy")
    if verdict.unmet and caller.service == _TELLS_NOTHING:
        help_ += "; EventBridge sends none of these, so its statement must have no conditions"
    raise NotAdmitted("AuthorizationError", words, help_)


def check_key(caller: Caller, named: str, key: Key | None) -> None:
    """The key with which the topic is encrypted."""
    if is_aws_key(named):
        if caller.service:
            raise NotAdmitted(
                "KMSAccessDenied",
                "The ciphertext refers to a customer master key that does not exist, does not exist in this region, "
                "or you are not allowed to access.",
                f"{caller.service} may not use {AWS_KEY}, and AWS's own key cannot be changed: give the topic a "
                f"customer key whose policy allows {caller.service} to {' and '.join(NEEDED)}*",
            )
        return
    if key is None:
        raise NotAdmitted(
            "KMSNotFound", f"Key '{named}' does not exist", f"the topic's key {named} is gone: name another"
        )
    if key.state == "Disabled":
        raise NotAdmitted("KMSDisabled", f"{key.arn} is disabled.", f"enable the topic's key {key.arn}")
    if key.state != "Enabled":
        raise NotAdmitted("KMSInvalidState", f"{key.arn} is {key.state}.", f"the topic's key {key.arn} is {key.state}")
    if caller.service:
        _check_key_policy(caller, key)


def _check_key_policy(caller: Caller, key: Key) -> None:
    for action in NEEDED:
        verdict = decide(key.policy, Asked(caller.principal, action, key.arn, caller.context))
        if not verdict.allowed:
            help_ = advice(verdict, caller.service, f"{action}{'*' if action != NEEDED[0] else ''}", "key's policy")
            words = f"User: {caller.service} is not authorized to perform: {action} on resource: {key.arn}"
            raise NotAdmitted("KMSAccessDenied", words, help_)
