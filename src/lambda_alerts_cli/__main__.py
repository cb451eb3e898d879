"""The program's entrance: a question for help is answered before anything is imported."""

import os
import sys
from pathlib import Path

UNREAD = 1  # the reader of our output has gone (`| head`)


def main() -> int:
    """Prints the help page, or hands over to `cli`."""
    try:
        code = _run()
        sys.stdout.flush()  # here, where it can be answered: at its exit Python would complain on stderr
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return UNREAD
    return code


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
