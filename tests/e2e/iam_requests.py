"""What IAM is asked when a call reaches AWS: action, resource and context, read from the call itself.

Operations, their addresses and their parameters come from botocore's service models.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import botocore.session

from lambda_alerts_cli.sandbox.policies import Asked, account
from tests.e2e.gateway import Call

ACCOUNT = "123456789012"
MODELS = {"monitoring": "cloudwatch"}  # the name in a signature → that of the service model
# Where IAM's action is not called like the operation.
ACTIONS = {
    ("lambda", "Invoke"): "lambda:InvokeFunction",
    ("s3", "ListObjectsV2"): "s3:ListBucket",
    ("s3", "HeadBucket"): "s3:ListBucket",
    ("s3", "HeadObject"): "s3:GetObject",
}
# (service, parameter) → the resource's ARN, of which {} is the parameter's value; the first that fits counts.
RESOURCES: tuple[tuple[str, str, str], ...] = (
    ("ecr", "repositoryName", "arn:aws:ecr:{place}:repository/{value}"),
    ("ecr", "repositoryNames", "arn:aws:ecr:{place}:repository/{value}"),
    ("lambda", "FunctionName", "arn:aws:lambda:{place}:function:{value}"),
    ("logs", "logGroupName", "arn:aws:logs:{place}:log-group:{value}"),
    ("iam", "RoleName", "arn:aws:iam::{account}:role/{value}"),
    ("iam", "PolicyName", "arn:aws:iam::{account}:policy/{value}"),
    ("monitoring", "AlarmName", "arn:aws:cloudwatch:{place}:alarm:{value}"),
    ("monitoring", "AlarmNames", "arn:aws:cloudwatch:{place}:alarm:{value}"),
    ("monitoring", "Name", "arn:aws:cloudwatch:{place}:alarm-mute-rule:{value}"),
    ("monitoring", "AlarmMuteRuleName", "arn:aws:cloudwatch:{place}:alarm-mute-rule:{value}"),
    ("scheduler", "Name", "arn:aws:scheduler:{place}:schedule/default/{value}"),
    ("monitoring", "DashboardName", "arn:aws:cloudwatch::{account}:dashboard/{value}"),
    ("monitoring", "DashboardNames.member.1", "arn:aws:cloudwatch::{account}:dashboard/{value}"),
    ("monitoring", "AlarmNames.member.1", "arn:aws:cloudwatch:{place}:alarm:{value}"),
    ("events", "Rule", "arn:aws:events:{place}:rule/{value}"),
    ("events", "Name", "arn:aws:events:{place}:rule/{value}"),
    ("sns", "Name", "arn:aws:sns:{place}:{value}"),
    ("sqs", "QueueName", "arn:aws:sqs:{place}:{value}"),
    ("sqs", "QueueUrl", "arn:aws:sqs:{place}:{value}"),
    ("cloudformation", "StackName", "arn:aws:cloudformation:{place}:stack/{value}/0"),
    ("kms", "KeyId", "arn:aws:kms:{place}:key/{value}"),
    ("kms", "TargetKeyId", "arn:aws:kms:{place}:key/{value}"),
)
# Parameters that hold the ARN of what the call is about.
OWN_ARN = ("resourceArn", "ResourceArn", "ResourceARN", "resource", "Resource", "TopicArn", "PolicyArn", "ARN")
# What AWS decides for all resources at once, whatever the call names.
OF_ALL = ("monitoring:DescribeAlarms", "logs:DescribeLogGroups", "kms:CreateKey", "kms:ListAliases")


@dataclass(frozen=True)
class Request:
    """A call as AWS's services read it."""

    service: str
    region: str
    operation: str
    parameters: Mapping[str, Any]

    @property
    def action(self) -> str:
        """`ecr:CreateRepository`."""
        own = f"{MODELS.get(self.service, self.service)}:{self.operation}"
        return ACTIONS.get((self.service, self.operation), own)


