"""A project and its sandbox, driven by the real command as a user would drive it."""

import functools
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import boto3

from tests.e2e.running import Answer, Running

CLI = [sys.executable, "-m", "lambda_alerts_cli"]
# Longer than anything that works takes; a test that hangs says so.
PATIENCE = 300
REGION = "ap-northeast-1"
# A lock file with hashes makes every Terraform read 700 MB of provider, which is a fifth of a plan.
WITHOUT_HASHES: dict[str, str | None] = {"TF_CLI_ARGS_init": "-lockfile=readonly"}
OF_USERS: dict[str, str | None] = {"TF_CLI_ARGS_init": None}  # for a folder that has no such lock file
STACK = Path(__file__).parents[2] / "terraform"
SLACK = ("--slack-workspace", "T0ABCDEF", "--slack-channel", "C0GHJKLMN")


@dataclass(frozen=True)
class Ground:
    """A folder with a project in it, and the sandbox that belongs to it."""

    folder: Path
    inner: tuple[str, ...] = ()  # what `env` changes inside the sandbox's environment
    quick: bool = False  # leaves out what every command does again: Terraform's hashes, asking for the environment

    @classmethod
    def with_new_project(cls, folder: Path, *options: str, slack: bool = True, quick: bool = True) -> "Ground":
        given = ("--name", "demo", "--region", REGION, *(SLACK if slack else ()))
        ground = cls(folder, quick=quick)
        ground.must("init", str(folder), *given, *options, at=folder.parent)
        if quick:
            (folder / "terraform/.terraform.lock.hcl").write_text(lock_without_hashes(), encoding="utf-8")
        return ground

    def where(self, **changed: str | None) -> "Ground":
        """The same ground, where the sandbox's environment differs in `changed`."""
        unset = [part for name, value in changed.items() if value is None for part in ("-u", name)]
        given = [f"{name}={value}" for name, value in changed.items() if value is not None]
        return replace(self, inner=("env", *unset, *given))

    def run(self, *arguments: str, at: Path | None = None, patience: float = PATIENCE, **changed: str | None) -> Answer:
        """Runs the command line, with an environment that differs in `changed`."""
        return _ran([*CLI, *arguments], at or self.folder, self.environment(**changed), patience)

    def must(self, *arguments: str, at: Path | None = None, **changed: str | None) -> Answer:
        """Runs the command line, which has to succeed."""
        return _succeeded(arguments, self.run(*arguments, at=at, **changed))

    def inside(self, *program: str, patience: float = PATIENCE, **changed: str | None) -> Answer:
        """Runs a program in the sandbox's environment."""
        if self.quick:
            return _ran([*self.inner, *program], self.folder, self.within(**changed), patience)
        return self.run("sandbox", "exec", "--", *self.inner, *program, patience=patience, **changed)

    def tool(self, *arguments: str, patience: float = PATIENCE, **changed: str | None) -> Answer:
        """Runs lambda-alerts in the sandbox's environment."""
        return self.inside(*CLI, *arguments, patience=patience, **changed)

    def tool_must(self, *arguments: str, **changed: str | None) -> Answer:
        """Runs lambda-alerts in the sandbox's environment, where it has to succeed."""
        return _succeeded(arguments, self.tool(*arguments, **changed))

    def terraform(self, *arguments: str) -> Answer:
        """Runs Terraform by hand in the sandbox's environment."""
        return self.inside("terraform", "-chdir=terraform", *arguments)

    def start(self, *arguments: str, **changed: str | None) -> Running:
        """Starts lambda-alerts in the sandbox's environment, in a session of its own that can be killed."""
        command = [*CLI, "sandbox", "exec", "--", *self.inner, *CLI, *arguments]
        return Running(command, self.folder, self.environment(**changed))

    def within(self, **changed: str | None) -> dict[str, str]:
        """The sandbox's environment, as `sandbox exec` makes it: asked for once for each sandbox."""
        return dict(_within(self, self.endpoint, frozenset(changed.items())))

    def environment(self, **changed: str | None) -> dict[str, str]:
        """That of its commands, outside of the sandbox."""
        return environment(**{**(WITHOUT_HASHES if self.quick else {}), **changed})

    def edit(self, file: str, old: str, new: str) -> None:
        path = self.folder / file
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{old!r} is not in {file}"
        path.write_text(text.replace(old, new), encoding="utf-8")

    @property
    def sandbox(self) -> dict[str, Any]:
        return json.loads((self.folder / ".lambda-alerts/sandbox.json").read_text(encoding="utf-8"))

    @property
    def endpoint(self) -> str:
        return self.sandbox["endpoint"]

    @property
    def state_file(self) -> Path:
        return self.folder / f"terraform/terraform.tfstate.d/sandbox-{self.sandbox['id']}/terraform.tfstate"

    @property
    def noted(self) -> frozenset[str]:
        """The types of the resources in Terraform's local state."""
        text = self.state_file.read_text(encoding="utf-8") if self.state_file.exists() else ""
        # Before it has noted anything, an apply keeps an empty file locked.
        rows = json.loads(text)["resources"] if text else ()
        # What an apply was about to make when it was killed may stand there, without any instance.
        return frozenset(row["type"] for row in rows if row["mode"] == "managed" and row["instances"])

    @property
    def leftovers(self) -> list[str]:
        """What a run that ended well does not leave: plans with values in the clear, and orders for one apply."""
        found = (*self.folder.glob(".lambda-alerts/plan-*"), self.folder / "terraform/adopt.tf.json")
        return [str(path.relative_to(self.folder)) for path in found if path.exists()]

    def client(self, service: str, region: str = REGION, **options: Any) -> Any:
        return boto3.client(
            service,
            endpoint_url=self.endpoint,
            region_name=region,
            aws_access_key_id="sandbox",
            aws_secret_access_key="sandbox",
            **options,
        )


