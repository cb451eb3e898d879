"""The bucket for Terraform's state: made for a new project, or added to one that is there."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Protocol

from lambda_alerts_cli import blueprint, stack, stack_files
from lambda_alerts_cli.config import load
from lambda_alerts_cli.config.loading import check
from lambda_alerts_cli.config.sources import read_file
from lambda_alerts_cli.errors import Refused
from lambda_alerts_cli.files import write_atomically

OPTIONS = "the options of init"


class Buckets(Protocol):
    """What makes buckets."""

    @property
    def account(self) -> str:
        """The account that they belong to."""

    def create_state_bucket(self, name: str) -> bool:
        """Makes a bucket fit for state; False when it was there and is ours."""


@dataclass(frozen=True)
class Bucket:
    """The bucket for Terraform's state."""

    name: str
    region: str
    created: bool

    def as_text(self) -> str:
        """One line for people."""
        how = "made: versioned, encrypted, closed to the public" if self.created else "was there already and is yours"
        return f"Bucket {self.name} in {self.region} ({how})"


@dataclass(frozen=True)
class StateAdded:
    """A project whose state lies in a bucket from now on."""

    file: str
    bucket: Bucket
    changed: bool
    local_state: bool

    @property
    def next_commands(self) -> tuple[str, ...]:
        """What to type now."""
        move = ("terraform -chdir=terraform init -migrate-state",) if self.local_state else ()
        return (*move, "lambda-alerts plan")

    def as_dict(self) -> dict[str, object]:
        """The values for machines."""
        return {
            "file": self.file,
            "bucket": asdict(self.bucket),
            "changed": self.changed,
            "local_state": self.local_state,
            "next": list(self.next_commands),
        }

    def as_text(self) -> str:
        """The words for people."""
        said = "[state] was added to" if self.changed else "[state] was there already in"
        lines = [self.bucket.as_text(), f"{said} {self.file}", ""]
        if self.local_state:
            lines += ["The state is still a local file; the first command moves it into the bucket."]
        return "\n".join([*lines, "Next:", *(f"  {command}" for command in self.next_commands)])


def make_bucket(name: str, region: str, buckets: Buckets) -> Bucket:
    """A bucket that is fit for state; where it was there already, it is made so."""
    return Bucket(name, region, created=buckets.create_state_bucket(name))


def add_state(
    file: Path, name: str, region: str | None, environment: Mapping[str, str], buckets_in: Callable[[str], Buckets]
) -> StateAdded:
    """Gives a project that is there already a bucket for its state."""
    config = load(file, environment)
    terraform = stack_files.terraform_folder(config)
    said = read_file(file).get("state")
    if said is not None and config.state and config.state.bucket != name:
        raise Refused(
            f"this project keeps its state in the bucket {config.state.bucket} already",
            where=f"{file}: state.bucket",
            next_step="change the name there, then move the state: `terraform -chdir=terraform init -migrate-state`",
        )
    home = region or (config.state.region if config.state else None) or config.project.region
    elsewhere = {} if home == config.project.region else {"region": home}
    check({**read_file(file), "state": {"bucket": name, **elsewhere}}, OPTIONS)
    buckets = buckets_in(home)
    stack.refuse_another_account(config, buckets.account)
    bucket = make_bucket(name, home, buckets)
    if said is None:
        text = blueprint.with_state(file.read_text(encoding="utf-8"), name, elsewhere.get("region"))
        write_atomically(file, text, mode=file.stat().st_mode & 0o777)
    # The backend's settings as well, so that the command which moves the state finds them.
    stack_files.write_variables(load(file, environment), terraform)
    return StateAdded(
        file.name, bucket, changed=said is None, local_state=_local_state(terraform, environment).exists()
    )


def _local_state(terraform: Path, environment: Mapping[str, str]) -> Path:
    """Where Terraform keeps the state of this workspace without a backend."""
    workspace = environment.get("TF_WORKSPACE") or "default"
    folder = terraform if workspace == "default" else terraform / "terraform.tfstate.d" / workspace
    return folder / "terraform.tfstate"
