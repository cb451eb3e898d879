"""The errors of the AWS API: told apart by their codes, and as a `Problem` with a next step."""

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError

from lambda_alerts_cli.diagnosis import diagnose
from lambda_alerts_cli.errors import Missing

# How the services say that somebody may not do something.
DENIED = frozenset(
    (
        "AccessDenied",
        "AccessDeniedException",
        "AuthorizationError",
        "AuthorizationErrorException",
        "UnauthorizedOperation",
    )
)


def code_of(error: ClientError) -> str:
    """AWS's word for what went wrong; empty where it has none."""
    return str(error.response["Error"].get("Code", ""))


@contextmanager
def told(where: str) -> Iterator[None]:
    """Turns what boto3 raises into a message with a next step."""
    try:
        yield
    except NoCredentialsError:
        raise Missing(
            "no AWS credentials were found",
            next_step="sign in (`aws sso login`, or set AWS_PROFILE) and try again;\n"
            "without an account: `lambda-alerts sandbox up`, then `lambda-alerts sandbox exec -- lambda-alerts deploy`",
        ) from None
    except ClientError as error:
        message = error.response["Error"].get("Message", "")
        raise diagnose(f"{error.operation_name}: {code_of(error)}: {message}", where) from None
    except BotoCoreError as error:
        raise diagnose(f"{type(error).__name__}: {error}", where) from None
