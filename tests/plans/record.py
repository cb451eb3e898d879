"""Records what real Terraform plans for typical changes: `python -m tests.plans.record` writes tests/plans/*.json.

An AWS of moto's stands for the real one; it is applied to once and then only planned against.
"""

import copy
import json
import logging
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from moto.cloudwatch.responses import CloudWatchResponse
from moto.server import ThreadedMotoServer

HERE = Path(__file__).parent
TERRAFORM = HERE.parents[1] / "terraform"
REGION = "ap-northeast-1"
GONE = object()

ORDERS, BILLS, MAIL = (f"sha256:{digit * 64}" for digit in "123")
IMAGES = {"orders": ORDERS, "bills": BILLS}
BASE: dict[str, Any] = {
    "project": "shop",
    "region": REGION,
    "slack": {"workspace": "T0ABCDEF", "channel": "C0GHJKLMN"},
    "functions": {
        "orders": {"handler": "app.handler", "environment": {"STAGE": "prod", "TABLE": "orders"}},
        "bills": {"handler": "app.handler", "invoked": ["async"]},
    },
}

# What somebody has added to the stack by hand: an alarm whose window does not follow the timeout.
BY_HAND = {
    "by_hand.tf": """
resource "aws_cloudwatch_metric_alarm" "by_hand" {
  alarm_name          = "orders-by-hand"
  namespace           = "AWS/Lambda"
  metric_name         = "Errors"
  dimensions          = { FunctionName = "shop-orders" }
  statistic           = "Sum"
  period              = 60
  evaluation_periods  = 1
  threshold           = 0
  comparison_operator = "GreaterThanThreshold"
  alarm_actions       = [module.topic.arn]
}
"""
}
# name of the file → (what differs in the variables, the files that are written for this plan alone)
CHANGES_OF_CODE: dict[str, tuple[dict[str, Any], dict[str, str]]] = {
    "outgrown_window": ({"functions": {"orders": {"timeout": 120}}}, {}),
    "wider_permissions": (
        {},
        {
            "modules/function/wider_override.tf": """
resource "aws_iam_role_policy" "this" {
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = ["logs:CreateLogStream", "logs:PutLogEvents"], Resource = "*" },
      { Effect = "Allow", Action = "events:PutEvents", Resource = local.default_event_bus },
      { Effect = "Allow", Action = "s3:*", Resource = "*" },
    ]
  })
}
"""
        },
    ),
    "open_topic": (
        {},
        {
            "modules/topic/open_override.tf": """
resource "aws_sns_topic_policy" "this" {
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      for whoever in [{ Service = "events.amazonaws.com" }, "*"] :
      { Effect = "Allow", Principal = whoever, Action = "sns:Publish", Resource = aws_sns_topic.this.arn }
    ]
  })
}
"""
        },
    ),
    "narrower_permissions": (
        {},
        {
            "modules/function/narrower_override.tf": """
resource "aws_iam_role_policy" "this" {
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = "logs:PutLogEvents", Resource = "${aws_cloudwatch_log_group.this.arn}:*" },
      { Effect = "Allow", Action = "events:PutEvents", Resource = local.default_event_bus },
    ]
  })
}
"""
        },
    ),
    "silenced": (
        {},
        {
            "modules/failure-events/silent_override.tf": """
resource "aws_cloudwatch_event_rule" "this" {
  state = "DISABLED"
}
""",
            "modules/alarms/silent_override.tf": """
resource "aws_cloudwatch_metric_alarm" "this" {
  actions_enabled = false
}
resource "aws_cloudwatch_composite_alarm" "this" {
  actions_enabled = false
}
""",
        },
    ),
    "removed_by_hand": ({}, {"by_hand.tf": ""}),
}
# name of the file → (what differs in the variables, what differs in the images)
CHANGES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "timeout_and_memory": ({"functions": {"orders": {"timeout": 60, "memory": 1024}}}, {}),
    "environment": ({"functions": {"orders": {"environment": {"STAGE": "live", "QUEUE": "q", "TABLE": GONE}}}}, {}),
    "secret_environment": (
        {
            "functions": {
                "orders": {
                    "environment": {
                        "DB_PASSWORD": "hunter2-the-password",
                        "DATABASE_URL": "postgres://app:hunter2-in-the-url@db/orders",
                        "STRIPE_TOKEN": "hunter2-the-token",
                    }
                }
            }
        },
        {},
    ),
    "only_asynchronous": ({"functions": {"orders": {"invoked": ["async"]}}}, {}),
    "every_alarm_off": (
        {
            "functions": {
                "orders": {
                    "alarms": {
                        name: {"enabled": False}
                        for name in (
                            *("errors", "error_rate", "throttles", "marker", "destination_failures", "undelivered"),
                            *("duration", "near_memory", "async_age"),
                        )
                    }
                }
            }
        },
        {},
    ),
    "logs_kept_longer": ({"functions": {"orders": {"log_retention_days": 365}}}, {}),
    "far_reaching_policy": (
        {"functions": {"bills": {"policy_arns": ["arn:aws:iam::aws:policy/AdministratorAccess"]}}},
        {},
    ),
    "image": ({}, {"orders": "sha256:" + "4" * 64}),
    "architecture": ({"functions": {"orders": {"architecture": "x86_64"}}}, {}),
    "new_function": ({"functions": {"mail": {"handler": "app.handler"}}}, {"mail": MAIL}),
    "new_repository": ({"functions": {"mail": {"handler": "app.handler"}}}, {}),
    "removed_function": ({"functions": {"bills": GONE}}, {}),
    "alarms": (
        {"functions": {"orders": {"alarms": {"errors": {"above": 3}, "throttles": {"enabled": False}}}}},
        {},
    ),
    "settings": (
        {
            "functions": {
                "orders": {
                    "handler": "app.main",
                    "log_retention_days": 90,
                    "async_retries": 0,
                    "reserved_concurrency": 5,
                    "policy_arns": ["arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"],
                }
            }
        },
        {},
    ),
    "slack_channel": ({"slack": {"channel": "C0OTHER99"}}, {}),
    "no_slack": ({"slack": None}, {}),
    "customer_managed_key": ({"topic": {"customer_managed_key": True}}, {}),
    "tags": ({"tags": {"team": "payments"}}, {}),
    "renamed_project": ({"project": "store"}, {}),
}


