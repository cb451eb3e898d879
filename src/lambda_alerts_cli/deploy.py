"""From the configuration to a running, alerting stack: the five steps of `deploy`."""

import threading
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from lambda_alerts_cli import changes, stack, stack_files
from lambda_alerts_cli.builds import ImageMaker, make_images, needed_images
from lambda_alerts_cli.changes import Ask, Consent, Prepared
from lambda_alerts_cli.checks import Checks
from lambda_alerts_cli.errors import Failed
from lambda_alerts_cli.guess import Guess
from lambda_alerts_cli.mutes import StillMuted
from lambda_alerts_cli.parallel import side_by_side
from lambda_alerts_cli.progress import Caution, Report, Step, Task
from lambda_alerts_cli.stack import ALIAS, Applied
from lambda_alerts_cli.tables import table

if TYPE_CHECKING:
    from lambda_alerts_cli.adapters.aws import Aws
    from lambda_alerts_cli.adapters.aws_ownership import Ownership
    from lambda_alerts_cli.adapters.terraform import Terraform
    from lambda_alerts_cli.config import Config, Function


@dataclass(frozen=True)
class Cloud:
    """AWS: what stands there, and whose it is."""

    aws: "Aws"
    ownership: "Ownership"
    # The switches of a test that was killed: a plan would see them as a difference, and publish a version without them.
    put_back: Callable[[Iterable[str], Report], tuple[str, ...]] = lambda functions, report: ()


@dataclass(frozen=True)
class Tools:
    """What a deploy acts through."""

    terraform: "Terraform"
    guessing: "Terraform"  # the same stack, for a plan that may be broken off without ending anything else
    make_cloud: "Callable[[], Cloud]"
    make_maker: Callable[[], ImageMaker]
    report: Report
    ask: Ask
    stop: threading.Event
    interactive: bool
    program: str = "lambda-alerts"  # how the next command has to be typed

    @cached_property
    def cloud(self) -> "Cloud":
        """AWS, when it is first needed: what speaks to it takes as long to import as a tenth of a plan."""
        return self.make_cloud()


@dataclass(frozen=True)
class DeployedFunction:
    """A function that is active, and what it runs."""

    name: str
    full_name: str
    version: str
    digest: str
    built: bool


@dataclass(frozen=True)
class Deployed:
    """What stands after a deploy."""

    project: str
    account: str
    region: str
    changed: bool
    functions: tuple[DeployedFunction, ...]
    alarms: int
    channel: str | None
    next_commands: tuple[str, ...]
    muted: tuple[StillMuted, ...] = ()

    def as_dict(self) -> dict[str, object]:
        """The values for machines."""
        return asdict(self)

    def as_text(self) -> str:
        """The words for people."""
        rows = [
            (row.full_name, row.version, row.digest[:19], "built" if row.built else "unchanged")
            for row in self.functions
        ]
        headline = "Deployed" if self.changed else "Nothing had changed in"
        heard = f"alerts go to Slack channel {self.channel}" if self.channel else "no Slack channel hears the alarms"
        return "\n".join(
            (
                f"{headline} {self.project} (account {self.account}, {self.region}): {self.alarms} alarms, {heard}.",
                "",
                table(("FUNCTION", "LIVE", "IMAGE", ""), rows),
                "",
                *self._muted_text(),
                "Next:",
                *(f"  {command}" for command in self.next_commands),
            )
        )

    def _muted_text(self) -> tuple[str, ...]:
        if not self.muted:
            return ()
        return (
            *(f"{row.function} stays muted until {row.until}." for row in self.muted),
            "Alarms see a deploy's failures minutes later. Earlier: lambda-alerts unmute FUNCTION",
            "",
        )


def deploy(config: "Config", tools: Tools, consent: Consent, scratch: Path) -> Deployed:
    """Brings AWS to what the configuration and the sources say; safe to repeat from wherever it was interrupted."""
    tools.report(Step("Check tools, credentials and place"))
    stack_files.prepare_folder(config, tools.terraform.folder)
    with Checks(tools.terraform.outputs, lambda: tools.cloud.aws.identity().account, tools.make_maker) as checks:
        before = checks.applied()
        with _guess(config, tools, before, scratch) as guess:
            checks.ask()
            account, maker = checks.account(), checks.maker()
            stack.settle(config, before, tools.terraform, account)
            _tell_place(config, account, tools.report)
            if tools.cloud.put_back([function.name for function in before.functions.values()], tools.report):
                guess.give_up()
            if not config.functions.keys() <= before.repositories.keys():
                before = _create_registries(config, tools, before, consent, scratch)
                consent = replace(consent, changes=True)  # asked once: the functions belong to the same wish
            built, digests = _images(config, tools, before, maker, guess)
            tools.report(Step("Plan"))
            prepared = _told(lambda: guess.plan_for(digests) or _plan(config, tools, digests, scratch), tools.report)
    now = _apply(prepared, before, tools, consent)
    tools.report(Step("Verify"))
    _verify(tuple(config.functions.values()), now, tools)
    return _deployed(config, now, digests, built, tools.program, changed=prepared.summary is not None)


