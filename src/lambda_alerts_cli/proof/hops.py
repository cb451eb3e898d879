"""The hops on the way from a failure to a person, each a row: what is asked, by when, and whether the way ends there.

Deadlines are AWS's time. They are generous: how late metrics may come is not promised anywhere. [?]
"""

from collections.abc import Callable
from dataclasses import dataclass

from lambda_alerts_cli.proof import judges
from lambda_alerts_cli.proof.arrangement import Unseen
from lambda_alerts_cli.proof.case import Case
from lambda_alerts_cli.proof.evidence import Evidence
from lambda_alerts_cli.proof.judges import Finding

METRICS_LATE = 180  # seconds after which a metric has come, or will not come


@dataclass(frozen=True)
class Hop:
    """One row."""

    name: str
    asks: str
    judge: Callable[[Case, Evidence], Finding]
    seconds: Callable[[Case], float]  # after the hop before it
    ends_the_way: bool = True  # false: the message may still arrive when this fails


def _until_alarm(case: Case) -> float:
    watcher = case.route.watcher
    return METRICS_LATE + (watcher.period * watcher.needed if watcher else 0)


def _until_ok(case: Case) -> float:
    windows = () if isinstance(case.arrangement.alarms, Unseen) else case.arrangement.alarms
    return METRICS_LATE + 120 + max((alarm.window for alarm in windows if judges.is_ours(alarm.name, case)), default=0)


INVOKED = Hop("invoked", "does the function fail as it is told?", judges.invoked, lambda case: 0)
LOGGED = Hop("logged", "is it in the log?", judges.logged, lambda case: 120, ends_the_way=False)
COUNTED = Hop(
    "counted", "is it counted?", judges.counted, lambda case: METRICS_LATE + case.retry_seconds, ends_the_way=False
)
ALARMED = Hop("alarmed", "does the alarm go off?", judges.alarmed, _until_alarm)
ROUTED = Hop("routed", "does the rule catch it?", judges.routed, lambda case: METRICS_LATE)
PUBLISHED = Hop("published", "does the topic take it?", judges.published, lambda case: METRICS_LATE)
DELIVERED = Hop("delivered", "does Amazon Q deliver it?", judges.delivered, lambda case: METRICS_LATE)
SEEN = Hop("seen", "does it stand in Slack?", judges.seen, lambda case: 60)
RECOVERED = Hop("recovered", "is all well again?", judges.recovered, _until_ok, ends_the_way=False)


def hops_of(case: Case) -> tuple[Hop, ...]:
    """The hops of a case's route, in their order."""
    decided = ROUTED if case.route.kind == "event" else ALARMED
    return (INVOKED, LOGGED, COUNTED, decided, PUBLISHED, DELIVERED, SEEN, RECOVERED)
