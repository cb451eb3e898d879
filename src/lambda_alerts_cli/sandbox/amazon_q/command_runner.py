"""Runs a button's command against the sandbox: from the AWS CLI's words to a call of boto3, by the service's model."""

import json
from collections.abc import Mapping
from typing import Any

from botocore import xform_name
from botocore.exceptions import BotoCoreError, ClientError
from botocore.model import Shape

from lambda_alerts_cli.sandbox.amazon_q.commands import Command
from lambda_alerts_cli.sandbox.clients import Clients

BOTO3_SERVICES = {"s3api": "s3", "deploy": "codedeploy"}  # where the CLI has a word of its own
GLOBAL_OPTIONS = {"--region", "--output", "--cli-binary-format"}


class CannotRun(Exception):
    """The command, or its call, failed."""


def run(command: Command, clients: Clients, region: str) -> str:
    """What the service answered, as JSON."""
    service = BOTO3_SERVICES.get(command.service, command.service)
    try:
        client = clients.of(service, command.option("--region") or region)
        operations = {xform_name(name, "-"): name for name in client.meta.service_model.operation_names}
        if command.operation not in operations:
            raise CannotRun(f"the sandbox cannot run `{command.service} {command.operation}`")
        model = client.meta.service_model.operation_model(operations[command.operation])
        answer = getattr(client, xform_name(model.name))(**arguments(command, model.input_shape))
        return json.dumps(_readable(answer), indent=2, default=str)
    except (BotoCoreError, ClientError) as error:
        raise CannotRun(str(error)) from None


def arguments(command: Command, shape: Shape | None) -> dict[str, Any]:
    """The options of a command as boto3 takes them."""
    members = {f"--{xform_name(name, '-')}": (name, member) for name, member in shape.members.items()} if shape else {}
    found: dict[str, Any] = {}
    for option, values in command.options.items():
        if option in GLOBAL_OPTIONS:
            continue
        if option not in members:
            raise CannotRun(f"{command.service} {command.operation} has no option {option}")
        name, member = members[option]
        try:
            found[name] = _value(member, values)
        except ValueError as error:
            raise CannotRun(f"{option}: {error}") from None
    return found


def _value(shape: Shape, values: tuple[str, ...]) -> Any:
    text = " ".join(values)
    if shape.type_name in ("structure", "map") or (shape.type_name == "list" and text.startswith("[")):
        return json.loads(text)
    if shape.type_name == "list":
        return [_value(shape.member, (value,)) for value in values]
    if shape.type_name in ("integer", "long"):
        return int(text)
    if shape.type_name in ("float", "double"):
        return float(text)
    if shape.type_name == "boolean":
        return text.lower() != "false"
    return text.encode() if shape.type_name == "blob" else text


def _readable(answer: Mapping[str, Any]) -> dict[str, Any]:
    rows = {name: value for name, value in answer.items() if name != "ResponseMetadata"}
    return {name: _decoded(value.read()) if hasattr(value, "read") else value for name, value in rows.items()}


def _decoded(content: bytes) -> Any:
    text = content.decode("utf-8", "replace")
    try:
        return json.loads(text)
    except ValueError:
        return text
