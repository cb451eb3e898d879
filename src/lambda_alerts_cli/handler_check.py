"""Judges whether Lambda will be able to import a handler, from what the probe inside the image has printed."""

import json
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from lambda_alerts_cli.container_faults import RUN, explain
from lambda_alerts_cli.errors import Failed

MARK = "lambda-alerts-probe:"
SECONDS = 120
SHOWN_CHARACTERS = 400
# What Lambda sets for every function and code may read while it is imported.
RUNTIME_VARIABLES = {
    "AWS_LAMBDA_FUNCTION_NAME": "import-check",
    "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "128",
    "AWS_LAMBDA_LOG_GROUP_NAME": "/aws/lambda/import-check",
    "AWS_LAMBDA_LOG_STREAM_NAME": "import-check",
    "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
    "AWS_EXECUTION_ENV": "AWS_Lambda_Image",
    "AWS_EC2_METADATA_DISABLED": "true",
}

OWN_MODULE = "no module of the handler"
NO_LINE = "syntax of no line"
# What Lambda could not import either: by the verdict of the probe what is wrong, and the next step.
FAILURES: Mapping[str, tuple[str, str]] = {
    OWN_MODULE: (
        "the image does not hold the module {name} of the handler {handler}",
        "COPY it into ${{LAMBDA_TASK_ROOT}} in the Dockerfile, or correct `handler` of the function",
    ),
    "no module": (
        "the handler {handler} needs the module {name}, which the image does not hold",
        "add the package of {name} to function/requirements.txt, or COPY the module",
    ),
    "broken import": (
        "the handler {handler} cannot be imported: {message}",
        "check the version of {name} in function/requirements.txt,"
        " and that its wheel is made for the platform of the function",
    ),
    "syntax": (
        "{file}, line {line}: {message}",
        "correct the line; the Python of the image may be older than the one here",
    ),
    NO_LINE: (
        "the handler {handler} cannot be imported: SyntaxError: {message}",
        "look for a null byte in its modules, or for code that they make and compile, or for the place that raises it",
    ),
    "unreadable": (
        "{file} can be read by root only, and Lambda does not run as root",
        "`RUN chmod -R a+rX ${{LAMBDA_TASK_ROOT}}` in the Dockerfile, or chmod before the build",
    ),
    "no handler": (
        "the module {module} has no function {name}",
        "correct `handler` of the function, or the name in the code",
    ),
}
# The container has no network, which Lambda may have.
RAISED = "{handler} raised {type} while it was imported in a container without network ({file}, line {line}): {message}"


def probe_command(handler: str) -> list[str]:
    """What runs inside the image instead of its entry point."""
    source = files("lambda_alerts_cli").joinpath("handler_probe.py").read_text(encoding="utf-8")
    return ["python3", "-c", source, MARK, handler, str(SECONDS)]


def judge(output: str, handler: str) -> str | None:
    """Raises when Lambda would fail too; returns a warning when only a look at the code can tell."""
    verdict = _verdict(output)
    if verdict is None:
        return _no_verdict(output, handler)
    kind = _kind(verdict, handler)
    values = {**verdict, "handler": handler, "message": _short(verdict.get("message") or "it says no more")}
    if kind in FAILURES:
        what, next_step = (text.format_map(values) for text in FAILURES[kind])
        raise Failed(what, where=handler, next_step=next_step)
    return None if kind == "imported" else RAISED.format_map(values)


def _kind(verdict: Mapping[str, Any], handler: str) -> str:
    """The probe's verdict, told apart where the next step is another.

    A missing module is another matter when it is the handler's own, or a folder above it, and so is a syntax error that
    Python knows no line of.
    """
    module = handler.rpartition(".")[0].replace("/", ".")
    if verdict["verdict"] == "no module" and f"{module}.".startswith(f"{verdict['name']}."):
        return OWN_MODULE
    if verdict["verdict"] == "syntax" and verdict["file"] is None:
        return NO_LINE
    return str(verdict["verdict"])


def _verdict(output: str) -> dict[str, Any] | None:
    for line in reversed(output.splitlines()):
        if line.startswith(MARK):
            verdict: dict[str, Any] = json.loads(line.removeprefix(MARK))
            return verdict
    return None


def _no_verdict(output: str, handler: str) -> str:
    if output.lstrip().startswith("Timeout ("):
        return f"{handler} was still being imported after {SECONDS} seconds; Lambda allows 10 before it starts over"
    if problem := explain(output, RUN):
        raise problem
    if "executable file not found" in output or "no such file or directory" in output.lower():
        raise Failed(
            "the image holds no python3, so its handler cannot be imported",
            where=handler,
            next_step="build on public.ecr.aws/lambda/python, or set check_import = false for this function",
        )
    raise Failed(
        f"the process that imported {handler} died: {_short(output.strip() or 'it printed nothing')}",
        where=handler,
        next_step="a native package may be made for another platform; check function/requirements.txt",
    )


def _short(text: str) -> str:
    return text if len(text) <= SHOWN_CHARACTERS else f"…{text[-SHOWN_CHARACTERS:]}"
