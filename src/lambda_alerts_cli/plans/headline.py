"""The first lines of a plan for a pull request: what happens, in terms of functions."""

from collections.abc import Iterator, Mapping

from lambda_alerts_cli.markdown import code, escaped
from lambda_alerts_cli.plans.details import Kind
from lambda_alerts_cli.plans.subjects import FUNCTION, SHARED
from lambda_alerts_cli.plans.summary import Change, PlanSummary
from lambda_alerts_cli.plans.text import headline
from lambda_alerts_cli.plans.words import RESOURCES

NAMED = 2  # functions that share a fate; more are counted
FUNCTION_WORDS = RESOURCES[FUNCTION].name
# What happens to a function as a whole, said of one and of several.
FATES: Mapping[Kind, tuple[str, str]] = {
    "create": ("is new", "are new"),
    "adopt": ("is taken over", "are taken over"),
    "replace": ("is made anew", "are made anew"),
    "destroy": ("is removed", "are removed"),
}


def head(project: str, summary: PlanSummary) -> tuple[str, ...]:
    """The headline, and below it how many resources and which images."""
    dangers = len(summary.dangers) + len(summary.risks)
    icon = "⛔" if dangers else "🔧" if summary.changes else "📦" if summary.rebuilds else "✅"
    told = [_what_happens(summary), *([f"{dangers} danger{'s' if dangers > 1 else ''}"] if dangers else [])]
    return (
        f"## {icon} {escaped(f'{project}: ' if project else '')}{escaped(', '.join(told))}",
        "",
        " ".join((headline(summary), _images(summary))),
    )


def _what_happens(summary: PlanSummary) -> str:
    """In terms of functions: what each of a few does, or how many do the same."""
    if not summary.changes:
        return "only new images" if summary.rebuilds else "nothing changes"
    fates = [(subject, _fate(summary, subject)) for subject in summary.subjects if subject != SHARED]
    told = []
    for fate in dict.fromkeys(fate for _, fate in fates):
        names = [subject for subject, its in fates if its == fate]
        one = len(names) == 1
        who = f"{len(names)} functions" if len(names) > NAMED else " and ".join(names)
        told.append(f"{who} {fate[0] if one else fate[1]}")
    return ", ".join((*told, *_shared(summary)))


def _shared(summary: PlanSummary) -> Iterator[str]:
    """What is lost of the shared parts, by name; otherwise only that something of them changes."""
    lost = [(danger.change.what, FATES[danger.change.kind]) for danger in summary.dangers if _is_shared(danger.change)]
    for fate in dict.fromkeys(fate for _, fate in lost):
        names = list(dict.fromkeys(what for what, its in lost if its == fate))
        yield f"{' and '.join(names)} {fate[len(names) > 1]}"
    if not lost and SHARED in summary.subjects:
        yield "shared parts change"


def _is_shared(change: Change) -> bool:
    return change.subject == SHARED


def _fate(summary: PlanSummary, subject: str) -> tuple[str, str]:
    kinds = {change.kind for change in summary.of(subject) if change.what == FUNCTION_WORDS}
    return next((words for kind, words in FATES.items() if kind in kinds), ("changes", "change"))


def _images(summary: PlanSummary) -> str:
    if summary.rebuilds:
        return f"A deploy builds the image of {', '.join(code(one) for one in summary.rebuilds)} anew."
    return "No image is built: functions keep the code that they run." if summary.changes else ""
