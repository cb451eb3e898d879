"""What a killed apply has left behind: created in AWS, but not noted in the state; decides what is taken over."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from lambda_alerts_cli.errors import Refused
from lambda_alerts_cli.plans.words import RESOURCES

# Resource type → the planned values that make its name. These are the types whose second creation fails, makes a
# second one (a key), or silently takes over what somebody else has made (a topic, a queue). AWS puts all the others
# of the modules in their place again when they are there already, without an error and without a difference:
# lifecycle and repository policies, role policies and attachments, topic policies, retry settings, metric filters,
# alarms, rules and targets.
NAMES: Mapping[str, tuple[str, ...]] = {
    "aws_cloudformation_stack": ("name",),
    "aws_cloudwatch_log_group": ("name",),
    "aws_ecr_repository": ("name",),
    "aws_iam_policy": ("name",),
    "aws_iam_role": ("name",),
    "aws_kms_alias": ("name",),
    "aws_kms_key": ("description",),  # a key has no name; the modules describe each differently
    "aws_lambda_alias": ("function_name", "name"),
    "aws_lambda_function": ("function_name",),
    "aws_sns_topic": ("name",),
    "aws_sqs_queue": ("name",),
}

# The module that does not stand in the project's region, and where it stands: the metrics of Amazon Q are in us-east-1
# only, and an alarm's topic lies where the alarm does.
ELSEWHERE: Mapping[str, str] = {"module.delivery_topic": "us-east-1"}


@dataclass(frozen=True)
class Candidate:
    """A resource that Terraform plans to create, and the id it would be imported by."""

    address: str
    type: str
    name: str
    import_id: str
    region: str | None = None  # where it is not the project's


@dataclass(frozen=True)
class Owner:
    """Whether a resource is there already, which project it belongs to, and its id where that is not its name."""

    exists: bool = False
    project: str | None = None
    import_id: str | None = None


NOBODY = Owner()


def candidates(plan: Mapping[str, Any]) -> tuple[Candidate, ...]:
    """The planned creations that may be there already."""
    found = (
        _candidate(row)
        for row in plan.get("resource_changes", ())
        if row["mode"] == "managed" and row["change"]["actions"] == ["create"]
    )
    return tuple(sorted((one for one in found if one is not None), key=lambda candidate: candidate.address))


def ours(owners: Mapping[Candidate, Owner], project: str) -> tuple[Candidate, ...]:
    """The candidates that this project has created; refuses when one belongs to somebody else."""
    there = {candidate: owner for candidate, owner in owners.items() if owner.exists}
    foreign = [candidate for candidate, owner in there.items() if owner.project != project]
    if foreign:
        names = ", ".join(f"{_words(candidate)} {candidate.name}" for candidate in foreign)
        raise Refused(
            f"in the account already, and not made by the project {project}: {names}",
            next_step="choose another project.name or function name; what is meant to be managed here from now on,\n"
            f"tag it lambda-alerts:project={project} and run the same command again",
        )
    return tuple(
        replace(candidate, import_id=owner.import_id or candidate.import_id) for candidate, owner in there.items()
    )


def import_blocks(adopted: tuple[Candidate, ...]) -> dict[str, Any]:
    """The import blocks for them, as a file of HCL's JSON syntax."""
    return {"import": [{"to": candidate.address, "id": candidate.import_id} for candidate in adopted]}


def _candidate(row: Mapping[str, Any]) -> Candidate | None:
    fields = NAMES.get(row["type"])
    values = row["change"]["after"] or {}
    if fields is None or any(values.get(field) is None for field in fields):
        return None
    name = "/".join(values[field] for field in fields)
    region = next((place for module, place in ELSEWHERE.items() if row["address"].startswith(module)), None)
    return Candidate(row["address"], row["type"], name, import_id=name, region=region)


def _words(candidate: Candidate) -> str:
    return RESOURCES[candidate.type].name
