"""The example function: greets whoever the event names."""

import logging

from failed_payload import failed_payload
from failure_switches import failure_switches
from structured_logs import write_json

write_json()
logger = logging.getLogger(__name__)


@failed_payload
@failure_switches
def handler(event: dict[str, object], context: object) -> dict[str, str]:
    """Answers with a greeting; refuses a name that is no text."""
    name = event.get("name", "world")
    if not isinstance(name, str):
        # Caught and not raised, because a retry cannot help. The marker is what makes the failure seen all the same.
        logger.error("LAMBDA_ALERT the name is no text", extra={"fields": {"type": type(name).__name__}})
        return {"error": "the name must be text"}
    logger.info("greeted", extra={"fields": {"name": name}})
    return {"message": f"Hello, {name}!"}
