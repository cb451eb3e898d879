"""Imports a function's handler and prints how that went; runs inside the image, with nothing but its own Python."""

from __future__ import annotations

import errno
import faulthandler
import importlib
import os
import sys


def probe(handler: str) -> dict[str, object]:
    """The verdict on a handler, as a dictionary."""
    module_name, _, function_name = handler.rpartition(".")
    module_name = module_name.replace("/", ".")  # as Lambda's runtime client does
    try:
        module = importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        return {"verdict": "no module", "name": error.name or str(error)}
    except ImportError as error:
        return {"verdict": "broken import", "name": error.name or module_name, "message": str(error)}
    except SyntaxError as error:
        return {"verdict": "syntax", "file": error.filename, "line": error.lineno, "message": error.msg}
    except OSError as error:
        if error.errno == errno.EACCES and str(error.filename or "").endswith((".py", ".pyc", ".so", ".zip")):
            return {"verdict": "unreadable", "file": error.filename}
        return raised(error)
    except BaseException as error:  # SystemExit too: the module decides what it does on import
        return raised(error)
    if not callable(getattr(module, function_name, None)):
        return {"verdict": "no handler", "module": module_name, "name": function_name}
    return {"verdict": "imported"}


def raised(error: BaseException) -> dict[str, object]:
    """An exception that may have to do with the place rather than with the code."""
    import traceback

    last = traceback.extract_tb(error.__traceback__)[-1]
    return {
        "verdict": "raised",
        "type": type(error).__name__,
        "message": str(error),
        "file": last.filename,
        "line": last.lineno,
    }


def main(mark: str, handler: str, seconds: str) -> None:
    """Prints the verdict on a line of its own behind a mark."""
    # Ends the process from a thread of its own, even when the import hangs in C code or our caller was killed.
    faulthandler.dump_traceback_later(float(seconds), exit=True)
    root = os.environ.get("LAMBDA_TASK_ROOT", os.getcwd())
    # The order of Lambda's bootstrap: the function's own files win over layers and the runtime's packages.
    sys.path[:0] = [root, "/opt/python"]
    sys.path.append(os.environ.get("LAMBDA_RUNTIME_DIR", "/var/runtime"))
    verdict = probe(handler)
    import json  # only now: it must not hide that the module forgot to import what it needs

    print("\n" + mark + json.dumps(verdict), flush=True)
    os._exit(0)  # threads that the module has started must not keep the container alive


if __name__ == "__main__":
    main(*sys.argv[1:])
