"""What an asynchronous event is for, looked up anew whenever it is needed: an update counts from the next attempt."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lambda_alerts_cli.sandbox.aws_lambda.event_course import Handling
from lambda_alerts_cli.sandbox.aws_lambda.invoker import Call

if TYPE_CHECKING:
    from lambda_alerts_cli.sandbox.aws_lambda.functions import Functions


@dataclass
class FunctionTarget:
    """A function, version or alias, by the name that the caller used."""

    functions: "Functions"
    name: str
    qualifier: str | None
    payload: bytes
    arn: str  # with the qualifier that was used

    @property
    def region(self) -> str:
        """Where it lies."""
        return str(self.functions.region_name)

    def call(self) -> Call:
        """What is to be run now."""
        return self.functions.call_of(self.name, self.qualifier, self.payload)

    def handling(self) -> Handling | None:
        """The settings that count now; nothing when it was deleted."""
        return self.functions.handling_of(self.name, self.qualifier)
