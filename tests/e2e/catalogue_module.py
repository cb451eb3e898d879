"""The rows of terraform/modules/alarms/catalogue, made by Terraform, and put into a sandbox as the module does."""

import json
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.e2e.ground import Ground

MODULES = Path(__file__).parents[2] / "terraform" / "modules"
ROOT = """
variable "given" {
  type = any
}
module "it" {
  source        = "./modules/alarms/catalogue"
  function_name = var.given.function_name
  region        = "ap-northeast-1"
  log_group     = "/aws/lambda/${var.given.function_name}"
  timeout       = var.given.timeout
  memory        = var.given.memory
  invoked       = var.given.invoked
  alarms        = var.given.alarms
}
output "all" {
  value = { alarms = module.it.alarms, groups = module.it.groups }
}
"""


@dataclass(frozen=True)
class Catalogue:
    """The alarms of a function, and the groups that speak for them."""

    alarms: dict[str, dict[str, Any]]
    groups: dict[str, dict[str, Any]]


def catalogue(folder: Path, **given: Any) -> Catalogue:
    """Applies the module, which needs no provider, in an empty folder."""
    shutil.copytree(MODULES, folder / "modules", ignore=shutil.ignore_patterns(".terraform*"))
    (folder / "main.tf").write_text(ROOT)
    (folder / "it.auto.tfvars.json").write_text(json.dumps({"given": given}))
    for verb in (["init"], ["apply", "-auto-approve"]):
        _terraform(folder, *verb, "-input=false", "-no-color")
    made = json.loads(_terraform(folder, "output", "-json", "all"))
    return Catalogue(made["alarms"], made["groups"])


def put(ground: Ground, made: Catalogue, function: str) -> None:
    """Makes filters, alarms and groups of the rows."""
    cloudwatch, logs = ground.client("cloudwatch"), ground.client("logs")
    for row in made.alarms.values():
        if row["log_filter"]:
            logs.put_metric_filter(
                logGroupName=f"/aws/lambda/{function}",
                filterName=row["name"],
                filterPattern=row["log_filter"],
                metricTransformations=[
                    {"metricNamespace": row["namespace"], "metricName": row["metric"], "metricValue": "1"}
                ],
            )
        cloudwatch.put_metric_alarm(**_alarm(row))
    for group in made.groups.values():
        cloudwatch.put_composite_alarm(AlarmName=group["name"], AlarmRule=group["rule"])


def _alarm(row: dict[str, Any]) -> dict[str, Any]:
    kind = "ExtendedStatistic" if row["statistic"].startswith("p") else "Statistic"
    dimensions = [{"Name": name, "Value": value} for name, value in row["dimensions"].items()]
    metric = {"Namespace": row["namespace"], "MetricName": row["metric"], "Dimensions": dimensions}
    plain = {**metric, kind: row["statistic"], "Period": row["period"]}
    return {
        "AlarmName": row["name"],
        "AlarmDescription": row["description"],
        "ComparisonOperator": row["comparison"],
        "TreatMissingData": row["missing"],
        "Threshold": row["threshold"],
        "EvaluationPeriods": row["evaluation_periods"],
        "DatapointsToAlarm": row["datapoints_to_alarm"],
        **(_math(row, dimensions) if row["expression"] else plain),
    }


def _math(row: dict[str, Any], dimensions: list[dict[str, str]]) -> dict[str, Any]:
    operands = [
        {
            "Id": name,
            "ReturnData": False,
            "MetricStat": {
                "Metric": {"Namespace": row["namespace"], "MetricName": metric, "Dimensions": dimensions},
                "Period": row["period"],
                "Stat": row["statistic"],
            },
        }
        for name, metric in row["operands"].items()
    ]
    return {"Metrics": [{"Id": "value", "Expression": row["expression"], "ReturnData": True}, *operands]}


def _terraform(folder: Path, *arguments: str) -> str:
    done = subprocess.run(["terraform", *arguments], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
