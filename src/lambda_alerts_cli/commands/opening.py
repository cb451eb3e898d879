"""Opens a project: the configuration, and the adapters that act on what it describes."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lambda_alerts_cli.adapters.process import Processes
from lambda_alerts_cli.errors import Missing
from lambda_alerts_cli.stack_files import terraform_folder
from lambda_alerts_cli.surroundings import Surroundings

if TYPE_CHECKING:
    from lambda_alerts_cli.adapters.aws import Aws
    from lambda_alerts_cli.adapters.aws_muting import Muting
    from lambda_alerts_cli.adapters.docker import Docker
    from lambda_alerts_cli.adapters.terraform import Terraform
    from lambda_alerts_cli.config import Config
    from lambda_alerts_cli.docker_images import BaseIdentity
    from lambda_alerts_cli.progress import Report
    from lambda_alerts_cli.stack import Applied

WORKSHOP = ".lambda-alerts"  # beside the configuration: logs, and plans while they are looked at
TEST_LOCK = "test-failure.lock"


@dataclass(frozen=True)
class Project:
    """A project and the tools to work on it; each is made when it is first asked for."""

    config: "Config"
    surroundings: Surroundings
    processes: Processes

    @property
    def workshop(self) -> Path:
        """The folder for logs and passing files."""
        return self.config.folder / WORKSHOP

    @property
    def logs(self) -> Path:
        """Where the output of other programs lies while they run, and after they failed."""
        return self.workshop / "logs"

    def terraform(self, processes: Processes | None = None) -> "Terraform":
        """Terraform in the project's stack."""
        from lambda_alerts_cli.adapters.terraform import Terraform

        return Terraform(terraform_folder(self.config), processes or self.processes, self.logs)

    def aws(self) -> "Aws":
        """AWS in the project's region."""
        from lambda_alerts_cli.adapters.aws import Aws

        return Aws(self.config.project.region, self.surroundings.environment)

    def docker(self) -> "Docker":
        """The container engine."""
        from lambda_alerts_cli.adapters.docker import Docker

        return Docker.connect(self.surroundings.environment, self.processes)

    def base_identity(self) -> "BaseIdentity":
        """What tells how base images are now; where no engine answers, nobody can tell."""
        try:
            return self.docker().base_identity
        except Missing:
            return lambda reference: None


def open_project(config: "Config", surroundings: Surroundings) -> Project:
    """The project of a configuration."""
    # Terraform and boto3 must mean the same region, whatever the shell says.
    region = {"AWS_REGION": config.project.region, "AWS_DEFAULT_REGION": config.project.region}
    return Project(config, surroundings, Processes({**surroundings.environment, **region}))


def muting(project: Project, aws: "Aws") -> "Callable[[Applied], Muting]":
    """What mutes a stack's alarms; made before `aws` sends its first request, as it reads the time from the answers."""
    from lambda_alerts_cli.adapters.aws_muting import Muting
    from lambda_alerts_cli.adapters.aws_time import AwsTime

    clock = AwsTime(aws, project.surroundings.sandbox_speed or 1.0)
    return lambda applied: Muting(aws.client, clock.now, applied.unmute_role)


def putting_back(project: Project, aws: "Aws") -> "Callable[[Iterable[str], Report], tuple[str, ...]]":
    """What puts back the switches that a killed `test-failure` has left; made before `aws` sends its first request."""
    from lambda_alerts_cli.adapters.aws_switches import Switches
    from lambda_alerts_cli.adapters.aws_time import AwsTime
    from lambda_alerts_cli.forced import put_back_leftovers
    from lambda_alerts_cli.run_lock import RunLock

    lock = RunLock(project.workshop / TEST_LOCK)
    board = Switches(aws, AwsTime(aws, project.surroundings.sandbox_speed or 1.0))
    return lambda functions, report: put_back_leftovers(functions, board, lock.place, lock.is_held, report)


def asking(surroundings: Surroundings, *, as_json: bool) -> Callable[[str], bool]:
    """Puts a question on stderr that only "yes" answers; where nobody sees what it is about, the answer is no."""

    def ask(question: str) -> bool:
        if not surroundings.interactive or as_json:
            return False
        answer: str = click.prompt(f'{question} Type "yes" to go on', default="no", show_default=False, err=True)
        return answer.strip().lower() == "yes"

    return ask