def _guess(config: "Config", tools: Tools, applied: Applied, scratch: Path) -> Guess:
    """A plan for the images that run now, begun if all functions have one and the stack stands where it is meant."""
    kept = stack.kept_digests(config, applied)
    guess = Guess(kept, lambda: _plan(config, tools, kept, scratch, guess=True), tools.guessing.processes.stop)
    # In another region nothing is found, for which the provider looks long, and it is refused anyhow.
    if kept.keys() == config.functions.keys() and applied.region == config.project.region:
        guess.begin()
    return guess


def _create_registries(config: "Config", tools: Tools, before: Applied, consent: Consent, scratch: Path) -> Applied:
    """Applies the stack without the functions that have no image yet, because an image needs its repository."""
    tools.report(Step("Create the registries"))
    kept = stack.kept_digests(config, before)
    return _apply(_told(lambda: _plan(config, tools, kept, scratch), tools.report), before, tools, consent)


def _images(
    config: "Config", tools: Tools, applied: Applied, maker: ImageMaker, guess: Guess
) -> tuple[frozenset[str], dict[str, str]]:
    """The functions whose images were built, and the digests of all."""
    needed = needed_images(tuple(config.functions.values()), maker, tools.cloud.aws, tools.stop)
    if needed.missing:
        guess.give_up()
        tools.report(Step("Build images"))
    for name in sorted(needed.pushed):
        tools.report(Task(f"image {name}", f"{name}: image is up to date", "skipped"))
    digests = make_images(needed, applied.repositories, maker, tools.cloud.aws, tools.report, tools.stop)
    return frozenset(digests.keys() - needed.pushed.keys()), digests


def _tell_place(config: "Config", account: str, report: Report) -> None:
    report(Task("place", f"account {account}, {config.project.region}", "done"))
    if config.slack is None:
        report(Caution("no [slack] in the configuration: alarms end at the topic and nobody hears them"))


def _plan(
    config: "Config", tools: Tools, digests: Mapping[str, str], scratch: Path, *, guess: bool = False
) -> Prepared:
    terraform = tools.guessing if guess else tools.terraform
    saved = scratch / ("guess.tfplan" if guess else "change.tfplan")
    return changes.prepare(
        terraform, lambda row: tools.cloud.ownership.owner_of(row), config.project.name, digests, saved, tools.report
    )


def _told(make_plan: Callable[[], Prepared], report: Report) -> Prepared:
    """Makes a plan, and shows that it is being made: it takes most of the time of a deploy without changes."""
    report(Task("plan", "terraform plan", "started"))
    prepared = make_plan()
    report(Task("plan", "terraform plan", "done", "" if prepared.summary else "nothing changes"))
    return prepared


def _apply(prepared: Prepared, applied: Applied, tools: Tools, consent: Consent) -> Applied:
    """Shows, asks and applies; returns what stands then."""
    if prepared.summary is None:
        return applied
    changes.show(prepared.summary, tools.report)
    changes.allow(prepared, consent, tools.ask, interactive=tools.interactive)
    tools.report(Step("Apply"))
    changes.apply(tools.terraform, prepared, tools.report)
    now = Applied.of(tools.terraform.outputs())
    stack_files.write_digests(tools.terraform.folder, tools.terraform.workspace, now.digests)
    return now


def _verify(functions: "tuple[Function, ...]", applied: Applied, tools: Tools) -> None:
    """Waits until every function is active and updated, and tries those that say how."""

    def ready(function: "Function") -> None:
        row = applied.functions[function.name]
        tools.report(Task(row.name, f"{row.name}: version {row.version}", "started"))
        tools.cloud.aws.wait_until_ready(row.name, row.version, tools.stop)
        if function.smoke_event is not None:
            _smoke(function, tools)
        tools.report(Task(row.name, f"{row.name}: version {row.version} is active", "done"))

    by_name = {function.name: function for function in functions}
    side_by_side(lambda name: ready(by_name[name]), by_name, stop=tools.stop)


def _smoke(function: "Function", tools: Tools) -> None:
    answer = tools.cloud.aws.invoke(function.full_name, ALIAS, function.smoke_event, timeout=function.timeout)
    if answer.error:
        raise Failed(
            f"{function.full_name} is deployed, but its smoke event fails: {answer.payload[:500]}",
            where=f"functions.{function.name}.smoke_event",
            next_step=f"`lambda-alerts invoke {function.name}` shows the log; correct the function and deploy again",
        )


def _deployed(
    config: "Config", now: Applied, digests: Mapping[str, str], built: Collection[str], program: str, *, changed: bool
) -> Deployed:
    return Deployed(
        project=config.project.name,
        account=now.account or "",
        region=config.project.region,
        changed=changed,
        functions=tuple(
            DeployedFunction(name, row.name, row.version, digests[name], name in built)
            for name, row in sorted(now.functions.items())
        ),
        alarms=len(now.all_alarms),
        channel=now.channel["channel"] if now.channel else None,
        next_commands=(f"{program} invoke {min(config.functions)}", f"{program} status"),
    )
