"""CloudWatch Logs: log groups on the sandbox's clock, and metric filters that count what arrives."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from moto.logs import urls
from moto.logs.exceptions import InvalidParameterException, ResourceNotFoundException
from moto.logs.models import LogsBackend, logs_backends

from lambda_alerts_cli.sandbox.extension import Extended, take_the_place_of
from lambda_alerts_cli.sandbox.logs.counting import Datapoint, datapoints, lines_of
from lambda_alerts_cli.sandbox.logs.filter_pattern import compiled
from lambda_alerts_cli.sandbox.logs.log_responses import LogResponses
from lambda_alerts_cli.sandbox.logs.matching import BadPattern
from lambda_alerts_cli.sandbox.metric_data import put_metric_data
from lambda_alerts_cli.sandbox.world import World

CALLER = "logs.amazonaws.com"
KEPT = 10_000  # lines of a stream: a sandbox that runs for days stays small
_OLDEST, _NEWEST = 14 * 24 * 3600 * 1000, 2 * 3600 * 1000


class MetricFilters(Extended, LogsBackend, addresses=urls, answers=LogResponses):
    """The log groups of one region, with their metric filters."""

    def __init__(self, region_name: str, account_id: str, world: World) -> None:
        super().__init__(region_name, account_id)
        self._world = world

    def create_log_group(self, log_group_name: str, *given: Any, **settings: Any) -> Any:
        """Makes a log group, stamped by the sandbox's clock."""
        made = super().create_log_group(log_group_name, *given, **settings)
        self.groups[log_group_name].creation_time = self._now()
        return made

    def delete_log_group(self, log_group_name: str) -> None:
        """Removes a log group with its metric filters; moto would keep them for a group of the same name."""
        super().delete_log_group(log_group_name)
        for row in list(self.filters.metric_filters):
            if row["logGroupName"] == log_group_name:
                self.filters.metric_filters.remove(row)

    def create_log_stream(self, log_group_name: str, log_stream_name: str) -> None:
        """Makes a log stream, stamped by the sandbox's clock."""
        super().create_log_stream(log_group_name, log_stream_name)
        self.groups[log_group_name].streams[log_stream_name].creation_time = self._now()

    def put_metric_filter(self, filter_name: str, filter_pattern: str, log_group_name: str, *given: Any) -> None:
        """Makes or changes a metric filter; moto would keep both, and count each line twice."""
        read(filter_pattern)
        self.delete_metric_filter(filter_name, log_group_name)
        super().put_metric_filter(filter_name, filter_pattern, log_group_name, *given)

    def put_log_events(
        self, log_group_name: str, log_stream_name: str, log_events: list[dict[str, Any]]
    ) -> tuple[str, dict[str, Any]]:
        """Takes lines and counts them; what is too old or too new is so on the sandbox's clock."""
        group = self.groups.get(log_group_name)
        if group is None:
            raise ResourceNotFoundException()
        now = self._world.clock.now() * 1000
        times = [event["timestamp"] for event in log_events]
        if times != sorted(times):
            raise InvalidParameterException(
                "Log events in a single PutLogEvents request must be in chronological order."
            )
        old = sum(time < now - _OLDEST for time in times)
        new = sum(time > now + _NEWEST for time in times)
        taken = log_events[old : len(log_events) - new]
        token = group.put_log_events(log_stream_name, taken)
        stream = group.streams[log_stream_name]
        stream.last_ingestion_time = self._now()
        for event in stream.events[len(stream.events) - len(taken) :]:
            event.ingestion_time = int(now)
        del stream.events[:-KEPT]
        self._count(log_group_name, taken)
        rejected = {"tooOldLogEventEndIndex": old} if old else {}
        return token, rejected | ({"tooNewLogEventStartIndex": len(log_events) - new} if new else {})

    def filter_log_events(
        self,
        log_group_name: str,
        log_stream_names: list[str],
        start_time: int | None,
        end_time: int | None,
        limit: int | None,
        next_token: str | None,
        filter_pattern: str | None,
        interleaved: bool,
    ) -> tuple[list[dict[str, Any]], str | None, list[dict[str, Any]]]:
        """The lines that fit a pattern, with the same patterns as metric filters, in the order of time."""
        group = self.groups.get(log_group_name)
        if group is None:
            raise ResourceNotFoundException()
        pattern = read(filter_pattern or "")
        streams = {name: row for name, row in group.streams.items() if not log_stream_names or name in log_stream_names}
        found = [
            {**event.to_filter_dict(), "logStreamName": name}
            for name, stream in streams.items()
            for event in list(stream.events)
            if (not start_time or event.timestamp >= start_time)
            and (not end_time or event.timestamp <= end_time)
            and pattern.match(event.message) is not None
        ]
        found.sort(key=lambda row: (row["timestamp"], int(row["eventId"])))
        token = next_token or "0"
        start = int(token) if token.isdigit() else len(found)
        end = start + (limit or 10_000)
        searched = [{"logStreamName": name, "searchedCompletely": True} for name in streams]
        return found[start:end], str(end) if end < len(found) else None, searched

    def _count(self, group: str, events: Sequence[dict[str, Any]]) -> None:
        filters = [row for row in self.filters.metric_filters if row["logGroupName"] == group]
        lines = lines_of(events) if filters else []
        for row in filters:
            self._publish(row, list(datapoints(row, lines)))

    def _publish(self, metric_filter: dict[str, Any], found: Sequence[Datapoint]) -> None:
        client = self._world.clients.of("cloudwatch", self.region_name, CALLER)
        by_namespace: dict[str, list[Datapoint]] = defaultdict(list)
        for point in found:
            by_namespace[point.namespace].append(point)
        counted = [
            put_metric_data(client, namespace, [point.for_api() for point in points])
            for namespace, points in by_namespace.items()
        ]
        matched = [point for point in found if point.matched]
        if matched and all(counted):
            self._note(metric_filter, matched)

    def _note(self, metric_filter: dict[str, Any], matched: Sequence[Datapoint]) -> None:
        name, group = metric_filter["filterName"], metric_filter["logGroupName"]
        many = "1 line" if len(matched) == 1 else f"{len(matched)} lines"
        self._world.note(
            "metric",
            f"{group}:{name}",
            f'The metric filter "{name}" counted {many} of {group}.',
            follows=list(dict.fromkeys(f"request:{point.request}" for point in matched if point.request)),
            brings=list(dict.fromkeys(point.journal_name for point in matched if point.value > 0)),
            group=group,
            metric=f"{matched[0].namespace}/{matched[0].name}",
            value=sum(point.value for point in matched),
        )

    def _now(self) -> Any:
        # moto keeps times in UTC without saying so.
        return self._world.clock.moment().replace(tzinfo=None)


def read(pattern: str) -> Any:
    """A filter pattern, or the error that the API answers with."""
    try:
        return compiled(pattern)
    except BadPattern as problem:
        raise InvalidParameterException(f"Invalid filter pattern: {problem}") from problem


def install(world: World) -> None:
    """Puts these log groups in the place of moto's."""

    def make(region_name: str, account_id: str) -> MetricFilters:
        return MetricFilters(region_name, account_id, world)

    take_the_place_of(logs_backends, make)
