"""Judges whether Lambda will be able to import a handler, from what the probe inside the image has printed."""

import json
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


def probe_command(handler: str) -> list[str]:
    """What runs inside the image instead of its entry point."""
    source = files("lambda_alerts_cli").joinpath("handler_probe.py").read_text(encoding="utf-8")
    return ["python3", "-c", source, MARK, handler, str(SECONDS)]


def judge(output: str, handler: str) -> str | None:
    """Raises when Lambda would fail too; returns a warning when only a look at the code can tell."""
    verdict = _verdict(output)
    if verdict is None:
        return _no_verdict(output, handler)
    module = handler.rpartition(".")[0].replace("/", ".")
    match verdict["verdict"]:
        case "imported":
            return None
        case "no module" if module == verdict["name"] or module.startswith(f"{verdict['name']}."):
            raise Failed(
                f"the image does not hold the module {verdict['name']} of the handler {handler}",
                where=handler,
                next_step="COPY it into ${LAMBDA_TASK_ROOT} in the Dockerfile, or correct `handler` of the function",
            )
        case "no module":
            raise Failed(
                f"the handler {handler} needs the module {verdict['name']}, which the image does not hold",
                where=handler,
                next_step=f"add the package of {verdict['name']} to function/requirements.txt, or COPY the module",
            )
        case "broken import":
            raise Failed(
                f"the handler {handler} cannot be imported: {_short(verdict['message'])}",
                where=handler,
                next_step=f"check the version of {verdict['name']} in function/requirements.txt,"
                " and that its wheel is made for the platform of the function",
            )
        case "syntax":
            raise Failed(
                f"{verdict['file']}, line {verdict['line']}: {verdict['message']}",
                where=handler,
                next_step="correct the line; the Python of the image may be older than the one here",
            )
        case "unreadable":
            raise Failed(
                f"{verdict['file']} can be read by root only, and Lambda does not run as root",
                where=handler,
                next_step="`RUN chmod -R a+rX ${LAMBDA_TASK_ROOT}` in the Dockerfile, or chmod before the build",
            )
        case "no handler":
            raise Failed(
                f"the module {verdict['module']} has no function {verdict['name']}",
                where=handler,
                next_step="correct `handler` of the function, or the name in the code",
            )
    return (
        f"{handler} raised {verdict['type']} while it was imported in a container without network"
        f" ({verdict['file']}, line {verdict['line']}): {_short(verdict['message'])}"
    )


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
