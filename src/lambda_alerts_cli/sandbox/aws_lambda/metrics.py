"""The metrics of Lambda, as values: which datapoints an invocation or an event leaves, and under which dimensions."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

NAMESPACE = "AWS/Lambda"
# Those whose datapoints above 0 may be what an alarm turns on.
TROUBLE = frozenset(
    {"Errors", "Throttles", "Duration", "AsyncEventsDropped", "DeadLetterErrors", "DestinationDeliveryFailures"}
)

Dimensions = tuple[tuple[str, str], ...]  # names and values, sorted by name


@dataclass(frozen=True)
class Source:
    """What was invoked, as CloudWatch tells it apart."""

    function: str
    qualifier: str = ""  # what the caller used; empty for none
    version: str = ""  # what an alias stood for

    @classmethod
    def of(cls, arn: str, version: str = "") -> "Source":
        """By the ARN that was used, and the version that it led to."""
        _, _, name = arn.partition(":function:")
        function, _, qualifier = name.partition(":")
        # An alias is a name; a version is a number.
        through_alias = bool(qualifier) and qualifier != "$LATEST" and not qualifier.isdigit()
        return cls(function, qualifier, version if through_alias else "")

    def dimensions(self) -> Iterator[Dimensions]:
        """All sets under which AWS keeps the same datapoint; for $LATEST by name it is not confirmed."""
        resource = f"{self.function}:{self.qualifier}" if self.qualifier else self.function
        yield ()
        yield (("FunctionName", self.function),)
        yield (("FunctionName", self.function), ("Resource", resource))
        if self.version:
            yield (("ExecutedVersion", self.version), ("FunctionName", self.function), ("Resource", resource))


@dataclass(frozen=True)
class Datapoint:
    """One value of one metric, under all dimensions of its source."""

    region: str
    source: Source
    name: str
    value: float
    at: float  # seconds since 1970 on the sandbox's clock

    @property
    def unit(self) -> str:
        """What the value counts."""
        return "Milliseconds" if self.name in ("Duration", "AsyncEventAge", "IteratorAge") else "Count"


def of_invocation(
    region: str, source: Source, *, started: float, failed: bool, duration: float, at_once: int
) -> list[Datapoint]:
    """What one invocation leaves; all of it is stamped with its start (aws-facts: Lambda), timeouts too."""
    values: Mapping[str, float] = {
        "Invocations": 1.0,
        "Errors": float(failed),
        "Throttles": 0.0,
        "Duration": duration,
        "ConcurrentExecutions": float(at_once),
    }
    return [Datapoint(region, source, name, value, started) for name, value in values.items()]


def names_of(points: list[Datapoint]) -> tuple[str, ...]:
    """The names by which an alarm's transition finds what led to it; only datapoints that mean trouble have one."""
    return tuple(
        f"metric:{NAMESPACE}/{point.name}/{','.join(value for _, value in dimensions)}@{int(point.at)}"
        for point in points
        if point.name in TROUBLE and point.value > 0
        for dimensions in point.source.dimensions()
    )
