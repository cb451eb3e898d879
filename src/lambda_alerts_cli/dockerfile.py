"""Reads of a Dockerfile which images it starts from."""

import re
from collections.abc import Iterator, Mapping

ESCAPE = re.compile(r"#\s*escape\s*=\s*(\S)", re.IGNORECASE)
HEREDOC = re.compile(r"<<-?\s*([\"']?)([A-Za-z_][A-Za-z0-9_]*)\1")
FROM = re.compile(r"(?:--\S+\s+)*(?P<image>\S+)(?:\s+as\s+(?P<stage>\S+))?\s*", re.IGNORECASE)
COPIED_FROM = re.compile(r"--from=(\S+)")
MOUNTED_FROM = re.compile(r"--mount=\S*\bfrom=([^,\s]+)")
VARIABLE = re.compile(r"\$(?:(?P<plain>\w+)|\{(?P<name>\w+)(?::?(?P<operator>[-+])(?P<word>[^}]*))?\})")
NO_IMAGE = "scratch"


def base_references(text: str, build_args: Mapping[str, str], platform: str) -> tuple[str, ...]:
    """The images that a build reads from elsewhere: of FROM, COPY --from and RUN --mount=from, in their order."""
    values = _platform_arguments(platform)
    stages: set[str] = set()
    found: dict[str, None] = {}
    for word, rest in _instructions(text):
        if word == "FROM" and (match := FROM.fullmatch(rest)):
            _note(match["image"], values, stages, found)
            stages.add((match["stage"] or "").lower())
        elif word == "ARG" and not stages:  # only arguments before the first FROM count in a FROM
            values.update(_arguments(rest, values, build_args))
        elif word in ("COPY", "ADD", "RUN"):
            for reference in (*COPIED_FROM.findall(rest), *MOUNTED_FROM.findall(rest)):
                if not reference.isdigit():  # a number is the position of a stage
                    _note(reference, values, stages, found)
    return tuple(found)


def _note(reference: str, values: Mapping[str, str], stages: set[str], found: dict[str, None]) -> None:
    image = _expanded(reference.strip("\"'"), values)
    if image and image != NO_IMAGE and image.lower() not in stages:
        found[image] = None


def _platform_arguments(platform: str) -> dict[str, str]:
    """What BuildKit sets by itself for the platform that is built for."""
    system, _, architecture = platform.partition("/")
    return {"TARGETPLATFORM": platform, "TARGETOS": system, "TARGETARCH": architecture}


def _arguments(rest: str, values: Mapping[str, str], build_args: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for word in rest.split():
        name, given, default = word.partition("=")
        if name in build_args:
            yield name, build_args[name]
        elif given:
            yield name, _expanded(default.strip("\"'"), values)


def _expanded(text: str, values: Mapping[str, str]) -> str:
    def value(match: re.Match[str]) -> str:
        found = values.get(match["plain"] or match["name"], "")
        match (match["operator"], bool(found)):
            case ("-", False) | ("+", True):
                return _expanded(match["word"], values)
            case ("+", False):
                return ""
        return found

    return VARIABLE.sub(value, text)


def _instructions(text: str) -> Iterator[tuple[str, str]]:
    """Each instruction as its word and the rest, without comments, line continuations and here-documents."""
    escape = _escape(text)
    lines = iter(text.splitlines())
    for line in lines:
        whole = line.strip()
        while whole.endswith(escape) and not whole.startswith("#"):
            following = next(lines, "").strip()
            whole = whole if following.startswith("#") else f"{whole[:-1].rstrip()} {following}"
        if not whole or whole.startswith("#"):
            continue
        word, _, rest = whole.partition(" ")
        yield word.upper(), rest.strip()
        if word.upper() in ("RUN", "COPY", "ADD"):
            for _, end in HEREDOC.findall(rest):
                # What stands in a here-document is no instruction, even when a line of SQL begins with FROM.
                while (inner := next(lines, None)) is not None and inner.strip() != end:
                    pass


def _escape(text: str) -> str:
    for line in text.splitlines():
        if not line.startswith("#"):
            break
        if match := ESCAPE.match(line):
            return match[1]
    return "\\"
