"""A project and its sandbox, driven by the real command as a user would drive it."""

import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3

CLI = [sys.executable, "-m", "lambda_alerts_cli"]
# Longer than anything that works takes; a test that hangs says so.
PATIENCE = 300


@dataclass(frozen=True)
class Answer:
    """How a command ended."""

    code: int
    stdout: str
    stderr: str

    def document(self) -> dict[str, Any]:
        return json.loads(self.stdout)

    def result(self) -> dict[str, Any]:
        return self.document()["result"]


class Ground:
    """A folder with a project in it, and the sandbox that belongs to it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @classmethod
    def with_new_project(cls, folder: Path, *options: str) -> "Ground":
        given = (
            "--name",
            "demo",
            "--region",
            "ap-northeast-1",
            "--slack-workspace",
            "T0ABCDEF",
            "--slack-channel",
            "C0GHJKLMN",
        )
        ground = cls(folder)
        ground.must("init", str(folder), *given, *options, at=folder.parent)
        return ground

    def run(self, *arguments: str, at: Path | None = None, **changed: str | None) -> Answer:
        """Runs the command line, with an environment that differs in `changed`."""
        done = subprocess.run(
            [*CLI, *arguments],
            cwd=at or self.folder,
            env=environment(**changed),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
        assert "Traceback (most recent call last)" not in done.stderr, done.stderr
        return Answer(done.returncode, done.stdout, done.stderr)

    def must(self, *arguments: str, at: Path | None = None, **changed: str | None) -> Answer:
        """Runs the command line, which has to succeed."""
        answer = self.run(*arguments, at=at, **changed)
        assert answer.code == 0, f"{arguments} ended with {answer.code}\n{answer.stdout}\n{answer.stderr}"
        return answer

    def inside(self, *program: str, **changed: str | None) -> Answer:
        """Runs a program in the sandbox's environment."""
        return self.run("sandbox", "exec", "--", *program, **changed)

    def tool(self, *arguments: str, **changed: str | None) -> Answer:
        """Runs lambda-alerts in the sandbox's environment."""
        return self.inside(*CLI, *arguments, **changed)

    def tool_must(self, *arguments: str, **changed: str | None) -> Answer:
        """Runs lambda-alerts in the sandbox's environment, where it has to succeed."""
        answer = self.tool(*arguments, **changed)
        assert answer.code == 0, f"{arguments} ended with {answer.code}\n{answer.stdout}\n{answer.stderr}"
        return answer

    def start(self, *arguments: str, **changed: str | None) -> "subprocess.Popen[str]":
        """Starts lambda-alerts in the sandbox's environment, in a process group of its own that can be killed."""
        return subprocess.Popen(
            [*CLI, "sandbox", "exec", "--", *CLI, *arguments],
            cwd=self.folder,
            env=environment(**changed),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def edit(self, file: str, old: str, new: str) -> None:
        path = self.folder / file
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{old!r} is not in {file}"
        path.write_text(text.replace(old, new), encoding="utf-8")

    @property
    def endpoint(self) -> str:
        return json.loads((self.folder / ".lambda-alerts/sandbox.json").read_text(encoding="utf-8"))["endpoint"]

    def client(self, service: str) -> Any:
        return boto3.client(
            service,
            endpoint_url=self.endpoint,
            region_name="ap-northeast-1",
            aws_access_key_id="sandbox",
            aws_secret_access_key="sandbox",
        )


def kill_group(process: "subprocess.Popen[str]") -> None:
    """Ends a process and all its children as a power cut would."""
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def environment(**changed: str | None) -> dict[str, str]:
    """This process's environment without anybody's AWS settings."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "LAMBDA_ALERTS_"))}
    clean |= {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{clean['PATH']}"}
    return {name: value for name, value in {**clean, **changed}.items() if value is not None}


def everything(ground: Ground) -> dict[str, list[str]]:
    """The names of all that stands in the sandbox, by kind."""
    ecr, iam, functions, logs = (ground.client(name) for name in ("ecr", "iam", "lambda", "logs"))
    cloudwatch, events, sns, sqs = (ground.client(name) for name in ("cloudwatch", "events", "sns", "sqs"))
    stacks, kms = ground.client("cloudformation"), ground.client("kms")
    names = [row["FunctionName"] for row in functions.list_functions()["Functions"]]
    found = {
        "repositories": [row["repositoryName"] for row in ecr.describe_repositories()["repositories"]],
        "roles": [row["RoleName"] for row in iam.list_roles()["Roles"]],
        "policies": [row["PolicyName"] for row in iam.list_policies(Scope="Local")["Policies"]],
        "functions": names,
        "aliases": [
            f"{name}:{row['Name']}" for name in names for row in functions.list_aliases(FunctionName=name)["Aliases"]
        ],
        "log groups": [row["logGroupName"] for row in logs.describe_log_groups()["logGroups"]],
        "metric filters": [row["filterName"] for row in logs.describe_metric_filters()["metricFilters"]],
        "alarms": [row["AlarmName"] for row in cloudwatch.describe_alarms()["MetricAlarms"]],
        "rules": [row["Name"] for row in events.list_rules()["Rules"]],
        "topics": [row["TopicArn"] for row in sns.list_topics()["Topics"]],
        "queues": sqs.list_queues().get("QueueUrls", []),
        "stacks": [
            row["StackName"]
            for row in stacks.list_stacks()["StackSummaries"]
            if row["StackStatus"] != "DELETE_COMPLETE"
        ],
        "keys": [row["KeyId"] for row in kms.list_keys()["Keys"]],
    }
    return {kind: sorted(values) for kind, values in found.items() if values}
