"""A region's alarms on a clock that is set by hand, and an AWS that remembers what it was told."""

from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError

from lambda_alerts_cli.sandbox.clock import Clock
from lambda_alerts_cli.sandbox.cloudwatch.alarm import Alarm, Transition
from lambda_alerts_cli.sandbox.cloudwatch.keeper import Keeper
from lambda_alerts_cli.sandbox.cloudwatch.metric_store import MetricKey, MetricStore
from lambda_alerts_cli.sandbox.cloudwatch.statistics import Summary
from lambda_alerts_cli.sandbox.journal import Hop
from lambda_alerts_cli.sandbox.world import World

ACCOUNT, REGION = "123456789012", "ap-northeast-1"
TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:alerts"
BEGIN = 1_795_600_800.0  # 2026-11-25 10:00:00 UTC
ERRORS = MetricKey.of("AWS/Lambda", "Errors", [{"Name": "FunctionName", "Value": "orders"}])
CALLS = MetricKey.of("AWS/Lambda", "Invocations", [{"Name": "FunctionName", "Value": "orders"}])


def arn(name: str) -> str:
    return f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:{name}"


def alarm_on_errors(name: str = "errors", **changed: Any) -> dict[str, Any]:
    """What PutMetricAlarm is told."""
    told = {
        "AlarmName": name,
        "Namespace": ERRORS.namespace,
        "MetricName": ERRORS.name,
        "Dimensions": [{"Name": "FunctionName", "Value": "orders"}],
        "Statistic": "Sum",
        "Period": 60,
        "EvaluationPeriods": 1,
        "Threshold": 0.0,
        "ComparisonOperator": "GreaterThanThreshold",
        "TreatMissingData": "notBreaching",
        "AlarmActions": [TOPIC],
        "OKActions": [TOPIC],
    }
    return {name: value for name, value in {**told, **changed}.items() if value is not None}


def stat(id: str, key: MetricKey, **more: Any) -> dict[str, Any]:
    """A metric among the queries of an alarm on an expression."""
    dimensions = [{"Name": name, "Value": value} for name, value in key.dimensions]
    metric = {"Namespace": key.namespace, "MetricName": key.name, "Dimensions": dimensions}
    return {"Id": id, "MetricStat": {"Metric": metric, "Period": 60, "Stat": "Sum"}, "ReturnData": False, **more}


class Room:
    """The alarms of a region, minute by minute."""

    def __init__(self) -> None:
        self.now = BEGIN
        self.store = MetricStore(lambda: self.now)
        self.seen: list[tuple[Transition, bool]] = []
        self.keeper = Keeper(arn, lambda: self.now, self.store, self._act)

    def report(self, value: float = 1, key: MetricKey = ERRORS) -> None:
        self.store.add(key, self.now, "Count", Summary.of(value))

    def pass_minutes(self, minutes: int = 1) -> None:
        for _ in range(minutes):
            self.now += 60
            self.keeper.evaluate(self.now)

    def alarm(self, name: str = "errors") -> Alarm:
        return self.keeper.alarms[name]

    def state(self, name: str = "errors") -> str:
        return self.alarm(name).state.value

    @property
    def changes(self) -> list[str]:
        return [f"{row.alarm.name}: {row.old.value} -> {row.new.value}" for row, again in self.seen if not again]

    def _act(self, transition: Transition, *, again: bool = False) -> None:
        self.seen.append((transition, again))


class FakeAws:
    """One client for everything; each call is remembered with the service that it went to."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, str, str, dict[str, Any]]] = []
        self.refusals: dict[str, ClientError] = {}

    def refuses(self, operation: str, code: str, message: str = "no") -> None:
        self.refusals[operation] = ClientError({"Error": {"Code": code, "Message": message}}, operation)

    def of(self, service: str, region: str, caller: str = "sandbox") -> "Service":
        return Service(self, service, region, caller)

    def told(self, operation: str) -> list[dict[str, Any]]:
        return [given for _, _, called, given in self.calls if called == operation]


class Service:
    """A client of one service."""

    def __init__(self, aws: FakeAws, service: str, region: str, caller: str) -> None:
        self.aws, self.service, self.region, self.caller = aws, service, region, caller

    def __getattr__(self, operation: str) -> Callable[..., dict[str, Any]]:
        def call(**given: Any) -> dict[str, Any]:
            self.aws.calls.append((f"{self.service} as {self.caller}", self.region, operation, given))
            if operation in self.aws.refusals:
                raise self.aws.refusals[operation]
            return {"MessageId": "message-1", "Entries": [{"EventId": "event-1"}], "FailedEntryCount": 0}

        return call


def world(aws: FakeAws, at: float = BEGIN) -> World:
    return World(ACCOUNT, Clock(real=lambda: at), aws)  # type: ignore[arg-type]


def hops(made: World) -> list[Hop]:
    return list(made.journal.hops)
