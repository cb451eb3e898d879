"""What errors of AWS and Terraform mean for the user: one problem for the text of an error, or for many of them."""

import re
from collections.abc import Mapping, Sequence

from lambda_alerts_cli.errors import Failed, Problem
from lambda_alerts_cli.known_errors import AGAIN, ROWS
from lambda_alerts_cli.terraform_events import Diagnostic

MOST_ADDRESSES = 3  # that are named before the rest is counted
LONGEST = 400  # characters of an unknown error that are still read
_ENDPOINT = re.compile(r"https?://[\w.:-]+")
_NOISE: tuple[tuple[str, str], ...] = (
    (r"operation error ([\w ]+): (\w+),", r"\1 \2:"),
    (r"https response error StatusCode: \d+, ", ""),
    (r"exceeded maximum number of attempts, \d+, ", ""),
    (r"\b(?:RequestID|HostID|Request ID|RequestToken|Extended Request ID|SDK Attempt Count): ?[^\s,)]*[,;]? ?", ""),
    (r"api error ", ""),
    (r"An error occurred \((\w+)\) when calling the (\w+) operation(?: \([^)]*\))?:", r"\2: \1:"),
    # What AWS quotes of a refused value may be the content of an environment variable.
    (r"[Vv]alue '.*?' at '", "the value (not shown) at '"),
    (r"\s+", " "),
)


def diagnose(text: str, where: str | None = None) -> Problem:
    """The problem behind the text of an error, known or not; never the raw text of a known one."""
    for row in ROWS:
        found = re.search(row.pattern, text, re.DOTALL)
        if found:
            values = {**_groups(found), "endpoint": _endpoint(text)}
            what = re.sub(r"[\s:]+$", "", row.what.format_map(values))
            return row.kind(what, where=where, next_step=row.next_step.format_map(values))
    return Failed(_readable(text), where=where, next_step=AGAIN)


def diagnose_terraform(errors: Sequence[Diagnostic], plain: str, *, log: str | None = None) -> Problem:
    """One problem for all the errors that a run of Terraform ended with."""
    problems = [diagnose(f"{error.summary}\n{error.detail}", _where(error)) for error in errors]
    if not problems:
        problems = [diagnose(_boxless(plain) or "Terraform ended without saying why")]
    first = min(problems, key=lambda problem: type(problem) is Failed)  # missing credentials explain all the rest
    same = [problem.where for problem in problems if problem.what == first.what and problem.where]
    others = sorted({f"{problem.what} ({problem.where})" for problem in problems if problem.what != first.what})
    next_step = first.next_step or AGAIN
    if log and first.next_step == AGAIN:
        next_step += f";\nall that Terraform said is in {log}"
    what = "; and: ".join([first.what, *others])
    return type(first)(what, where=_listed(sorted(set(same))), next_step=next_step)


def _listed(addresses: Sequence[str]) -> str | None:
    more = len(addresses) - MOST_ADDRESSES
    shown = ", ".join(addresses[:MOST_ADDRESSES])
    return (f"{shown} and {more} more" if more > 0 else shown) or None


def _where(error: Diagnostic) -> str | None:
    # "provider[…]" names no resource: nothing of the project is at fault
    return None if error.address is None or error.address.startswith("provider[") else error.address


def _groups(found: re.Match[str]) -> Mapping[str, str]:
    groups = {name: value or "" for name, value in found.groupdict().items()}
    if groups.get("who", "").startswith("arn:"):
        groups["who"] = _principal(groups["who"])
    if "reason" in groups:  # the words of another program
        groups["reason"] = _readable(groups["reason"])
    return groups


def _principal(arn: str) -> str:
    """`role deployer` for arn:aws:sts::123456789012:assumed-role/deployer/session."""
    kind, _, name = arn.split(":", 5)[-1].partition("/")
    if kind == "assumed-role":
        return f"role {name.split('/')[0]}"
    return f"{kind} {name}".strip()


def _endpoint(text: str) -> str:
    found = _ENDPOINT.search(text)
    return found.group(0) if found else ""


def _readable(text: str) -> str:
    for pattern, replacement in _NOISE:
        text = re.sub(pattern, replacement, text)
    text = text.strip(" \n.,:")
    return text if len(text) <= LONGEST else text[: LONGEST - 1].rstrip() + "…"


def _boxless(text: str) -> str:
    """Terraform's own messages without their frame and colours."""
    text = re.sub(r"\x1b\[[\d;]*m", "", text)
    return re.sub(r"^[╷│╵ ]+", "", text, flags=re.MULTILINE).removeprefix("\n").removeprefix("Error: ").strip()
