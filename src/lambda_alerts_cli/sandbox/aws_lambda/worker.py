"""What runs a function's runtime, whatever it is made of, and what the runtime is told about its function."""

from typing import Protocol

from lambda_alerts_cli.sandbox.aws_lambda.deployment import Deployment
from lambda_alerts_cli.sandbox.aws_lambda.invocation import LogLine
from lambda_alerts_cli.sandbox.signature import SANDBOX_KEY


class Worker(Protocol):
    """A runtime in a process or in a container."""

    def wait(self) -> str:
        """Blocks until it has ended and says how: "exit status 1", "signal: killed", or nothing for success."""

    def kill(self) -> None:
        """Ends it at once, with all that it has started."""

    def take_output(self) -> list[LogLine]:
        """What it has printed since the last time."""

    def memory_used(self) -> int:
        """The most memory that it has used so far, in MB."""

    def over_limit(self) -> bool:
        """Whether it uses, or has used, more memory than the function has; asked often while it works."""

    def killed_by_limit(self) -> bool:
        """Whether it ended because somebody else, the kernel, watched its memory."""


def variables_of(deployment: Deployment, *, endpoint: str, runtime_api: str, log_stream: str) -> dict[str, str]:
    """The environment of a function: the user's variables, and Lambda's own, which users cannot override."""
    return {
        "LANG": "en_US.UTF-8",
        "TZ": ":UTC",
        **dict(deployment.variables),
        "AWS_ACCESS_KEY_ID": SANDBOX_KEY,
        "AWS_SECRET_ACCESS_KEY": SANDBOX_KEY,
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_REGION": deployment.region,
        "AWS_DEFAULT_REGION": deployment.region,
        "AWS_LAMBDA_RUNTIME_API": runtime_api,
        "AWS_LAMBDA_FUNCTION_NAME": deployment.function,
        "AWS_LAMBDA_FUNCTION_VERSION": deployment.version,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(deployment.memory),
        "AWS_LAMBDA_LOG_GROUP_NAME": deployment.log_group,
        "AWS_LAMBDA_LOG_STREAM_NAME": log_stream,
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
    }
