"""How things stand in AWS for one function and its alerts, as values: what causes are found in."""

from collections.abc import Mapping
from dataclasses import dataclass, field

FORBIDDEN = "is not allowed"
AMAZON_Q_REGION = "us-east-1"  # where it counts and logs, whatever region the rest is in


@dataclass(frozen=True)
class Unseen:
    """Something that could not be looked at: not good, not bad, only unknown."""

    why: str

    @classmethod
    def forbidden(cls, action: str) -> "Unseen":
        """What nobody may look at who has no permission for it."""
        return cls(f"{action} {FORBIDDEN}")

    @property
    def is_forbidden(self) -> bool:
        """Whether a permission is all that is missing."""
        return self.why.endswith(FORBIDDEN)


@dataclass(frozen=True)
class Metric:
    """The name of a metric."""

    namespace: str
    name: str
    dimensions: tuple[tuple[str, str], ...] = ()  # sorted by name

    @classmethod
    def of(cls, namespace: str, name: str, **dimensions: str) -> "Metric":
        """A metric with these dimensions."""
        return cls(namespace, name, tuple(sorted(dimensions.items())))

    def __str__(self) -> str:
        """As people write it."""
        dimensions = ", ".join(f"{name}={value}" for name, value in self.dimensions)
        return f"{self.namespace} {self.name} ({dimensions or 'no dimensions'})"


@dataclass(frozen=True)
class Alarm:
    """A metric alarm, or a composite one, which has a rule."""

    name: str
    state: str = "OK"
    since: float = 0.0
    actions: tuple[str, ...] = ()
    acts: bool = True
    metrics: tuple[Metric, ...] = ()
    statistic: str = ""
    period: int = 60
    periods: int = 1
    needed: int = 1
    threshold: float = 0.0
    comparison: str = "GreaterThanThreshold"
    rule: str = ""

    @property
    def window(self) -> int:
        """Seconds that it looks back."""
        return self.period * self.periods

    @property
    def topics(self) -> tuple[str, ...]:
        """The SNS topics that it sends to."""
        return tuple(action for action in self.actions if ":sns:" in action)


@dataclass(frozen=True)
class MetricFilter:
    """What makes a metric of log lines."""

    pattern: str
    metric: Metric


@dataclass(frozen=True)
class Target:
    """Where a rule sends to, and what it makes of the event."""

    arn: str
    paths: Mapping[str, str] | None = None  # of the input transformer; nothing without one
    template: str = ""
    dead_letters: str = ""


@dataclass(frozen=True)
class Rule:
    """An EventBridge rule."""

    name: str
    enabled: bool
    pattern: str
    targets: tuple[Target, ...]


@dataclass(frozen=True)
class Subscription:
    """Somebody who gets a topic's messages."""

    endpoint: str
    raw: bool


@dataclass(frozen=True)
class Topic:
    """An SNS topic, and the key it is encrypted with."""

    arn: str
    policy: str
    key: str = ""
    key_policy: "str | Unseen" = ""
    subscriptions: tuple[Subscription, ...] = ()


@dataclass(frozen=True)
class Channel:
    """A channel configuration of Amazon Q Developer in chat applications."""

    arn: str
    name: str
    channel: str
    topics: tuple[str, ...]


@dataclass(frozen=True)
class EventSettings:
    """What Lambda does with asynchronous events for one qualifier."""

    retries: int = 2
    on_failure: str = ""


@dataclass(frozen=True)
class Function:
    """The function, its role, and its settings for events by qualifier."""

    name: str
    arn: str
    timeout: int
    log_group: str
    role: str
    role_policies: "tuple[str, ...] | Unseen" = ()
    events: "Mapping[str, EventSettings] | Unseen" = field(default_factory=dict)

    @property
    def attempts(self) -> int:
        """How often Lambda tries an event of `$LATEST`; as often as without settings when they may not be seen."""
        return 1 + self.events_of("$LATEST").retries

    def events_of(self, qualifier: str) -> EventSettings:
        """The settings of a qualifier; those that hold without any where there are none."""
        return EventSettings() if isinstance(self.events, Unseen) else self.events.get(qualifier, EventSettings())


@dataclass(frozen=True)
class Arrangement:
    """All of it; what could not be looked at is `Unseen`."""

    function: Function
    alarms: "tuple[Alarm, ...] | Unseen" = ()
    filters: "tuple[MetricFilter, ...] | Unseen" = ()
    rule: "Rule | Unseen | None" = None
    topics: "Mapping[str, Topic | Unseen | None]" = field(default_factory=dict)  # nothing: it is gone
    channels: "tuple[Channel, ...] | Unseen" = ()  # the first one is for everything that has no other
    wants_channel: bool = True  # whether the configuration names one
    expected: tuple[str, ...] = ()  # the names of the alarms that were deployed
    rules: "Mapping[str, Rule | Unseen | None]" = field(default_factory=dict)  # all that were looked at; nothing: gone
    queues: "Mapping[str, bool | Unseen]" = field(default_factory=dict)  # those that alarms look at: are they there?

    def channel_of(self, topic: str) -> "Channel | Unseen | None":
        """The channel that shows what goes to a topic, or that should."""
        if isinstance(self.channels, Unseen):
            return self.channels
        listening = [channel for channel in self.channels if topic in channel.topics]
        return next(iter((*listening, *self.channels)), None)


@dataclass(frozen=True)
class Names:
    """What of one function has to be looked at."""

    function: str
    arn: str
    alarms: tuple[str, ...]
    rule: str
    topic: str
    channels: tuple[str, ...]  # their ARNs; none when the configuration has none
