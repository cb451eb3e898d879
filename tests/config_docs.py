"""Writes what is made from the configuration's model: the JSON schema and the reference.

`python -m tests.config_docs` writes them; with `--check` it only says which file differs, and fails.
"""

import sys
from pathlib import Path

from lambda_alerts_cli.config.reference import generated

REPOSITORY = Path(__file__).resolve().parent.parent


def stale() -> list[str]:
    """The files that are not as the model makes them."""
    return [name for name, text in generated().items() if _current(REPOSITORY / name) != text]


def write() -> None:
    """Writes all of them."""
    for name, text in generated().items():
        (REPOSITORY / name).parent.mkdir(exist_ok=True)
        (REPOSITORY / name).write_text(text, encoding="utf-8")


def _current(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.exists() else None


if __name__ == "__main__":
    if "--check" in sys.argv[1:]:
        sys.exit("\n".join(f"{name} is not as the model makes it: run `make docs`" for name in stale()) or 0)
    write()
