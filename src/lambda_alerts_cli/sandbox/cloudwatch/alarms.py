"""CloudWatch: metrics that are kept, alarms that are evaluated, actions that are carried out."""

from typing import Any

from moto.cloudwatch import urls
from moto.cloudwatch.models import CloudWatchBackend, cloudwatch_backends
from moto.cloudwatch.utils import make_arn_for_alarm

from lambda_alerts_cli.sandbox.cloudwatch.acting import Acting
from lambda_alerts_cli.sandbox.cloudwatch.alarm import Transition
from lambda_alerts_cli.sandbox.cloudwatch.alarm_clock import AlarmClock
from lambda_alerts_cli.sandbox.cloudwatch.alarm_responses import AlarmResponses
from lambda_alerts_cli.sandbox.cloudwatch.keeper import Keeper
from lambda_alerts_cli.sandbox.cloudwatch.metric_responses import MetricResponses
from lambda_alerts_cli.sandbox.cloudwatch.metric_store import MetricStore
from lambda_alerts_cli.sandbox.cloudwatch.mute_rules import MuteResponses, MuteRules
from lambda_alerts_cli.sandbox.extension import Extended, take_the_place_of
from lambda_alerts_cli.sandbox.world import World


class Responses(AlarmResponses, MetricResponses, MuteResponses):
    """All operations: alarms, mute rules and metrics are the sandbox's, the rest (dashboards, tags, …) is moto's."""


class Alarms(Extended, CloudWatchBackend, addresses=urls, answers=Responses):
    """The metrics and the alarms of one region."""

    def __init__(self, region_name: str, account_id: str, world: World, clock: AlarmClock) -> None:
        super().__init__(region_name, account_id)
        self.store = MetricStore(world.clock.now)
        self.keeper = Keeper(
            lambda name: make_arn_for_alarm(region_name, account_id, name),
            world.clock.now,
            self.store,
            self._act,
        )
        self.alarms = self.keeper.alarms  # type: ignore[assignment]  # where moto's tags look for them
        self.mute_rules = MuteRules()
        self._acting = Acting(world, region_name, self.keeper.history, self.mute_rules, self._is_spoken_for)
        self._clock = clock
        clock.keepers.append(self.keeper)
        clock.afterwards.append(self._speak_after_mutes)
        self.mute_rules.changed = lambda: clock.work.put(self._speak_after_mutes)

    def _is_spoken_for(self, name: str) -> bool:
        """Whether a composite alarm looks at this one, and so acts for it."""
        rules = [alarm.settings["AlarmRule"] for alarm in list(self.keeper.alarms.values()) if alarm.rule is not None]
        return any(f'"{name}"' in rule or f"({name})" in rule for rule in rules)

    def _speak_after_mutes(self) -> None:
        self._acting.after_mutes(self.keeper.alarms)

    def _act(self, transition: Transition, **how: Any) -> None:
        # Not in the thread that noticed it: what acts calls the sandbox itself, and may wait.
        self._clock.work.put(lambda: self._acting.on(transition, **how))


def install(world: World) -> None:
    """Puts these alarms in the place of moto's, and lets their clock run."""
    clock = AlarmClock(world)

    def make(region_name: str, account_id: str) -> Alarms:
        return Alarms(region_name, account_id, world, clock)

    take_the_place_of(cloudwatch_backends, make)
    clock.start()
