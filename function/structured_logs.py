"""Every log line as one JSON object, with the request and the version of the function that wrote it.

An exception that leaves the handler is logged by Lambda's runtime: do not log it as well, or it is counted twice.
"""

import json
import logging
import os


class JsonFormatter(logging.Formatter):
    """Writes a record as JSON; values in `extra={"fields": {...}}` become keys of their own."""

    def format(self, record: logging.LogRecord) -> str:
        """One line for one record."""
        line = {
            "level": record.levelname,
            "message": record.getMessage(),
            # Set by Lambda's runtime on every record that is written during an invocation.
            "requestId": getattr(record, "aws_request_id", None),
            "functionVersion": os.environ.get("AWS_LAMBDA_FUNCTION_VERSION"),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str) + "\n"


def write_json() -> None:
    """Makes the root logger write JSON through the handler of Lambda's runtime, or through its own elsewhere."""
    root = logging.getLogger()
    root.setLevel(os.environ.get("AWS_LAMBDA_LOG_LEVEL", "INFO"))
    if not root.handlers:
        root.addHandler(logging.StreamHandler())
    for handler in root.handlers:
        handler.setFormatter(JsonFormatter())
        if isinstance(handler, logging.StreamHandler):
            handler.terminator = ""  # the formatter ends the line itself, as Lambda's handler wants it
