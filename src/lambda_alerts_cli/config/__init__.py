"""`lambda-alerts.toml` → frozen values; the only reader of it.

It imports pydantic, which takes a while: import it inside a command, never where `--help` would.
"""

from lambda_alerts_cli.config.alarms import Alarms
from lambda_alerts_cli.config.loading import load
from lambda_alerts_cli.config.model import Project, Slack, State, Topic
from lambda_alerts_cli.config.resolve import Config, Function
from lambda_alerts_cli.config.sources import FILE_NAME, find_file

__all__ = ["FILE_NAME", "Alarms", "Config", "Function", "Project", "Slack", "State", "Topic", "find_file", "load"]
