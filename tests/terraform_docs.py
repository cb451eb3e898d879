"""Writes the tables of inputs and outputs into the READMEs of the Terraform modules, from their .tf files.

`python tests/terraform_docs.py` writes them; with `--check` it only says which README differs, and fails.
"""

import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

TERRAFORM = Path(__file__).resolve().parent.parent / "terraform"
BEGIN = "<!-- inputs and outputs: written by tests/terraform_docs.py -->"
END = "<!-- end of inputs and outputs -->"
# An attribute goes on while lines are indented deeper, up to the bracket that closes it.
ATTRIBUTE = re.compile(r"^  (\w+) += (.*(?:\n(?:    .*|  [)\]}]+$))*)", re.MULTILINE)
SHORT = 40  # characters of a type that still fit a table's cell


@dataclass(frozen=True)
class Block:
    """A `variable` or `output` block: its name and its attributes as they are written."""

    name: str
    attributes: dict[str, str]

    @property
    def description(self) -> str:
        """What the block is for, in its author's words."""
        return str(json.loads(self.attributes["description"])).replace("|", "\\|").replace("<", "&lt;")


def modules(root: Path) -> list[Path]:
    """Every folder with variables or outputs; what tests bring along is not part of a module."""
    folders = {path.parent for name in ("variables.tf", "outputs.tf") for path in root.rglob(name)}
    return sorted(folder for folder in folders if not {".terraform", "tests"} & set(folder.relative_to(root).parts))


def blocks(kind: str, source: str) -> Iterator[Block]:
    """The blocks of a kind, in the order of the file, which `terraform fmt` has laid out."""
    for match in re.finditer(rf'^{kind} "([^"]+)" {{\n(.*?)^}}', source, re.MULTILINE | re.DOTALL):
        name, body = match.groups()
        yield Block(name, {attribute[1]: attribute[2] for attribute in ATTRIBUTE.finditer(body)})


def tables(folder: Path) -> str:
    """Both tables in Markdown, and the types that are too long for a cell below them."""
    variables = list(blocks("variable", _read(folder / "variables.tf")))
    outputs = list(blocks("output", _read(folder / "outputs.tf")))
    parts = []
    if variables:
        rows = [f"| `{one.name}` | {_type_cell(one)} | {_default_cell(one)} | {one.description} |" for one in variables]
        parts.append("\n".join(["| input | type | default | |", "|---|---|---|---|", *rows]))
    if outputs:
        rows = [f"| `{one.name}` | {one.description} |" for one in outputs]
        parts.append("\n".join(["| output | |", "|---|---|", *rows]))
    parts += [f"`{one.name}`:\n```hcl\n{_type(one)}\n```" for one in variables if not _fits(one)]
    return "\n\n".join(parts)


def readme(folder: Path) -> str:
    """The README as it should be: its own words, with today's tables between the marks."""
    text = _read(folder / "README.md")
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise SystemExit(f"{folder / 'README.md'}: the marks are missing: {BEGIN} … {END}")
    return f"{before}{BEGIN}\n{tables(folder)}\n{END}{after}"


def main(arguments: list[str]) -> int:
    """Write the READMEs, or only say which are out of date."""
    stale = {folder / "README.md": readme(folder) for folder in modules(TERRAFORM)}
    stale = {path: text for path, text in stale.items() if text != _read(path)}
    for path, text in stale.items():
        if "--check" in arguments:
            print(f"{path}: the tables are out of date; run python tests/terraform_docs.py", file=sys.stderr)
        else:
            path.write_text(text, encoding="utf-8")
    return 1 if stale and "--check" in arguments else 0


def _type(variable: Block) -> str:
    return "\n".join(line.removeprefix("  ") for line in variable.attributes["type"].splitlines())


def _fits(variable: Block) -> bool:
    return len(_type(variable)) <= SHORT


def _type_cell(variable: Block) -> str:
    return f"`{_type(variable)}`" if _fits(variable) else "see below"


def _default_cell(variable: Block) -> str:
    return f"`{variable.attributes['default']}`" if "default" in variable.attributes else "required"


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
