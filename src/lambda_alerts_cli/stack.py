"""The stack as Terraform's state knows it: what was applied last, and whether it is the stack that is meant."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from lambda_alerts_cli.errors import Refused
from lambda_alerts_cli.proof.arrangement import AMAZON_Q_REGION
from lambda_alerts_cli.stack_files import prepare_folder, write_digests

if TYPE_CHECKING:
    from lambda_alerts_cli.config import Config

ALIAS = "live"  # what callers invoke, in terraform/modules/function
WITHOUT_AMAZON_Q_REGION = ("cn-", "us-gov-")  # partitions that have no such region


class Stack(Protocol):
    """The stack's folder and state, as `adapters.terraform` opens them."""

    folder: Path

    @property
    def workspace(self) -> str:
        """The workspace whose state is meant."""

    def outputs(self) -> dict[str, Any]:
        """The values that the root stack gives out; empty before the first apply."""


@dataclass(frozen=True)
class AppliedFunction:
    """A function as the last apply left it."""

    name: str
    arn: str
    version: str
    alias: str
    image: str


@dataclass(frozen=True)
class AppliedAlarm:
    """An alarm as the catalogue in terraform/modules/alarms describes it; `function` is empty for the way itself."""

    function: str
    name: str
    severity: str
    speaker: str | None  # the alarm that sends its messages, where it does not do so itself
    covers: str
    fires: str
    quiet: str
    next: str
    window: str | None
    dollars: float
    row: str = ""  # of the catalogue: mostly a key of `[functions.<name>.alarms]`

    @classmethod
    def of(cls, function: str, row: Mapping[str, Any]) -> "AppliedAlarm":
        """Reads a row of the output `coverage`."""
        texts = {key: str(row[key]) for key in ("name", "severity", "covers", "fires", "quiet", "next")}
        return cls(
            function,
            speaker=row["speaker"],
            window=row["window"],
            dollars=float(row["dollars"]),
            row=row.get("row") or "",
            **texts,
        )


@dataclass(frozen=True)
class Uncovered:
    """A failure of a function that no alarm watches."""

    function: str
    row: str
    covers: str
    why: str


@dataclass(frozen=True)
class Dashboards:
    """The dashboards by function, and what they cost."""

    urls: Mapping[str, str] = field(default_factory=dict)
    usd: float = 0.0  # a month for each, beyond …
    free: int = 0  # … those that an account has for nothing


@dataclass(frozen=True)
class Applied:
    """What the state says: nothing at all before the first apply."""

    account: str | None = None
    region: str | None = None
    language: str = "en"  # of the alerts, and so of every text that is read from here
    digests: Mapping[str, str] = field(default_factory=dict)
    repositories: Mapping[str, str] = field(default_factory=dict)
    functions: Mapping[str, AppliedFunction] = field(default_factory=dict)
    alarms: tuple[str, ...] = ()
    delivery_alarms: tuple[str, ...] = ()  # those on the channels, which are in `delivery_region`
    rules: Mapping[str, str] = field(default_factory=dict)
    stopped_rules: Mapping[str, str] = field(default_factory=dict)
    untold_rules: Mapping[str, str] = field(default_factory=dict)
    coverage: tuple[AppliedAlarm, ...] = ()
    uncovered: tuple[Uncovered, ...] = ()
    dashboards: Dashboards = field(default_factory=Dashboards)
    topic: str | None = None
    unmute_role: str | None = None  # what ends a mute where CloudWatch has no mute rules
    channel: Mapping[str, str] | None = None
    severity_channels: tuple[str, ...] = ()  # ARNs of those that show alerts of some severities only

    @property
    def all_alarms(self) -> tuple[str, ...]:
        """Those of both regions."""
        return (*self.alarms, *self.delivery_alarms)

    @property
    def delivery_region(self) -> str:
        """Where Amazon Q counts, as far as the partition has that region."""
        region = self.region or AMAZON_Q_REGION
        return region if region.startswith(WITHOUT_AMAZON_Q_REGION) else AMAZON_Q_REGION

    @classmethod
    def of(cls, outputs: Mapping[str, Any]) -> "Applied":
        """Reads the outputs of the root stack."""
        functions = {
            name: AppliedFunction(row["name"], row["arn"], str(row["version"]), row["alias"], row["image_uri"])
            for name, row in (outputs.get("functions") or {}).items()
        }
        return cls(
            account=outputs.get("account_id"),
            region=outputs.get("region"),
            language=outputs.get("language") or "en",
            digests=outputs.get("images") or {},
            repositories=outputs.get("repositories") or {},
            functions=functions,
            alarms=tuple(outputs.get("alarms") or ()),
            delivery_alarms=tuple(outputs.get("delivery_alarms") or ()),
            rules=outputs.get("rules") or {},
            stopped_rules=outputs.get("stopped_rules") or {},
            untold_rules=outputs.get("untold_rules") or {},
            coverage=tuple(
                AppliedAlarm.of(function, row)
                for function, rows in sorted((outputs.get("coverage") or {}).items(), key=lambda item: item[0] or "~")
                for row in rows
            ),
            uncovered=tuple(
                Uncovered(function, row["row"], row["covers"], row["why"])
                for function, rows in sorted((outputs.get("uncovered") or {}).items())
                for row in rows
            ),
            dashboards=Dashboards(**(outputs.get("dashboards") or {})),
            topic=outputs.get("topic_arn"),
            unmute_role=outputs.get("unmute_role_arn"),
            channel=outputs.get("channel"),
            severity_channels=tuple(row["arn"] for row in outputs.get("severity_channels") or ()),
        )

    @property
    def exists(self) -> bool:
        """Whether anything was ever applied."""
        return self.account is not None


def settle(config: "Config", applied: Applied, terraform: "Stack", account: str) -> None:
    """Makes sure that this is the stack that is meant, and notes the images that it runs."""
    refuse_another_place(config, applied, account)
    write_digests(terraform.folder, terraform.workspace, kept_digests(config, applied))


def read_applied(config: "Config", terraform: "Stack", account: str) -> Applied:
    """What the last apply left, of the stack that is meant."""
    prepare_folder(config, terraform.folder)
    applied = Applied.of(terraform.outputs())
    settle(config, applied, terraform, account)
    return applied


def kept_digests(config: "Config", applied: Applied) -> dict[str, str]:
    """The images of the functions that are configured, as they run now."""
    return {name: digest for name, digest in applied.digests.items() if name in config.functions}


def refuse_another_account(config: "Config", account: str) -> None:
    """Stops before anything is done in an account that the configuration does not mean."""
    meant = config.project.account
    if meant and meant != account:
        raise Refused(
            f"the credentials belong to account {account}, not to {meant}",
            where="project.account",
            next_step="use the credentials of the account that is meant (AWS_PROFILE), or correct project.account",
        )


def refuse_another_place(config: "Config", applied: Applied, account: str) -> None:
    """Stops before a stack of one account or region is planned away from another."""
    refuse_another_account(config, account)
    if applied.account and applied.account != account:
        raise Refused(
            f"the state describes a stack in account {applied.account}; the credentials belong to {account}",
            next_step="use the credentials of that account, or another [state] for this one",
        )
    if applied.region and applied.region != config.project.region:
        raise Refused(
            f"the stack stands in {applied.region}; the configuration says {config.project.region}",
            where="project.region",
            next_step=f"put {applied.region} back, or `lambda-alerts destroy --region {applied.region}` first",
        )
