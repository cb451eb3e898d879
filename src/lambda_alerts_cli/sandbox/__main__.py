"""`python -m lambda_alerts_cli.sandbox`: how the command line starts, stops and asks for a sandbox, as JSON."""

import argparse
import json
import os
import sys
from dataclasses import asdict
from pathlib import Path

from lambda_alerts_cli.errors import Missing, Problem
from lambda_alerts_cli.sandbox.place import Place


def main() -> int:
    """Does one thing and prints one JSON document; a problem is a document, too, with its exit code."""
    options = _parser().parse_args()
    try:
        return _run(options, Place(options.project.absolute()))
    except Problem as problem:
        _print({"problem": problem.as_dict()})
        return problem.exit_code


def _run(options: argparse.Namespace, place: Place) -> int:
    if os.name != "posix":
        raise Missing("the sandbox runs on Linux and macOS", next_step="on Windows, use it in WSL")
    if options.verb == "serve":
        from lambda_alerts_cli.sandbox.serve import serve

        return serve(place, options.port, options.speed, options.id, options.tell)
    if options.verb == "up":
        from lambda_alerts_cli.sandbox.start import up

        started = up(place, options.port, options.speed, os.environ, usual=options.usual_speed)
        _print({**asdict(started.instance), "already": started.already, "log": str(place.log)})
    elif options.verb == "down":
        from lambda_alerts_cli.sandbox.stop import down

        stopped = down(place, os.environ)
        _print({"stopped": stopped is not None, "id": stopped.id if stopped else None})
    else:
        from lambda_alerts_cli.sandbox.terminal import changes_for

        _print(asdict(changes_for(place, options.region, os.environ)))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m lambda_alerts_cli.sandbox", description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True)
    for verb in ("up", "down", "environment", "serve"):
        options = verbs.add_parser(verb)
        options.add_argument("--project", type=Path, required=True, help="the project's folder")
        if verb in ("up", "serve"):
            options.add_argument("--port", type=int, default=0, help="0: a free one")
            options.add_argument("--speed", type=float, help="of its clock; 1 is as on AWS")
            options.add_argument("--usual-speed", type=float, default=1.0, help="of a new one, where none is demanded")
        if verb == "environment":
            options.add_argument("--region", required=True)
        if verb == "serve":
            options.add_argument("--id", required=True, help="the name of the instance")
            options.add_argument("--tell", type=int, required=True, help="descriptor to write `ready` to")
    return parser


def _print(document: dict[str, object]) -> None:
    json.dump(document, sys.stdout)
    sys.stdout.write("\n")


if __name__ == "__main__":
    sys.exit(main())
