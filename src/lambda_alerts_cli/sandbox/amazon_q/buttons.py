"""The buttons below a message: those of Lambda's alarms, and the custom actions of the channel."""

import re
import shlex
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from lambda_alerts_cli.sandbox.amazon_q.channels import CustomAction
from lambda_alerts_cli.sandbox.amazon_q.commands import need, parse, refused_by_amazon_q
from lambda_alerts_cli.sandbox.amazon_q.draft import Draft, LambdaLogs
from lambda_alerts_cli.sandbox.amazon_q.message import Button
from lambda_alerts_cli.sandbox.amazon_q.permissions import Need, Permissions

# What Amazon Q itself looks for is not documented.
ERROR_PATTERN = '?ERROR ?Error ?error ?Exception ?"Task timed out"'

Permitted = Callable[[], Permissions]


def buttons(
    draft: Draft, actions: Iterable[CustomAction], permissions: Permitted, region: str, account: str
) -> tuple[Button, ...]:
    """In the order in which they stand; permissions are asked for only where there is a button."""
    own = _log_buttons(draft.logs, permissions, account) if draft.logs else ()
    custom = _custom_buttons(draft, actions, permissions, region, account) if draft.takes_actions else ()
    return (*own, *custom)


def _log_buttons(logs: LambdaLogs, permissions: Permitted, account: str) -> Iterator[Button]:
    """They are there for every alarm of a function's metric; whether they work is up to the channel's permissions."""
    words = ["logs", "filter-log-events", "--log-group-name", f"/aws/lambda/{logs.function}", "--region", logs.region]
    words += ["--start-time", str(logs.start), "--end-time", str(logs.end)]
    # AWS: logs and CloudWatch read permissions in role and guardrail.
    metrics = Need("cloudwatch:GetMetricData", region=logs.region)
    for text, more in (("Show logs", []), ("Show error logs", ["--filter-pattern", ERROR_PATTERN])):
        command = shlex.join([*words, *more])
        yield Button(text, command, _refusal(command, permissions, logs.region, account, also=(metrics,)))


def _custom_buttons(
    draft: Draft, actions: Iterable[CustomAction], permissions: Permitted, region: str, account: str
) -> Iterator[Button]:
    for action in actions:
        for attachment in action.attachments:
            # An attachment that names no type fits all of them: unconfirmed.
            if attachment.get("NotificationType", draft.notification_type) != draft.notification_type:
                continue
            values = variables(attachment.get("Variables") or {}, draft.document)
            if not all(meets(criterion, values) for criterion in attachment.get("Criteria") or ()):
                continue
            command, unknown = filled(action.definition["CommandText"], values)
            refused = f"the notification has no value for {', '.join(unknown)}" if unknown else ""
            text = attachment.get("ButtonText") or action.name
            yield Button(text, command, refused or _refusal(command, permissions, region, account))


def _refusal(text: str, permissions: Permitted, region: str, account: str, also: Sequence[Need] = ()) -> str:
    command = parse(text)
    if isinstance(command, str):
        return command
    return refused_by_amazon_q(command) or permissions().refusal((need(command, region, account), *also))


def variables(paths: Mapping[str, str], document: Mapping[str, Any]) -> dict[str, str]:
    """The values of an attachment's variables, from paths such as `event.metadata.additionalContext.X`."""
    found = ((name, _at(path, document)) for name, path in paths.items())
    return {name: value for name, value in found if value is not None}


def meets(criterion: Mapping[str, str], values: Mapping[str, str]) -> bool:
    """Whether a notification has what a button is shown for."""
    value = values.get(criterion["VariableName"], "")
    return value != "" if criterion["Operator"] == "HAS_VALUE" else value == criterion.get("Value", "")


def filled(command: str, values: Mapping[str, str]) -> tuple[str, list[str]]:
    """A command with its variables filled in, and the variables that have no value."""
    known = sorted((name for name, value in values.items() if value), key=len, reverse=True)
    names = "|".join([*map(re.escape, known), r"[A-Za-z0-9_-]+"])
    unknown: list[str] = []

    def value(found: re.Match[str]) -> str:
        if found[1] not in known:
            unknown.append(found[0])
            return found[0]
        return values[found[1]]

    return re.sub(rf"\$({names})", value, command), unknown


def _at(path: str, document: Any) -> str | None:
    first, *rest = path.split(".")
    place = document if first == "event" else None
    for key in rest:
        if isinstance(place, Mapping):
            place = place.get(key)
        elif isinstance(place, list) and key.isdecimal() and int(key) < len(place):
            place = place[int(key)]
        else:
            return None
    if isinstance(place, bool):
        return str(place).lower()
    return str(place) if isinstance(place, str | int | float) else None