def asked(call: Call, project: str) -> Iterator[Asked]:
    """Everything that IAM is asked on behalf of one call; nothing for one that nobody has signed."""
    request = read(call)
    if request is None:
        return
    place = f"{request.region}:{ACCOUNT}"
    context = dict(_context(request, project))
    yield Asked(account(ACCOUNT), request.action, _resource(request, place), context)
    if request.operation == "PutAlarmMuteRule":  # once for the rule, and once for each alarm that it mutes
        for alarm in request.parameters["MuteTargets"]["AlarmNames"]:
            yield Asked(account(ACCOUNT), request.action, f"arn:aws:cloudwatch:{place}:alarm:{alarm}")
    if request.operation == "CreateSchedule":
        passed = {"iam:PassedToService": "scheduler.amazonaws.com"}
        yield Asked(account(ACCOUNT), "iam:PassRole", request.parameters["Target"]["RoleArn"], passed)
    alias = request.parameters.get("AliasName")
    if request.service == "kms" and alias:
        yield Asked(account(ACCOUNT), request.action, f"arn:aws:kms:{place}:{alias}")
    if request.service == "lambda" and request.operation == "CreateFunction":
        passed = {"iam:PassedToService": "lambda.amazonaws.com"}
        yield Asked(account(ACCOUNT), "iam:PassRole", request.parameters["Role"], passed)
    for arn in re.findall(r'"IamRoleArn": ?"([^"]+)"', str(request.parameters.get("TemplateBody", ""))):
        passed = {"iam:PassedToService": "chatbot.amazonaws.com"}
        yield Asked(account(ACCOUNT), "iam:PassRole", arn, passed)


def read(call: Call) -> Request | None:
    """The service, the operation and its parameters."""
    scope = re.search(r"Credential=[^/]+/\d+/([^/]+)/([^/]+)/aws4_request", call.headers.get("Authorization", ""))
    if scope is None:
        return None
    region, service = scope.groups()
    path = urlsplit(call.path)
    body = call.body.decode(errors="replace")
    if service == "s3":
        return Request(service, region, *_of_s3(call.method, path.path))
    if call.headers.get("X-Amz-Target"):
        return Request(service, region, call.operation, json.loads(body or "{}"))
    if "Action=" in body:
        return Request(service, region, call.operation, dict(parse_qsl(body)))
    operation, parameters = _of_address(service, call.method, path.path)
    return Request(service, region, operation, {**json.loads(body or "{}"), **parameters})


def _resource(request: Request, place: str) -> str:
    if f"{request.service}:{request.operation}" in OF_ALL:
        return "*"
    if request.service == "s3":
        return str(request.parameters["arn"])
    of_role = request.service == "iam" and "RoleName" in request.parameters
    for name, value in request.parameters.items():
        if name in OWN_ARN and str(value).startswith("arn:") and not of_role:
            return str(value)
    for service, name, shape in RESOURCES:
        value = request.parameters.get(name)
        if service == request.service and value:
            first = str(value[0] if isinstance(value, list) else value)
            if first.startswith("alias/"):
                return f"arn:aws:kms:{place}:{first}"
            bare = first if service in ("iam", "logs", "ecr") else first.rpartition("/")[2]
            return first if first.startswith("arn:") else shape.format(place=place, account=ACCOUNT, value=bare)
    return "*"


def _context(request: Request, project: str) -> Iterator[tuple[str, str]]:
    if request.service == "iam" and "PolicyArn" in request.parameters:
        yield "iam:PolicyARN", request.parameters["PolicyArn"]
    if request.operation == "CreateKey":
        for tag in request.parameters.get("Tags", ()):
            yield f"aws:RequestTag/{tag['TagKey']}", tag["TagValue"]
    elif request.service == "kms":
        yield "aws:ResourceTag/lambda-alerts:project", project


def _of_s3(method: str, path: str) -> tuple[str, Mapping[str, Any]]:
    bucket, _, key = unquote(path).strip("/").partition("/")
    arn = f"arn:aws:s3:::{bucket}/{key}" if key else f"arn:aws:s3:::{bucket}"
    verbs = {"GET": "GetObject", "HEAD": "HeadObject", "PUT": "PutObject", "DELETE": "DeleteObject"}
    on_bucket = {"GET": "ListObjectsV2", "HEAD": "HeadBucket"}
    return (verbs if key else on_bucket)[method], {"arn": arn}


def _of_address(service: str, method: str, path: str) -> tuple[str, Mapping[str, str]]:
    """The operation that lies at an address; the longest pattern is the most exact."""
    fitting = [
        (pattern, operation, found)
        for verb, pattern, operation in _addresses(service)
        if verb == method and (found := re.fullmatch(pattern, path.rstrip("/")))
    ]
    if not fitting:
        raise AssertionError(f"{service} has no {method} {path}")
    _, operation, found = max(fitting, key=lambda row: len(row[0]))
    return operation, {name: unquote(value) for name, value in found.groupdict().items()}


@cache
def _addresses(service: str) -> list[tuple[str, str, str]]:
    model = botocore.session.get_session().get_service_model(MODELS.get(service, service))
    rows = []
    for name in model.operation_names:
        http = model.operation_model(name).http
        address = http["requestUri"].partition("?")[0].rstrip("/")
        rows.append((http["method"], re.sub(r"\{(\w+)\+?\}", r"(?P<\1>[^/]+)", address), name))
    return rows
