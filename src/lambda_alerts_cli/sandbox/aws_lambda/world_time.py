"""Where a function's real time becomes the sandbox's: everything that AWS would stamp passes through here."""

from dataclasses import replace

from lambda_alerts_cli.sandbox.aws_lambda.environment import Invoked
from lambda_alerts_cli.sandbox.aws_lambda.invocation import LogLine
from lambda_alerts_cli.sandbox.clock import Clock


def on_the_clock(invoked: Invoked, clock: Clock) -> Invoked:
    """An invocation that has just ended, with its moments on the sandbox's clock.

    Work is not accelerated: what took 3 real seconds began 3 seconds before its end on that clock, too.
    """
    ahead = round((clock.now() - clock.real()) * 1000)
    return replace(
        invoked,
        measured=replace(invoked.measured, started=invoked.measured.started + ahead),
        while_loading=_later(invoked.while_loading, ahead),
        said=_later(invoked.said, ahead),
    )


def _later(lines: list[LogLine], milliseconds: int) -> list[LogLine]:
    return [LogLine(line.at + milliseconds, line.text) for line in lines]
