"""The commands of buttons: one command of the AWS CLI without "aws", and what IAM calls what it does."""

import shlex
from collections.abc import Mapping
from dataclasses import dataclass

from lambda_alerts_cli.sandbox.amazon_q.permissions import Need

# Amazon Q runs nothing that deals with identities, keys or secrets (aws-facts; https://aws.amazon.com/chatbot/faqs/).
REFUSED_SERVICES = {"iam": "IAM", "kms": "KMS", "sts": "STS", "secretsmanager": "Secrets Manager"}
REFUSED_OPERATIONS = {("ec2", "get-password-data")}
# Where the CLI and IAM do not use the same word for a service, or for what an operation does.
IAM_SERVICES = {"s3api": "s3", "stepfunctions": "states", "deploy": "codedeploy"}
IAM_ACTIONS = {("lambda", "invoke"): "InvokeFunction"}
_SHELL = "|;&<>"


@dataclass(frozen=True)
class Command:
    """A command, taken apart: `options` by their names with the dashes."""

    service: str
    operation: str
    options: Mapping[str, tuple[str, ...]]

    @property
    def action(self) -> str:
        """What IAM calls it: the service and the operation in CamelCase."""
        key = (self.service, self.operation)
        name = IAM_ACTIONS.get(key) or "".join(word.capitalize() for word in self.operation.split("-"))
        return f"{IAM_SERVICES.get(self.service, self.service)}:{name}"

    def option(self, name: str) -> str:
        """The first value of an option."""
        return next(iter(self.options.get(name, ())), "")


def parse(text: str) -> Command | str:
    """The command, or why there is none in the text."""
    reader = shlex.shlex(text, posix=True, punctuation_chars=_SHELL)
    reader.whitespace_split, reader.commenters = True, ""
    try:
        words = list(reader)
    except ValueError as error:
        return f"the command cannot be read: {error}"
    if any(word and not word.strip(_SHELL) for word in words):
        return "Amazon Q runs one command, without pipes or redirections"
    if len(words) < 2 or any(word.startswith("-") for word in words[:2]):
        return "a command names a service and an operation, such as `lambda invoke`"
    service, operation, *rest = words
    options: dict[str, tuple[str, ...]] = {}
    current = ""
    for word in rest:
        if word.startswith("--"):
            current, _, value = word.partition("=")
            options[current] = (value,) if value else ()
        elif current:
            options[current] = (*options[current], word)
    return Command(service.lower(), operation.lower(), options)


def refused_by_amazon_q(command: Command) -> str:
    """Why Amazon Q would never run it; empty when permissions decide."""
    if command.service in REFUSED_SERVICES:
        return f"Amazon Q runs no commands of {REFUSED_SERVICES[command.service]}"
    if (command.service, command.operation) in REFUSED_OPERATIONS:
        return f"Amazon Q does not run {command.service} {command.operation}"
    return ""


def need(command: Command, region: str, account: str) -> Need:
    """The permission that it needs; the resource is known for functions and log groups only."""
    region = command.option("--region") or region
    function, group = command.option("--function-name"), command.option("--log-group-name")
    if command.service == "lambda" and function:
        arn = function if function.startswith("arn:") else f"arn:aws:lambda:{region}:{account}:function:{function}"
        qualifier = command.option("--qualifier")
        return Need(command.action, (f"{arn}:{qualifier}" if qualifier else arn,), region)
    if command.service == "logs" and group:
        arn = f"arn:aws:logs:{region}:{account}:log-group:{group}"
        return Need(command.action, (arn, f"{arn}:*"), region)
    return Need(command.action, region=region)
