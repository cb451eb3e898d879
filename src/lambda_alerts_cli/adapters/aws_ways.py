"""How things stand for all functions of a project and the way of their alerts: what a look without a failure sees."""

import threading
from collections.abc import Collection, Mapping
from dataclasses import replace

from lambda_alerts_cli.adapters.aws import Aws
from lambda_alerts_cli.adapters.aws_arrangement import Surveyor, known, looked, topics_of
from lambda_alerts_cli.adapters.aws_errors import told
from lambda_alerts_cli.proof.arrangement import Alarm, Arrangement, Channel, Function, Names, Topic, Unseen

LIVE = "live"  # what callers invoke


class WaySurveyor(Surveyor):
    """One look at everything: topics and channels, which functions share, are looked at once."""

    def __init__(self, aws: Aws) -> None:
        super().__init__(aws)
        self._looking = threading.Lock()
        self._topics_seen: dict[str, Topic | Unseen | None] = {}
        self._channels_seen: dict[tuple[str, ...], tuple[Channel, ...] | Unseen] = {}

    def survey_ways(self, names: Names, rules: Collection[str]) -> Mapping[str, Arrangement] | Unseen | None:
        """The same for each of several rules, for those who call `live`; nothing when that is not there."""
        with told(f"function {names.function}"):
            function = looked("lambda:GetFunctionConfiguration", lambda: self._function(names, LIVE))
            if not isinstance(function, Function):
                return function
            stand = self._stand(function, names)
            stand = replace(stand, queues=self._queues(stand.alarms))
            ways = {name: self._with_rule(stand, name, names) for name in rules}
            seen = {name: way.rule for name, way in ways.items()}
            return {name: replace(way, rules=seen) for name, way in ways.items()}

    def survey_path(self, names: Names, others: tuple[str, ...], others_region: str) -> Arrangement:
        """What watches the way itself, also where Amazon Q counts; it has no function."""
        with told("the alarms on the way of the alerts"):
            here = self._seen_alarms(names.alarms)
            there = self._seen_alarms(others, others_region)
            hidden = next((part for part in (here, there) if isinstance(part, Unseen)), None)
            alarms = hidden or (*known(here), *known(there))
            return Arrangement(
                function=Function("", "", 0, "", ""),
                alarms=alarms,
                topics={arn: self._seen_topic(arn) for arn in topics_of(names, alarms, None)},
                channels=self._seen_channels(names.channels),
                wants_channel=bool(names.channels),
                expected=(*names.alarms, *others),
                queues=self._queues(alarms),
            )

    def _seen_topic(self, arn: str) -> Topic | Unseen | None:
        with self._looking:
            if arn not in self._topics_seen:
                self._topics_seen[arn] = super()._seen_topic(arn)
            return self._topics_seen[arn]

    def _seen_channels(self, arns: tuple[str, ...]) -> tuple[Channel, ...] | Unseen:
        with self._looking:
            if arns not in self._channels_seen:
                self._channels_seen[arns] = super()._seen_channels(arns)
            return self._channels_seen[arns]

    def _with_rule(self, stand: Arrangement, name: str, names: Names) -> Arrangement:
        if name == names.rule:
            return stand
        rule = self._seen_rule(name)
        more = {arn: self._seen_topic(arn) for arn in topics_of(names, (), rule) if arn not in stand.topics}
        return replace(stand, rule=rule, topics={**stand.topics, **more})

    def _queues(self, alarms: tuple[Alarm, ...] | Unseen) -> dict[str, bool | Unseen]:
        """The queues that alarms look at: one that does not exist is never full."""
        watched = {
            value
            for alarm in known(alarms)
            for metric in alarm.metrics
            for name, value in metric.dimensions
            if name == "QueueName"
        }
        return {name: self._has_queue(name) for name in sorted(watched)}

    def _has_queue(self, name: str) -> bool | Unseen:
        found = looked("sqs:GetQueueUrl", lambda: bool(self.aws.client("sqs").get_queue_url(QueueName=name)))
        return found or False
