"""The plan for a pull request: dangers, alerts, changes of each function, costs, and the raw plan folded."""

from collections import Counter
from collections.abc import Iterator, Sequence

from lambda_alerts_cli.markdown import COMMENT_LIMIT, Part, code, escaped, fitted
from lambda_alerts_cli.plans import prices
from lambda_alerts_cli.plans.costs import Cost, LogCost
from lambda_alerts_cli.plans.coverage import IN_SLACK, Covered, by_function
from lambda_alerts_cli.plans.headline import head
from lambda_alerts_cli.plans.risks import Risk
from lambda_alerts_cli.plans.subjects import SHARED
from lambda_alerts_cli.plans.summary import KINDS, Change, Danger, PlanSummary
from lambda_alerts_cli.plans.text import GATHERED, VERBS, gathered, is_only_tags, title

ELSEWHERE = "in what `lambda-alerts plan` prints"


def as_markdown(
    project: str,
    summary: PlanSummary,
    raw: Sequence[str] = (),
    *,
    run: str | None = None,
    limit: int = COMMENT_LIMIT,
) -> str:
    """The text, in at most `limit` characters; `run` is the address of the job that made it."""
    parts = [Part("headline", 0, head(project, summary)), *_parts(summary)]
    if raw:
        count = "1 resource" if len(raw) == 1 else f"{len(raw)} resources"
        opening = ("<details>", f"<summary>The plan in Terraform's terms: {count}</summary>", "", "```diff")
        rows = (raw[0], *(f"\n{block}" for block in raw[1:]))
        parts.append(Part("raw plan", 9, opening, rows, ("```", "", "</details>")))
    return fitted(parts, limit, f"see [the whole plan of this run]({run})" if run else ELSEWHERE)


def _parts(summary: PlanSummary) -> Iterator[Part]:
    warned: tuple[Danger | Risk, ...] = (*summary.dangers, *summary.risks)
    warnings = tuple(f"- {_warning(one)}" for one in warned)
    if warnings:
        yield Part("dangers", 1, ("### ⚠️ Look at this before you approve", ""), warnings)
    staying = tuple(_coverage_row(one) for one in summary.coverage if not one.with_function)
    if staying:
        opening = ("### 🔔 Alerts", "", "| Function | When … | Before | After |", "|---|---|---|---|")
        yield Part("alerts", 2, opening, staying)
    passing = tuple(_coverage_of_passing(summary.coverage))
    if passing:
        yield Part("alerts of functions that come or go", 3, () if staying else ("### 🔔 Alerts", ""), passing)
    for subject in summary.subjects:
        yield from _of_subject(summary, subject)
    if summary.changes:
        yield _costs(summary.cost)


def _warning(one: Danger | Risk) -> str:
    if isinstance(one, Risk):
        return f"{_whose(one.subject)}{escaped(one.text)}"
    return f"{_whose(one.change.subject)}{escaped(one.told)}"


def _whose(subject: str) -> str:
    return "" if subject == SHARED else f"**{escaped(subject)}**: "


def _coverage_row(one: Covered) -> str:
    whose = "all functions" if one.subject == SHARED else escaped(one.subject)
    return f"| {whose} | {escaped(one.failure)} | {_heard(one, one.before)} | {_heard(one, one.after)} |"


def _heard(one: Covered, told: bool) -> str:
    if one.failure == IN_SLACK:
        return "💬 seen in Slack" if told else "🔕 **not in Slack**"
    return "🔔 an alert" if told else "🔕 **nobody is told**"


def _coverage_of_passing(coverage: tuple[Covered, ...]) -> Iterator[str]:
    for subject, ones in by_function(coverage, passing=True):
        come = [one.failure for one in ones if one.after]
        went = [one for one in ones if one.before]
        if come:
            yield f"- **{escaped(subject)}** is new, and there is an alert when"
            yield from (f"  - {escaped(failure)}" for failure in come)
        if went:
            yield f"- **{escaped(subject)}** is removed, and its {len(went)} alerts with it."


