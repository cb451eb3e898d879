"""CloudWatch Logs as far as Terraform sees it: a metric filter of the same name takes the place of the one before."""

from typing import Any

from moto.logs import urls
from moto.logs.models import LogsBackend, logs_backends
from moto.logs.responses import LogsResponse

from lambda_alerts_cli.sandbox.extension import Extended, take_the_place_of


class MetricFilters(Extended, LogsBackend, addresses=urls, answers=LogsResponse):
    """The log groups of one region, with their metric filters."""

    def put_metric_filter(self, filter_name: str, filter_pattern: str, log_group_name: str, *given: Any) -> None:
        """Makes or changes a metric filter; moto would keep both, and count each line twice."""
        self.delete_metric_filter(filter_name, log_group_name)
        super().put_metric_filter(filter_name, filter_pattern, log_group_name, *given)


def install() -> None:
    """Puts these log groups in the place of moto's."""
    take_the_place_of(logs_backends, MetricFilters)
