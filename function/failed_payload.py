"""Writes the payload of a failed invocation into the log, redacted, where lambda-alerts.toml asks for it.

    from failed_payload import failed_payload

    @failed_payload
    def handler(event, context): ...

It is off unless `show_payload = true`. An alert never carries a payload: nothing on its way could redact one. The alert
links to the lines of its request, and this is one of them. An invocation that Lambda kills (a timeout, a crash, no
memory left) writes nothing any more.
"""

import functools
import logging
import os
from collections.abc import Callable

Handler = Callable[..., object]
SHOW, REDACT, OTHER_MARKER = (
    f"LAMBDA_ALERTS_{name}" for name in ("SHOW_PAYLOAD", "REDACT", "MARKER")
)  # set by a deploy
MARKER = "LAMBDA_ALERT"  # unless another is set


def failed_payload(handler: Handler) -> Handler:
    """Makes a handler that fails say, if asked to, what it failed with; the failure itself stays as it is."""

    def telling(event: object, context: object) -> object:
        try:
            return handler(event, context)
        except BaseException:
            if os.environ.get(SHOW) == "true":
                _tell(event)
            raise

    # An alert shows the first frame of the stack. Lambda's runtime leaves out those of its own bootstrap.py, which help
    # nobody; neither does this one.
    telling.__code__ = telling.__code__.replace(co_filename=f"{__file__}/bootstrap.py")
    return functools.wraps(handler)(telling)


def _tell(event: object) -> None:
    logger = logging.getLogger(__name__)
    try:
        from redaction import shown  # here: a cold start does not wait for what only a failure needs

        patterns = [pattern for pattern in os.environ.get(REDACT, "").split(",") if pattern.strip()]
        text = shown(event, patterns)
    except Exception as error:  # whatever is wrong with the payload, its failure is what has to be seen
        text = f"(cannot be shown: {type(error).__name__})"
    # In a log line the marker raises an alarm, and here nobody has set it.
    text = text.replace(os.environ.get(OTHER_MARKER) or MARKER, "(marker)")
    stream = os.environ.get("AWS_LAMBDA_LOG_STREAM_NAME")
    logger.warning("the payload of the failed request: %s", text, extra={"fields": {"logStream": stream}})
