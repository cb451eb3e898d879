"""EventBridge events of supported services as Amazon Q shows them: only with every part that EventBridge gave them."""

from collections.abc import Iterator, Mapping
from typing import Any

from lambda_alerts_cli.sandbox.amazon_q.draft import Draft, Fields, Unsupported
from lambda_alerts_cli.sandbox.amazon_q.message import Colour
from lambda_alerts_cli.sandbox.amazon_q.supported_services import NOT_SHOWN, SERVICES, Service

# What an event has before an input path, a constant or an input transformer changes it.
ENVELOPE: dict[str, type] = {
    "version": str,
    "id": str,
    "detail-type": str,
    "source": str,
    "account": str,
    "time": str,
    "region": str,
    "resources": list,
    "detail": dict,
}
MODIFIED = "Amazon Q takes events in their unmodified form, or a custom notification made by an input transformer"
LAMBDA_RESULT = (
    '$.source is "lambda": results of Lambda destinations are no supported event; '
    "let an input transformer make a custom notification of them"
)
FIELDS_LIMIT = 10  # Slack shows no more fields in a section
BAD = {"ABORTED", "ALARM", "CRITICAL", "ERROR", "FAILED", "FAILURE", "HIGH", "NON_COMPLIANT", "STOPPED", "TIMED_OUT"}
GOOD = {"COMPLETE", "COMPLETED", "COMPLIANT", "OK", "READY", "RUNNING", "SUCCEEDED", "SUCCESS"}
# Where services say how it stands; the first that is there decides.
STATES = ("status", "lastStatus", "state", "status-details.status", "state.value", "scan-status", "eventTypeCategory")


def looks_like_an_event(document: Mapping[str, Any]) -> bool:
    """Whether it is meant as an EventBridge event, right or wrong."""
    return "detail-type" in document or ("source" in document and "detail" in document)


def draw_event(document: Mapping[str, Any]) -> Draft | Unsupported:
    """The message that stands in the channel."""
    for name, kind in ENVELOPE.items():
        if not isinstance(document.get(name), kind):
            words = "is missing" if name not in document else "is not what EventBridge puts there"
            return Unsupported(f"$.{name} {words}: {MODIFIED}")
    if reason := _not_shown(document["source"], document["detail-type"]):
        return Unsupported(reason)
    service = SERVICES[document["source"]]
    return _draw(document, service)


def _not_shown(source: str, kind: str) -> str:
    if source == "lambda":
        return LAMBDA_RESULT
    service = SERVICES.get(source)
    if service is None:
        return f'$.source is "{source}", which is no service that Amazon Q is known to support: {MODIFIED}'
    if kind in NOT_SHOWN or (service.types and kind not in service.types):
        return f'$.detail-type is "{kind}", which Amazon Q is not known to show for {service.name}: {MODIFIED}'
    return ""


def _draw(document: Mapping[str, Any], service: Service) -> Draft:
    detail, resources = document["detail"], [str(resource) for resource in document["resources"]]
    flat = dict(_flat(detail))
    state = next((flat[name] for name in STATES if name in flat), "")
    fields: Fields = [(name, value) for name, value in flat.items() if value][:FIELDS_LIMIT]
    return Draft(
        kind="event",
        colour=_colour(state),
        title=f"{document['detail-type']} | {document['region']} | Account: {document['account']}",
        text=f"{service.name}: {state}" if state else service.name,
        document=document,
        notification_type=service.name.replace(" ", ""),  # unconfirmed
        region=document["region"],
        fields=(*fields, ("Resources", "\n".join(resources))) if resources else tuple(fields),
        about=resources[0] if resources else "",
        state=state,
    )


def _flat(detail: Mapping[str, Any], before: str = "", depth: int = 2) -> Iterator[tuple[str, str]]:
    """The plain values of an event's detail, as "state.value"."""
    for name, value in detail.items():
        if isinstance(value, Mapping) and depth > 1:
            yield from _flat(value, f"{before}{name}.", depth - 1)
        elif isinstance(value, str | int | float) and not isinstance(value, bool):
            yield f"{before}{name}", str(value)


def _colour(state: str) -> Colour:
    word = state.upper()
    return "red" if word in BAD else "green" if word in GOOD else "grey"
