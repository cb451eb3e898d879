"""CloudWatch alarms as far as Terraform sees them: composites, the first state, and a state that survives a change."""

from typing import Any

from moto.cloudwatch import urls
from moto.cloudwatch.models import Alarm, CloudWatchBackend, cloudwatch_backends
from moto.cloudwatch.responses import CloudWatchResponse
from moto.core.responses import ActionResult

from lambda_alerts_cli.sandbox.extension import Extended, take_the_place_of


class AlarmResponses(CloudWatchResponse):
    """Adds the operation for composite alarms, which moto's model knows but its API does not."""

    def put_composite_alarm(self) -> ActionResult:
        """Makes or changes a composite alarm: moto reads its rule with the other settings of an alarm."""
        return self.put_metric_alarm()


class Alarms(Extended, CloudWatchBackend, addresses=urls, answers=AlarmResponses):
    """The alarms of one region."""

    def put_metric_alarm(self, name: str, *args: Any, **settings: Any) -> Alarm:
        """A new alarm knows nothing yet; a changed one stays in the state that it was in."""
        before = self.alarms.get(name)
        alarm = super().put_metric_alarm(name, *args, **settings)
        if before is None:
            alarm.state_value = "INSUFFICIENT_DATA"
        else:
            alarm.state_value = before.state_value
            alarm.state_reason = before.state_reason
            alarm.state_reason_data = before.state_reason_data
            alarm.state_updated_timestamp = before.state_updated_timestamp
            alarm.history = before.history
        return alarm


def install() -> None:
    """Puts these alarms in the place of moto's."""
    take_the_place_of(cloudwatch_backends, Alarms)
