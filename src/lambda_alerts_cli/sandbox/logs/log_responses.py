"""The API's operations on logs that moto does not have."""

import json
from typing import Any

from moto.logs.exceptions import InvalidParameterException
from moto.logs.responses import LogsResponse

from lambda_alerts_cli.sandbox.logs.filter_pattern import compiled
from lambda_alerts_cli.sandbox.logs.matching import BadPattern, Match


class LogResponses(LogsResponse):
    """Adds the try of a metric filter."""

    def test_metric_filter(self) -> str:
        """Which of some messages a pattern fits, and what it takes out of them."""
        try:
            pattern = compiled(self._get_param("filterPattern") or "")
        except BadPattern as problem:
            raise InvalidParameterException(f"Invalid filter pattern: {problem}") from problem
        matches = [
            {"eventNumber": number, "eventMessage": message, "extractedValues": _extracted(found)}
            for number, message in enumerate(self._get_param("logEventMessages") or [], 1)
            if (found := pattern.match(message)) is not None
        ]
        return json.dumps({"matches": matches})


def _extracted(match: Match) -> dict[str, Any]:
    return dict(match.fields)
