"""The program's entrance: a question for help is answered before anything is imported."""

import os
import sys
from pathlib import Path

INTERRUPTED = 130
UNREAD = 1  # the reader of our output has gone (`| head`)


def main() -> int:
    """Prints the help page, or hands over to `cli`."""
    try:
        code = _run()
        sys.stdout.flush()  # here, where it can be answered: at its exit Python would complain on stderr
    except BrokenPipeError:
        _drop_the_rest()
        return UNREAD
    except OSError as error:
        return _unwritten(error)
    if code == INTERRUPTED:
        sys.stderr.flush()
        os._exit(code)  # Python would wait for threads that wait for an answer from afar
    return code


def _unwritten(error: OSError) -> int:
    """Says that the output could not be written (`> file` on a full disk); other errors have been told by now."""
    from lambda_alerts_cli import output
    from lambda_alerts_cli.errors import of_the_machine

    problem = of_the_machine(error)
    if problem is None:
        raise error
    _drop_the_rest()
    problem.where = problem.where or "standard output"
    output.show_problem(problem, as_json=False)
    return problem.exit_code


def _drop_the_rest() -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _run() -> int:
    if sys.argv[1:] in (["--help"], ["-h"]):
        # click alone takes four times as long to import as Python takes to start, so the page is
        # written beforehand; a test holds it equal to what click says.
        sys.stdout.write(Path(__file__).with_name("help.txt").read_text(encoding="utf-8"))
        return 0
    from lambda_alerts_cli import cli

    return cli.main()


if __name__ == "__main__":
    sys.exit(main())
