"""The kinds of value that the configuration knows, each with its rule, and the words for someone who broke it."""

import re
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import Field, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

BROKEN_RULE = "broken_rule"


def broken_rule(what: str, next_step: str) -> PydanticCustomError:
    """A mistake in our own words, which `mistakes` hands on as it is."""
    # The words travel as the context and not as the template: a value may contain braces.
    return PydanticCustomError(BROKEN_RULE, "{what}", {"what": what, "next_step": next_step})


def shortened(text: str) -> str:
    """As much of a value as a message has room for."""
    return text if len(text) <= 60 else f"{text[:60]}…"


@dataclass(frozen=True)
class Because:
    """Why a number has its limits; said to whoever goes past them."""

    reason: str


@dataclass(frozen=True)
class Shape:
    """Text of one shape: the pattern tells machines, the words tell people."""

    pattern: str
    is_not: str  # completes "`#alerts` is no …"
    next_step: str

    def check(self, text: str) -> str:
        """Hands the text on when it has the shape."""
        if not re.fullmatch(self.pattern, text):  # a bare `$` would let a newline at the end through
            raise broken_rule(f"`{shortened(text)}` is no {self.is_not}", self.next_step)
        return text

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Checks the text after pydantic has seen that it is one."""
        return core_schema.no_info_after_validator_function(self.check, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """Tells editors the same pattern, and the reference how to write it."""
        return {**handler(schema), "pattern": self.pattern, "$comment": self.next_step}


@dataclass(frozen=True)
class Unlike:
    """Text that may not look like this, in upper or lower case."""

    pattern: str  # of letters and plain groups only, see `_any_case`
    what: str  # completes "`DB_PASSWORD` …"
    next_step: str

    def check(self, text: str) -> str:
        """Hands the text on when it does not look like it."""
        if re.search(_any_case(self.pattern), text):
            raise broken_rule(f"`{shortened(text)}` {self.what}", self.next_step)
        return text

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Checks the text after pydantic has seen that it is one."""
        return core_schema.no_info_after_validator_function(self.check, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """Tells editors the same pattern."""
        inner = handler(schema)
        return {**inner, "allOf": [*inner.get("allOf", []), {"not": {"pattern": _any_case(self.pattern)}}]}


def _any_case(pattern: str) -> str:
    """The pattern for both cases; JSON schema knows no flag for it."""
    return re.sub("[A-Za-z]", lambda letter: f"[{letter[0].upper()}{letter[0].lower()}]", pattern)


# ---- names

# ECR takes neither two hyphens in a row nor one at the end, and a function shares its name with its repository.
_NAME = r"[a-z][a-z0-9]*(-[a-z0-9]+)*"

ProjectName = Annotated[
    str,
    Shape(
        rf"^(?=.{{1,30}}$){_NAME}$",
        "name that all parts of AWS take",
        "use lower-case letters, digits and single hyphens, start with a letter, at most 30 characters: `orders`",
    ),
]
FunctionName = Annotated[
    str,
    Shape(
        rf"^{_NAME}$",
        "name that all parts of AWS take",
        "use lower-case letters, digits and single hyphens, and start with a letter: `send-mail`",
    ),
]
_TAG_CHARACTER = r"[^\x00-\x1f\x7f!\"#$%&'()*,;<>?\[\\\]^`{|}~]"
TagName = Annotated[
    str,
    Shape(
        rf"^{_TAG_CHARACTER}{{1,128}}$",
        "tag name that AWS takes",
        "use at most 128 letters, digits, spaces and `_ . : / = + - @`",
    ),
    Unlike("^(aws:|lambda-alerts:)", "begins with a prefix that is reserved", "choose another name for the tag"),
]
TagValue = Annotated[
    str,
    Shape(
        rf"^{_TAG_CHARACTER}{{0,256}}$",
        "tag value that AWS takes",
        "use at most 256 letters, digits, spaces and `_ . : / = + - @`",
    ),
]

# ---- AWS

Region = Annotated[
    str,
    Shape(r"^[a-z]{2,4}(-[a-z]+)+-[0-9]$", "AWS region", "give the code of a region, for example `ap-northeast-1`"),
]
Account = Annotated[
    str, Shape(r"^[0-9]{12}$", "AWS account", 'give the 12 digits in quotes, for example "123456789012"')
]
Bucket = Annotated[
    str,
    Shape(
        r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$",
        "name of an S3 bucket",
        "use 3 to 63 lower-case letters, digits, dots and hyphens",
    ),
]
StateKey = Annotated[
    str, Shape(r"^[^/\s][^\n]*[^/\s]$", "key of an S3 object", "give a path without a slash at its ends")
]
PolicyArn = Annotated[
    str,
    Shape(
        r"^arn:aws[a-z-]*:iam::([0-9]{12}|aws):policy/\S+$",
        "ARN of an IAM policy",
        "copy it from the policy's page, for example `arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess`",
    ),
]
# https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
RetentionDays = Literal[
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653
]

# ---- Slack

Workspace = Annotated[
    str,
    Shape(
        r"^T[A-Z0-9]{5,}$",
        "id of a Slack workspace",
        "open Slack in a browser: the id stands in the address, app.slack.com/client/T…/C…",
    ),
]
Channel = Annotated[
    str,
    Shape(
        r"^[CG][A-Z0-9]{5,}$",
        "id of a Slack channel",
        "in Slack, click the channel's name: the id, which begins with C or G, stands at the end of the About tab",
    ),
]

# ---- the function

Handler = Annotated[
    str,
    Shape(
        r"^[A-Za-z_][A-Za-z0-9_./-]*\.[A-Za-z_][A-Za-z0-9_]*$",
        "handler",
        "name the module and the function in it, for example `lambda_function.handler`",
    ),
]
# https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
_LAMBDA_SETS_THEM = (
    "AWS_(DEFAULT_REGION|REGION|EXECUTION_ENV|ACCESS_KEY|ACCESS_KEY_ID|SECRET_ACCESS_KEY|SESSION_TOKEN)"
    "|AWS_LAMBDA_(FUNCTION_NAME|FUNCTION_MEMORY_SIZE|FUNCTION_VERSION|INITIALIZATION_TYPE|LOG_GROUP_NAME"
    "|LOG_STREAM_NAME|RUNTIME_API)"
    "|LAMBDA_TASK_ROOT|LAMBDA_RUNTIME_DIR"
)
_SECRET = "(PASSWORD|PASSWD|SECRET|TOKEN|API_KEY|PRIVATE_KEY|ACCESS_KEY|CREDENTIALS)$"

EnvironmentName = Annotated[
    str,
    Shape(
        r"^[A-Za-z][A-Za-z0-9_]+$",
        "name of an environment variable that Lambda takes",
        "use at least two letters, digits and underscores, and start with a letter",
    ),
    Unlike(f"^({_LAMBDA_SETS_THEM})$", "is set by Lambda itself", "choose another name"),
    Unlike(
        _SECRET,
        "looks like a secret, and everyone who may see the function could read it",
        "keep the value in Secrets Manager or SSM and pass its ARN or name, for example as `DB_PASSWORD_ARN`",
    ),
]
BuildArgName = Annotated[
    str,
    Shape(r"^[A-Za-z_][A-Za-z0-9_]*$", "name of a build argument", "use letters, digits and underscores"),
    Unlike(
        _SECRET,
        "looks like a secret, and everyone who may pull the image could read it in its history",
        "leave it out: fetch what needs it before the build, and copy the result into the image",
    ),
]
Percent = Annotated[
    float | None,
    Field(gt=0, lt=100),
    Because("beyond the limits of 0 and 100 % the alarm could never fire, or never stop"),
]
Marker = Annotated[
    str,
    # It is quoted in a CloudWatch filter pattern, where these two characters would end it.
    Shape(r'^[^"\\\s]([^"\\\n\t]{0,126}[^"\\\s])?$', "text to look for in logs", 'use 1 to 128 characters, no " or \\'),
]
RedactedKey = Annotated[
    str,
    # They travel to the function in one variable, between commas. Without a letter or digit one would hide nothing.
    Shape(
        r"^(?=.*[^\W_])[^,\s]([^,\x00-\x1f\x7f]{0,62}[^,\s])?$",
        "part of a key",
        "use 1 to 64 characters with a letter or digit in them, no comma: `iban`",
    ),
]
QueueName = Annotated[
    str,
    Shape(
        r"^[a-zA-Z0-9_-]{1,80}(\.fifo)?$",
        "name of an SQS queue",
        "give the last part of the queue's ARN, for example `orders-dead-letters`",
    ),
]
Runbook = Annotated[
    str,
    # An alarm's description has 1024 characters, and says more than this.
    Shape(r"^https://\S{1,192}$", "address", "give one that begins with https:// and has at most 200 characters"),
]