class Stack:
    """A copy of the root stack, applied once."""

    def __init__(self, folder: Path, endpoint: str) -> None:
        self.folder = folder
        self.endpoint = endpoint
        shutil.copytree(TERRAFORM, folder, ignore=shutil.ignore_patterns(".terraform*", "*.tfstate*", "*.tfvars.json"))
        # moto knows no Slack channels, so that its stack has no outputs.
        arn = "arn:aws:chatbot::123456789012:chat-configuration/slack-channel/shop-alerts"
        output = f'output "arn" {{\n  value = "{arn}"\n}}\n'
        (folder / "modules/slack/recording_override.tf").write_text(output, encoding="utf-8")
        self.terraform("init", "-input=false")

    def terraform(self, *arguments: str, images: dict[str, Any] | None = None) -> str:
        environment = {
            **os.environ,
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": "recording",
            "AWS_SECRET_ACCESS_KEY": "recording",
            "AWS_REGION": REGION,
            "TF_VAR_images": json.dumps(images or IMAGES),
        }
        done = subprocess.run(
            ["terraform", *arguments], cwd=self.folder, env=environment, capture_output=True, text=True
        )
        if done.returncode:
            raise SystemExit(f"terraform {arguments[0]}: {done.stdout}{done.stderr}")
        return done.stdout

    def write(self, variables: dict[str, Any]) -> None:
        (self.folder / "recording.auto.tfvars.json").write_text(json.dumps(variables), encoding="utf-8")

    def put(self, files: dict[str, str]) -> dict[str, str]:
        """Writes files of Terraform code, and returns what was in them before."""
        before = {name: path.read_text(encoding="utf-8") if path.exists() else "" for name, path in self._paths(files)}
        for name, path in self._paths(files):
            path.write_text(files[name], encoding="utf-8")
        return before

    def _paths(self, names: Iterable[str]) -> list[tuple[str, Path]]:
        return [(name, self.folder / name) for name in names]

    def plan(self, variables: dict[str, Any], images: dict[str, Any], *options: str) -> dict[str, Any]:
        self.write(variables)
        self.terraform("plan", "-input=false", "-out=recorded.tfplan", *options, images=images)
        plan: dict[str, Any] = json.loads(self.terraform("show", "-json", "recorded.tfplan"))
        return plan


