"""Which failures somebody is told of after a plan and was not before, and the other way round."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lambda_alerts_cli.plans.subjects import ALARM, COMPOSITE, FUNCTION, SHARED, Subjects, values_of

RULE = "aws_cloudwatch_event_rule"
CHANNELS = ("aws_cloudformation_stack", "aws_chatbot_slack_channel_configuration")
IN_SLACK = "any alert is raised"
GIVEN_UP = "an asynchronous event is given up after all retries"
# The key of an alarm in the catalogue → the failure that it tells of.
FAILURES: Mapping[str, str] = {
    "errors": "a call fails: an exception, a timeout, a crash, out of memory",
    "error_rate": "many calls fail at once",
    "throttles": "calls are refused because too many run already",
    "duration": "calls come close to the timeout",
    "marker": "the code catches a failure itself and logs it",
    "async_dropped": "an asynchronous event is dropped without a successful run",
    "destination_failures": "the report of a failed event gets lost",
    "undelivered": "a notification cannot be delivered",
    "dead_letters": "messages lie in the dead-letter queue",
    "not_running": "it does not run when it should",
    "near_timeout": "a single call comes close to the timeout",
    "near_memory": "a call comes close to its memory",
    "async_age": "asynchronous events wait too long",
    "iterator_age": "it falls behind its stream",
    "undelivered_queue": "alerts wait in the queue of those that could not be delivered",
    "concurrency": "it comes close to its concurrency",
}
GIVEN_UP_PATTERN = "Lambda Function Invocation Result - Failure"  # what tells this rule from others


@dataclass(frozen=True)
class Covered:
    """One failure of one function, and whether somebody is told of it before and after."""

    subject: str
    failure: str
    before: bool
    after: bool
    with_function: bool = False  # it comes or goes with the function itself
    address: str = ""
    by_alarm: bool = True

    @property
    def is_lost(self) -> bool:
        """Whether a failure that can still happen goes unseen from now on."""
        return self.before and not self.after and not self.with_function


def coverage_of(plan: Mapping[str, Any]) -> tuple[Covered, ...]:
    """The failures that gain or lose whoever tells of them."""
    subject_of = Subjects(plan)
    rows = plan.get("resource_changes", ())
    passing = {subject_of(row) for row in rows if row["type"] == FUNCTION and _comes_or_goes(row)}
    told_by_group = {side: _members(rows, side) for side in ("before", "after")}
    found: dict[tuple[str, str], Covered] = {}
    for row in sorted(rows, key=lambda row: str(row["address"])):
        failure = _failure(row)
        if not failure:
            continue
        subject = subject_of(row)
        one = Covered(
            subject,
            failure,
            _speaks(row["change"].get("before"), told_by_group["before"]),
            _speaks(row["change"].get("after"), told_by_group["after"]),
            subject in passing,
            row["address"],
            row["type"] in (ALARM, RULE),
        )
        # What is made anew under another name is there before and after.
        found[subject, failure] = _together(found.get((subject, failure)), one)
    changed = (one for one in found.values() if one.before != one.after)
    return tuple(sorted(changed, key=lambda one: (one.subject == SHARED, one.subject, one.failure)))


def by_function(coverage: tuple[Covered, ...], *, passing: bool) -> Iterator[tuple[str, tuple[Covered, ...]]]:
    """The differences of each subject that comes or goes as a whole, or of each that stays."""
    subjects = dict.fromkeys(one.subject for one in coverage if one.with_function is passing)
    for subject in subjects:
        yield subject, tuple(one for one in coverage if one.subject == subject and one.with_function is passing)


def _together(one: Covered | None, other: Covered) -> Covered:
    if one is None:
        return other
    return Covered(
        one.subject,
        one.failure,
        one.before or other.before,
        one.after or other.after,
        one.with_function and other.with_function,
        one.address,
        one.by_alarm,
    )


def _failure(row: Mapping[str, Any]) -> str:
    values = values_of(row)
    if row["type"] == RULE:
        return GIVEN_UP if GIVEN_UP_PATTERN in str(values.get("event_pattern")) else ""
    if row["type"] in CHANNELS:
        return IN_SLACK
    if row["type"] != ALARM:
        return ""
    return FAILURES.get(str(row.get("index")), f"the alarm {values.get('alarm_name', row['address'])} would go off")


def _comes_or_goes(row: Mapping[str, Any]) -> bool:
    return row["change"]["actions"] in (["create"], ["delete"])


def _members(rows: Iterable[Mapping[str, Any]], side: str) -> frozenset[str]:
    """The alarms for which a combined alarm speaks."""
    combined = (row["change"].get(side) for row in rows if row["type"] == COMPOSITE)
    rules = (str(values.get("alarm_rule")) for values in combined if values and _speaks(values, frozenset()))
    return frozenset(name for rule in rules for name in re.findall(r'ALARM\("?([^")]+)"?\)', rule))


def _speaks(values: Mapping[str, Any] | None, told_by_group: frozenset[str]) -> bool:
    """Whether it exists, is switched on, and has somebody to speak to; what only the apply can tell counts as there."""
    if values is None or values.get("actions_enabled") is False or values.get("state") == "DISABLED":
        return values is not None and values.get("alarm_name") in told_by_group
    return bool(values.get("alarm_actions", True)) or values.get("alarm_name") in told_by_group
