"""Begins a project: all of its files or none."""

import os
import shlex
import tomllib
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path, PurePath

from lambda_alerts_cli import blueprint
from lambda_alerts_cli.blueprint import Wishes
from lambda_alerts_cli.config import FILE_NAME
from lambda_alerts_cli.config.loading import check
from lambda_alerts_cli.errors import Failed, Refused
from lambda_alerts_cli.files import text_of, write_atomically
from lambda_alerts_cli.state_bucket import OPTIONS, Bucket, Buckets, make_bucket

IGNORED = ".gitignore"
ELSEWHERE = "name a new folder, `lambda-alerts init FOLDER`, or move these files away"
PLACES = {
    "lambda-alerts.toml": "the configuration: start here",
    "function/": "the example function, its packages and its failure switches",
    "Dockerfile": "its image",
    ".dockerignore": "what the build gets to see",
    "terraform/": "all that is made in AWS; `terraform plan` by hand works too",
    ".github/": "a plan for every pull request, a deploy from main; says what to fill in",
    "schema/": "with it editors check the configuration",
    ".gitignore": "what belongs to this machine alone",
}
READABLE = 0o666  # less what the user's umask takes away: these files go into git and into the image


@dataclass(frozen=True)
class Created:
    """A new project."""

    folder: str  # as the next command has to name it
    wishes: Wishes
    written: tuple[str, ...]
    bucket: Bucket | None

    @property
    def next_commands(self) -> tuple[str, ...]:
        """What to type now."""
        enter = () if self.folder == "." else (f"cd {shlex.quote(self.folder)}",)
        return (*enter, "lambda-alerts deploy", "lambda-alerts status")

    def as_dict(self) -> dict[str, object]:
        """The values for machines."""
        return {
            "folder": self.folder,
            "name": self.wishes.name,
            "region": self.wishes.region,
            "slack": asdict(self.wishes.slack) if self.wishes.slack else None,
            "written": list(self.written),
            "bucket": asdict(self.bucket) if self.bucket else None,
            "next": list(self.next_commands),
        }

    def as_text(self) -> str:
        """The words for people."""
        lines = [f"Project {self.wishes.name} in {self.wishes.region}, written to {self.folder}:"]
        lines += [f"  {place}" for place in _summary(self.written)]
        if self.bucket:
            lines += ["", self.bucket.as_text()]
        if not self.wishes.slack:
            lines += [
                "",
                f"No Slack channel yet: fill in [slack] in {FILE_NAME}, or alerts end at the SNS topic, unseen.",
            ]
        lines += ["", "Next:", *(f"  {command}" for command in self.next_commands)]
        lines += ["", "Without an AWS account:", "  lambda-alerts sandbox up"]
        lines += ["  lambda-alerts sandbox exec -- lambda-alerts deploy"]
        return "\n".join(lines)


def create(folder: Path, shown_as: str, wishes: Wishes, buckets_in: Callable[[str], Buckets]) -> Created:
    """Writes a project that deploys as it is, into a folder that has nothing of the kind."""
    check(tomllib.loads(blueprint.configuration(wishes)), OPTIONS)
    files = blueprint.files(wishes)
    _refuse_what_is_in_the_way(folder, files)
    # Before the files: without its bucket the project would not deploy.
    bucket = make_bucket(wishes.state_bucket, wishes.region, buckets_in(wishes.region)) if wishes.state_bucket else None
    return Created(shown_as, wishes, _write(folder, files), bucket)


def _refuse_what_is_in_the_way(folder: Path, files: Mapping[str, str]) -> None:
    finished = (folder / FILE_NAME).exists()
    found = {name for name, text in files.items() if _is_in_the_way(folder, name, None if finished else text)}
    # The code of another stack in the same folder would become part of ours.
    found |= {f"terraform/{path.name}" for path in (folder / "terraform").glob("*.tf")} - set(files)
    if found:
        count = "1 file is" if len(found) == 1 else f"{len(found)} files are"
        raise Refused(
            "\n  ".join([f"{count} in the way, nothing was written:", *sorted(found)]),
            where=str(folder),
            next_step="this is a project already: `lambda-alerts deploy`" if finished else ELSEWHERE,
        )


def _is_in_the_way(folder: Path, name: str, text: str | None) -> bool:
    """Whether something would be overwritten; what an `init` that was broken off has left is not, it says the same."""
    path = folder / name
    if any(os.path.isfile(folder / parent) for parent in PurePath(name).parents):
        return True
    return os.path.lexists(path) and _content(path) != text


def _content(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        return f"not to be read: {error}"


def _write(folder: Path, files: Mapping[str, str]) -> tuple[str, ...]:
    """Writes everything, or puts everything back as it was."""
    *first, configuration = files
    ignored = blueprint.with_ignored(_text_of(folder / IGNORED))
    texts = {**{name: files[name] for name in first}, IGNORED: ignored, configuration: files[configuration]}
    undo: list[Callable[[], object]] = []
    try:
        for name, text in texts.items():
            path = folder / name
            for parent in _missing_folders(path.parent):
                parent.mkdir()
                undo.append(parent.rmdir)
            undo.append(_way_back(path))
            write_atomically(path, text, mode=READABLE)
    except BaseException as error:
        for step in reversed(undo):
            with suppress(OSError, Failed):
                step()
        if isinstance(error, OSError):
            raise Failed(f"the project could not be written: {error.strerror}", where=str(folder)) from None
        raise
    return tuple(texts)


def _missing_folders(folder: Path) -> list[Path]:
    """The folders that have to be made, the outermost first."""
    missing = [place for place in (folder, *folder.parents) if not place.exists()]
    return missing[::-1]


def _way_back(path: Path) -> Callable[[], object]:
    if not path.exists():
        return lambda: path.unlink(missing_ok=True)
    text = _text_of(path)
    return lambda: write_atomically(path, text, mode=READABLE)


def _text_of(path: Path) -> str:
    try:
        return text_of(path) if os.path.lexists(path) else ""
    except OSError as error:
        raise Failed(f"the file cannot be read: {error}", where=str(path), next_step="make it a UTF-8 text") from None


def _summary(written: tuple[str, ...]) -> list[str]:
    """One line for each file or folder at the top."""
    tops = {name.partition("/")[0] + "/" * ("/" in name) for name in written}
    return [f"{place:<20}{meaning}".rstrip() for place, meaning in PLACES.items() if place in tops]