def _of_subject(summary: PlanSummary, subject: str) -> Iterator[Part]:
    changes = summary.of(subject)
    heading = f"### {escaped(title(summary, subject))}"
    rows = tuple(_rows(changes))
    lists = tuple(_lists(changes))
    if rows:
        yield Part(subject, 5, (heading, "", "| What | Before | After |", "|---|---|---|"), rows)
    if lists:
        yield Part(f"{subject}, what comes and goes", 4, () if rows else (heading, ""), lists)


def _rows(changes: tuple[Change, ...]) -> Iterator[str]:
    """One row for each attribute that changes; what changes alike in many resources is one row together."""
    together: Counter[tuple[str, str]] = Counter()
    for change in changes:
        if change.kind in GATHERED:
            continue
        if is_only_tags(change):
            together["tags of {}", escaped(change.details[0].note)] += 1
        elif change.kind == "update" and not change.details:
            together["texts of {}", "reworded"] += 1
        elif change.kind == "replace" and change.supporting:
            together["{} that support these", "made anew"] += 1
        else:
            yield from _attributes(change)
    for (what, told), count in together.items():
        resources = f"{count} resource{'s' if count > 1 else ''}"
        yield f"| {what.format(resources)} | | {told} |"


def _attributes(change: Change) -> Iterator[str]:
    anew = " **is made anew**" if change.kind == "replace" else ""
    if not change.details:
        yield f"| {escaped(change.what)}{anew} | | |"
    for detail in change.details:
        what = f"{escaped(change.what)}{anew}: {escaped(detail.name)}"
        if detail.after is None:
            yield f"| {what} | | {escaped(detail.note)} |"
        else:
            yield f"| {what} | {code(detail.before or '')} | **{code(detail.after)}** |"


def _lists(changes: tuple[Change, ...]) -> Iterator[str]:
    signs = {"create": "➕ added", "adopt": "📥 taken over", "destroy": "➖ removed", "forget": "❔ left in AWS"}
    for kind in KINDS:
        found = [change for change in changes if change.kind == kind and kind in GATHERED]
        if found:
            yield f"- {signs.get(kind, VERBS[kind])}: {escaped(gathered(found))}"


def _costs(cost: Cost) -> Part:
    if not cost:
        return Part("costs", 0, ("💰 The monthly cost of alarms and logs stays as it is.",))
    total = f"about {_money(cost.alarms)} a month" if cost.alarms or not cost.logs else "depends on how much is logged"
    counts = (("metric", cost.metrics, prices.ALARM_METRIC), ("combined alarm", cost.combined, prices.COMPOSITE_ALARM))
    alarms = tuple(f"- {_counted(what, count)}, at {price:.2f} USD each" for what, count, price in counts if count)
    logs = tuple(f"- {_whose(log.subject)}{_log_words(log)}" for log in cost.logs)
    about = (
        f"Approximate: AWS's list prices of {prices.AS_OF}, without the free tier and without what is logged and run."
    )
    beyond = f"{prices.DASHBOARD:.2f} USD each beyond the {prices.FREE_DASHBOARDS} that an account has free"
    dashboards = (f"- {_counted('dashboard', cost.dashboards)}, {beyond}",) if cost.dashboards else ()
    return Part("costs", 6, (f"### 💰 Cost: {total}", ""), (*alarms, *dashboards, *logs), ("", about))


def _counted(what: str, count: int) -> str:
    told = f"{abs(count)} {what}{'s' if abs(count) > 1 else ''} {'more' if count > 0 else 'fewer'}"
    return f"Alarms read {told}" if what == "metric" else told


def _log_words(log: LogCost) -> str:
    if log.before is None:
        words = f"logs are kept {_days(log.after)}"
    elif log.after is None:
        words = f"its logs, kept {_days(log.before)}, are deleted"
    else:
        words = f"logs are kept {_days(log.after)} instead of {_days(log.before)}"
    each = (
        "and grow without end" if log.monthly is None else f"{_money(log.monthly)} a month for each GB logged a month"
    )
    return f"{words}: {each}"


def _days(days: int | None) -> str:
    return f"{days} days" if days else "for ever"


def _money(dollars: float) -> str:
    return f"{'+' if dollars > 0 else '−' if dollars < 0 else ''}{abs(dollars):.2f} USD"
