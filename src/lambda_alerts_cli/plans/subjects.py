"""Which function a resource of a plan belongs to."""

from collections.abc import Mapping
from typing import Any

SHARED = "shared"  # the subject of what belongs to no single function
DASHBOARD = "aws_cloudwatch_dashboard"
FUNCTION, ALARM, COMPOSITE = "aws_lambda_function", "aws_cloudwatch_metric_alarm", "aws_cloudwatch_composite_alarm"
# The modules of the root stack that each function has; other modules have keys of another kind.
OF_FUNCTIONS = ("module.registry", "module.function", "module.alarms", "module.dashboard")


class Subjects:
    """Tells a resource's function by its module, by its key, or by the function's name in AWS."""

    def __init__(self, plan: Mapping[str, Any]) -> None:
        self.project = str(plan.get("variables", {}).get("project", {}).get("value", ""))
        configured = plan.get("variables", {}).get("functions", {}).get("value") or {}
        planned = (_module_key(row["address"]) for row in plan.get("resource_changes", ()))
        self.functions = {*configured, *(key for key in planned if key)}

    def __call__(self, row: Mapping[str, Any]) -> str:
        """The name of a function, or SHARED."""
        inside = _module_key(row["address"])
        if inside:
            return inside
        index = str(row.get("index", "")).partition("/")[0]  # a function has several rules: shop-orders/none
        own = index.removeprefix(f"{self.project}-")
        # Of a project that was renamed, what goes has the old name in front.
        named = (own,) if own in self.functions else (name for name in self.functions if index.endswith(f"-{name}"))
        return max(named, key=len, default=self._watched_by(row))

    def of_name(self, full_name: str) -> str:
        """The subject of a function's name in AWS."""
        own = full_name.removeprefix(f"{self.project}-")
        return own if own in self.functions else SHARED

    def _watched_by(self, row: Mapping[str, Any]) -> str:
        """An alarm that somebody has written beside the modules says by its dimension whom it watches."""
        return self.of_name(watched_function(values_of(row))) if row["type"] == ALARM else SHARED


def values_of(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """A resource as it will be, or as it was if it goes."""
    change = row["change"]
    return change.get("after") or change.get("before") or {}


def watched_function(alarm: Mapping[str, Any]) -> str:
    """The name in AWS of the function whose metrics an alarm reads; empty for none."""
    metrics = [alarm, *(query["metric"][0] for query in alarm.get("metric_query") or () if query.get("metric"))]
    return next((str(name) for one in metrics if (name := (one.get("dimensions") or {}).get("FunctionName"))), "")


def _module_key(address: str) -> str | None:
    """`orders` for module.function["orders"].aws_lambda_function.this."""
    before, found, rest = address.partition('["')
    return rest.partition('"]')[0] if found and before in OF_FUNCTIONS else None
