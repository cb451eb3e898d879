"""CloudWatch Logs' filter patterns: terms, conditions on JSON, fields separated by spaces.

Source: the CloudWatch Logs user guide, "Filter and pattern syntax".
"""

from functools import lru_cache

from lambda_alerts_cli.sandbox.logs.field_pattern import FieldPattern
from lambda_alerts_cli.sandbox.logs.json_pattern import JsonPattern
from lambda_alerts_cli.sandbox.logs.matching import Pattern
from lambda_alerts_cli.sandbox.logs.term_pattern import TermPattern


@lru_cache(maxsize=512)
def compiled(pattern: str) -> Pattern:
    """Reads a pattern; an empty one fits every line."""
    text = pattern.strip()
    if text.startswith("{"):
        return JsonPattern(text)
    if text.startswith("["):
        return FieldPattern(text)
    return TermPattern(text)
