"""Who signed a request, for which service and region: read from SigV4's credential scope, never verified."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

SANDBOX_KEY = "sandbox"  # the access key and the secret of every client of the sandbox
# The access keys under which the sandbox's own parts call it: the principals that policies name.
SERVICES = frozenset(
    f"{service}.amazonaws.com"
    for service in ("chatbot", "cloudwatch", "events", "lambda", "logs", "scheduler", "sns", "sqs")
)

_HEADER = re.compile(r"AWS4-\S+\s+Credential=(?P<scope>[^,\s]+)")
_OLD_HEADER = re.compile(r"AWS (?P<key>[^:]+):")  # signature version 2


@dataclass(frozen=True)
class Signed:
    """The claim that a request carries; region and service are empty where the old signature has none."""

    access_key: str
    region: str
    service: str


def signed(environ: Mapping[str, Any]) -> Signed | None:
    """The credential scope of a request: from its header, or from the query of a presigned address."""
    header = str(environ.get("HTTP_AUTHORIZATION", ""))
    if found := _HEADER.match(header):
        return _of_scope(found["scope"])
    if old := _OLD_HEADER.match(header):
        return Signed(old["key"], "", "")
    query = parse_qs(str(environ.get("QUERY_STRING", "")))
    if scopes := query.get("X-Amz-Credential"):
        return _of_scope(scopes[0])
    if keys := query.get("AWSAccessKeyId"):
        return Signed(keys[0], "", "")
    return None


def _of_scope(scope: str) -> Signed:
    # An access key may hold a slash, the rest may not; SigV4A leaves the region out.
    key, *rest = scope.rsplit("/", 4)
    if len(rest) != 4:
        return Signed(scope.split("/")[0], "", "")
    return Signed(key, rest[1], rest[2].lower())