@functools.cache
def _within(ground: Ground, endpoint: str, changed: frozenset[tuple[str, str | None]]) -> tuple[tuple[str, str], ...]:
    told = "import json, os; print(json.dumps(dict(os.environ)))"
    shown = ground.must("sandbox", "exec", "--", sys.executable, "-c", told, **dict(changed)).stdout
    return tuple(json.loads(shown).items())


def _ran(command: list[str], folder: Path, within: dict[str, str], patience: float) -> Answer:
    done = subprocess.run(
        command, cwd=folder, env=within, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=patience
    )
    assert "Traceback (most recent call last)" not in done.stderr, done.stderr
    return Answer(done.returncode, done.stdout, done.stderr)


@functools.cache
def lock_without_hashes() -> str:
    """The provider that Terraform would take, so that it stays that one, but for what a lock file is there for."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(STACK / "versions.tf", folder)
        command = ["terraform", f"-chdir={folder}", "init", "-input=false", "-no-color"]
        subprocess.run(command, check=True, env=environment(), stdout=subprocess.DEVNULL)
        locked = (Path(folder) / ".terraform.lock.hcl").read_text(encoding="utf-8")
    return re.sub(r"\n  hashes = \[.*?\n  \]", "", locked, flags=re.DOTALL)


@contextmanager
def small_project(folder: Path) -> Iterator[Ground]:
    """A project without a channel, in a running sandbox: most of the waiting is for what stands behind one."""
    made = Ground.with_new_project(folder, slack=False)
    made.edit("lambda-alerts.toml", '["sync", "async"]', '["sync"]')
    made.must("sandbox", "up")
    yield made
    made.must("sandbox", "down")


def _succeeded(arguments: tuple[str, ...], answer: Answer) -> Answer:
    assert answer.code == 0, f"{arguments} ended with {answer.code}\n{answer.stdout}\n{answer.stderr}"
    return answer


def environment(**changed: str | None) -> dict[str, str]:
    """This process's environment without anybody's AWS settings."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "LAMBDA_ALERTS_"))}
    clean |= {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{clean['PATH']}"}
    return {name: value for name, value in {**clean, **changed}.items() if value is not None}


def settled(ground: Ground) -> None:
    """Nothing is left to do, and nothing of the way there is left."""
    plan = ground.terraform("plan", "-detailed-exitcode", "-input=false", "-no-color")
    assert plan.code == 0, plan.stdout + plan.stderr
    assert ground.leftovers == []


def everything(ground: Ground) -> dict[str, list[str]]:
    """All that stands in the sandbox, by kind, named so that two sandboxes can be compared."""
    ecr, iam, functions, logs = (ground.client(name) for name in ("ecr", "iam", "lambda", "logs"))
    cloudwatch, events, sns, sqs = (ground.client(name) for name in ("cloudwatch", "events", "sns", "sqs"))
    stacks, kms = ground.client("cloudformation"), ground.client("kms")
    names = [row["FunctionName"] for row in functions.list_functions()["Functions"]]
    roles = [row["RoleName"] for row in iam.list_roles()["Roles"]]
    rules = [row["Name"] for row in events.list_rules()["Rules"]]
    repositories = [row["repositoryName"] for row in ecr.describe_repositories()["repositories"]]
    found = {
        "repositories": repositories,
        "images": [
            f"{name}:{row['imageTag']}"
            for name in repositories
            for row in ecr.list_images(repositoryName=name)["imageIds"]
            if "imageTag" in row
        ],
        "roles": roles,
        "permissions": [
            f"{role}: {policy}"
            for role in roles
            for policy in (
                *iam.list_role_policies(RoleName=role)["PolicyNames"],
                *(row["PolicyName"] for row in iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]),
            )
        ],
        "policies": [row["PolicyName"] for row in iam.list_policies(Scope="Local")["Policies"]],
        "functions": names,
        "versions": [
            f"{name}:{row['Version']}"
            for name in names
            for row in functions.list_versions_by_function(FunctionName=name)["Versions"]
        ],
        "aliases": [
            f"{name}:{row['Name']}={row['FunctionVersion']}"
            for name in names
            for row in functions.list_aliases(FunctionName=name)["Aliases"]
        ],
        "log groups": [row["logGroupName"] for row in logs.describe_log_groups()["logGroups"]],
        "metric filters": [row["filterName"] for row in logs.describe_metric_filters()["metricFilters"]],
        "alarms": [row["AlarmName"] for row in cloudwatch.describe_alarms()["MetricAlarms"]],
        "rules": rules,
        "targets": [
            f"{rule}: {row['Arn']}" for rule in rules for row in events.list_targets_by_rule(Rule=rule)["Targets"]
        ],
        "topics": [row["TopicArn"] for row in sns.list_topics()["Topics"]],
        "queues": [url.rpartition("/")[2] for url in sqs.list_queues().get("QueueUrls", [])],
        "stacks": [
            row["StackName"]
            for row in stacks.list_stacks()["StackSummaries"]
            if row["StackStatus"] != "DELETE_COMPLETE"
        ],
        "keys": [
            about["Description"]
            for row in kms.list_keys()["Keys"]
            if (about := kms.describe_key(KeyId=row["KeyId"])["KeyMetadata"])["KeyState"] == "Enabled"
        ],
        "names of keys": [
            row["AliasName"]
            for row in kms.list_aliases()["Aliases"]
            if not row["AliasName"].startswith("alias/aws/")  # AWS's own
        ],
    }
    return {kind: sorted(values) for kind, values in found.items() if values}
