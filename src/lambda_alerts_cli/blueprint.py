"""What a new project consists of: every file with its text. Nothing is written here."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from lambda_alerts_cli import __version__
from lambda_alerts_cli.config import FILE_NAME
from lambda_alerts_cli.config.reference import SCHEMA_FILE, generated

PACKAGE = Path(__file__).parent
TEMPLATES = PACKAGE / "scaffold_files"
# Allowed by kind, so that a state or plan that lies beside them is never copied; pyproject.toml says the same.
COPIED = (
    *("terraform/**/*.tf", "terraform/**/*.md", "terraform/modules/prices/prices.json"),
    *("function/*.py", "function/*.txt", "Dockerfile", ".dockerignore"),
)
LEFT_OUT = {"tests", ".terraform"}
WORKFLOW = ".github/workflows/lambda-alerts.yml"
PROOF_WORKFLOW = ".github/workflows/lambda-alerts-test-failure.yml"

NO_STATE = """\
# [state]  # left out: Terraform's state is a file in terraform/, on this machine only
# bucket = "acme-terraform-state"  # `lambda-alerts init --state-bucket NAME` makes one and adds this section"""
CHANNEL_CHOICES = """\
# channels = { warn = "C0WARNING" }  # limits that come close go to a channel of their own; failures are page
# threads = "release"  # what a function says from a deploy to the next is one thread; left out: each event is one"""
NO_SLACK = f"""\
# [slack]  # left out: alerts end at the SNS topic, and nobody sees them
# workspace = "T0ABCDEF"  # ids, not names: in the address app.slack.com/client/T…/C…
# channel = "C0GHJKLMN"  # a private channel must invite the app first: /invite @Amazon Q
{CHANNEL_CHOICES}"""


@dataclass(frozen=True)
class SlackIds:
    """A Slack channel as AWS wants it: by ids."""

    workspace: str
    channel: str


@dataclass(frozen=True)
class Wishes:
    """What a user says about a new project."""

    name: str
    region: str
    slack: SlackIds | None = None
    state_bucket: str | None = None


def files(wishes: Wishes) -> dict[str, str]:
    """Every file of a new project; the configuration is the last, so that a half-written folder is no project."""
    return {
        **dict(_copied()),
        SCHEMA_FILE: generated()[SCHEMA_FILE],
        WORKFLOW: _filled("workflow.yml", {"region": wishes.region, "version": __version__}),
        FILE_NAME: configuration(wishes),
    }


def configuration(wishes: Wishes) -> str:
    """The text of `lambda-alerts.toml`."""
    return _filled(
        FILE_NAME,
        {
            "name": _quoted(wishes.name),
            "region": _quoted(wishes.region),
            "state": state_section(wishes.state_bucket) if wishes.state_bucket else NO_STATE,
            "slack": _slack_section(wishes.slack) if wishes.slack else NO_SLACK,
        },
    )


def proof_workflow(project: str, region: str) -> str:
    """The text of the workflow that runs `test-failure` every week."""
    return _filled("test-failure.yml", {"project": project, "region": region, "version": __version__})


def with_state(text: str, bucket: str, region: str | None) -> str:
    """A configuration with a section [state] added; the rest stays as its author wrote it."""
    section = state_section(bucket, region)
    if NO_STATE in text:
        return text.replace(NO_STATE, section)
    return f"{text.rstrip()}\n\n{section}\n"


def state_section(bucket: str, region: str | None = None) -> str:
    """The section that names the bucket; its region only when it is not the project's."""
    lines = ["[state]", f"bucket = {_quoted(bucket)}  # Terraform's state; S3 itself holds the lock"]
    return "\n".join([*lines, f"region = {_quoted(region)}"] if region else lines)


def with_ignored(text: str) -> str:
    """A `.gitignore` with the lines added that it lacks."""
    wanted = (TEMPLATES / "gitignore").read_text(encoding="utf-8").splitlines()
    present = set(text.splitlines())
    missing = [line for line in wanted if line not in present]
    if all(line.startswith("#") for line in missing):
        return text
    return "\n".join(([text.rstrip("\n"), ""] if text.strip() else []) + missing) + "\n"


def suggested_name(folder: Path) -> str:
    """A name that AWS takes, made from the folder's."""
    words = re.findall("[a-z0-9]+", folder.name.lower())
    while words and not words[0][0].isalpha():
        words.pop(0)
    return "-".join(words)[:30].rstrip("-") or "my-project"


def _slack_section(ids: SlackIds) -> str:
    return f"[slack]\nworkspace = {_quoted(ids.workspace)}\nchannel = {_quoted(ids.channel)}\n{CHANNEL_CHOICES}"


def _copied() -> Iterator[tuple[str, str]]:
    """Function, image and Terraform: from the wheel, or in a checkout from the top of the repository."""
    shipped = TEMPLATES / "project"
    origin = shipped if shipped.is_dir() else PACKAGE.parents[1]
    for pattern in COPIED:
        for path in sorted(origin.glob(pattern)):
            relative = path.relative_to(origin)
            if not LEFT_OUT.intersection(relative.parts):
                yield relative.as_posix(), path.read_text(encoding="utf-8")


def _filled(template: str, blanks: Mapping[str, str]) -> str:
    # `<<name>>`, because `$`, `{{` and `%` mean something to the tools that read the result.
    text = (TEMPLATES / template).read_text(encoding="utf-8")
    return re.sub("<<([a-z]+)>>", lambda blank: blanks[blank[1]], text)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