def changed(value: dict[str, Any], change: dict[str, Any]) -> dict[str, Any]:
    """A copy with the change merged in."""
    merged = copy.deepcopy(value)
    for name, new in change.items():
        if new is GONE:
            del merged[name]
        elif isinstance(new, dict) and isinstance(merged.get(name), dict):
            merged[name] = changed(merged[name], new)
        else:
            merged[name] = copy.deepcopy(new)
    return merged


def is_looked_at(row: dict[str, Any]) -> bool:
    return (
        str(row["address"]).startswith("aws_cloudwatch_metric_alarm.")
        or row["type"] == "aws_cloudwatch_composite_alarm"
    )


def essence(plan: dict[str, Any], endpoint: str) -> str:
    """What a summary reads of a plan, without what differs from one recording to the next."""
    rows = [
        {name: value for name, value in row.items() if name != "provider_name"}
        for row in plan["resource_changes"]
        # Of what stays as it is, only alarms that were written by hand, and those that speak for others, are looked at.
        if row["mode"] == "managed" and (row["change"]["actions"] != ["no-op"] or is_looked_at(row))
    ]
    text = json.dumps({"variables": plan["variables"], "resource_changes": rows}, indent=1, sort_keys=True) + "\n"
    text = text.replace(endpoint, "http://127.0.0.1:4566")
    text = re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[^\"]*", "2026-01-01T00:00:00Z", text)
    text = re.sub(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b", "0" * 8, text)
    text = re.sub(r"-\d{26}\b", "-" + "0" * 26, text)
    text = re.sub(r'("unique_id": ")\w+', r"\1AROA", text)
    return re.sub(r'("policy_id": ")\w+', r"\1ANPA", text)


def record() -> None:
    """Writes one file for each change."""
    os.environ["MOTO_IAM_LOAD_MANAGED_POLICIES"] = "true"
    CloudWatchResponse.put_composite_alarm = (
        CloudWatchResponse.put_metric_alarm
    )  # moto keeps both kinds, but knows one call
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    endpoint = f"http://{host}:{port}"
    with tempfile.TemporaryDirectory() as scratch:
        stack = Stack(Path(scratch) / "terraform", endpoint)
        plans = {"first_deploy": stack.plan(BASE, IMAGES), "first_registries": stack.plan(BASE, {"none": ORDERS})}
        stack.write(BASE)
        stack.terraform("apply", "-auto-approve", "-input=false")
        plans["unchanged"] = stack.plan(BASE, IMAGES)
        plans["destroy"] = stack.plan(BASE, IMAGES, "-destroy")
        for name, (variables, images) in CHANGES.items():
            plans[name] = stack.plan(changed(BASE, variables), changed(IMAGES, images))
        stack.put(BY_HAND)
        stack.write(BASE)
        stack.terraform("apply", "-auto-approve", "-input=false")
        for name, (variables, files) in CHANGES_OF_CODE.items():
            before = stack.put(files)
            plans[name] = stack.plan(changed(BASE, variables), IMAGES)
            stack.put(before)
    server.stop()
    for name, plan in plans.items():
        (HERE / f"{name}.json").write_text(essence(plan, endpoint), encoding="utf-8")


if __name__ == "__main__":
    record()
