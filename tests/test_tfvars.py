"""What Terraform reads: exactly the variables of the root stack, and the backend."""

import json
from pathlib import Path

import pytest

from lambda_alerts_cli.config import Config, load
from lambda_alerts_cli.tfvars import backend, terraform_variables

PROJECT = '[project]\nname = "shop"\nregion = "ap-northeast-1"\n'


def configuration(folder: Path, text: str) -> Config:
    (folder / "Dockerfile").touch()
    (folder / "lambda-alerts.toml").write_text(text)
    return load(folder / "lambda-alerts.toml", {})


def alarms_of(folder: Path, lines: str) -> dict[str, object]:
    config = configuration(folder, f"{PROJECT}[functions.orders.alarms]\n{lines}")
    alarms: dict[str, object] = terraform_variables(config)["functions"]["orders"]["alarms"]
    return alarms


def test_a_project_that_says_little_gives_every_variable(tmp_path: Path) -> None:
    assert terraform_variables(configuration(tmp_path, PROJECT + "[functions.orders]\n")) == {
        "project": "shop",
        "region": "ap-northeast-1",
        "language": "en",
        "tags": {},
        "slack": None,
        "topic": {"customer_managed_key": False},
        "force_delete_repositories": True,
        "functions": {
            "orders": {
                "architecture": "arm64",
                "timeout": 30,
                "memory": 512,
                "handler": "lambda_function.handler",
                "environment": {},
                "invoked": ["sync", "async"],
                "log_retention_days": 30,
                "async_retries": 2,
                "async_max_age": 21600,
                "reserved_concurrency": None,
                "policy_arns": [],
                "runbook": None,
                "dashboard": True,
                "alarms": {"grouped": True},
            }
        },
    }


def environment_of(folder: Path, lines: str) -> dict[str, str]:
    config = configuration(folder, f"{PROJECT}[functions.orders]\n{lines}")
    environment: dict[str, str] = terraform_variables(config)["functions"]["orders"]["environment"]
    return environment


def test_the_function_hears_of_payloads_only_when_they_are_to_be_shown(tmp_path: Path) -> None:
    assert environment_of(tmp_path, 'redact = ["iban"]\n') == {}
    assert environment_of(tmp_path, "show_payload = true\n") == {"LAMBDA_ALERTS_SHOW_PAYLOAD": "true"}
    assert environment_of(
        tmp_path, 'show_payload = true\nredact = ["iban", "番号"]\nenvironment.A1 = "b"\nalarms.marker = "OUR"\n'
    ) == {
        "A1": "b",
        "LAMBDA_ALERTS_SHOW_PAYLOAD": "true",
        "LAMBDA_ALERTS_REDACT": "iban,番号",
        "LAMBDA_ALERTS_MARKER": "OUR",
    }


def test_the_channel_and_the_tags_are_handed_on(tmp_path: Path) -> None:
    text = (
        PROJECT + 'tags = { team = "x" }\n[slack]\nworkspace = "T0ABCDEF"\nchannel = "C0GHJKLMN"\n'
        '[slack.channels]\npage = "C0PAGE111"\n[functions.orders]\n'
    )
    variables = terraform_variables(configuration(tmp_path, text))
    assert variables["slack"] == {
        "workspace": "T0ABCDEF",
        "channel": "C0GHJKLMN",
        "channels": {"page": "C0PAGE111"},
        "threads": "event",
    }
    assert variables["tags"] == {"team": "x"}


@pytest.mark.parametrize(
    ("line", "name", "expected"),
    [
        ("errors = {}", "errors", {"enabled": True}),
        ("errors = { above = 0 }", "errors", {"enabled": True, "above": 0}),
        ("errors = false", "errors", {"enabled": False}),
        ("error_rate = { above_percent = 5 }", "error_rate", {"enabled": True, "above_percent": 5}),
        ("error_rate = { above_percent = 2.5 }", "error_rate", {"enabled": True, "above_percent": 2.5}),
        ('marker = "OH_NO"', "marker", {"enabled": True, "term": "OH_NO"}),
        ("marker = false", "marker", {"enabled": False}),
        (
            'marker = { term = "OH_NO", severity = "warn" }',
            "marker",
            {"enabled": True, "term": "OH_NO", "severity": "warn"},
        ),
        ("marker = { severity = 'warn' }", "marker", {"enabled": True, "severity": "warn"}),
        ("grouped = false", "grouped", False),
        (
            "near_memory = { above_percent_of_memory = 75 }",
            "near_memory",
            {"enabled": True, "above_percent_of_memory": 75},
        ),
        ('dead_letters = { queue = "dead" }', "dead_letters", {"enabled": True, "queue": "dead"}),
        (
            'throttles = { runbook = "https://wiki.example.com/x" }',
            "throttles",
            {"enabled": True, "runbook": "https://wiki.example.com/x"},
        ),
    ],
)
def test_an_alarm_says_only_what_the_user_said(
    tmp_path: Path, line: str, name: str, expected: dict[str, object]
) -> None:
    assert alarms_of(tmp_path, line)[name] == expected


def test_a_whole_percentage_has_no_fraction_in_the_file(tmp_path: Path) -> None:
    assert "5.0" not in json.dumps(alarms_of(tmp_path, "error_rate = { above_percent = 5 }"))


def test_without_state_there_is_no_backend(tmp_path: Path) -> None:
    assert backend(configuration(tmp_path, PROJECT + "[functions.orders]\n")) is None


def test_the_backend_is_s3_with_its_own_lock(tmp_path: Path) -> None:
    config = configuration(tmp_path, PROJECT + '[state]\nbucket = "acme-state"\n[functions.orders]\n')
    assert backend(config) == {
        "terraform": {
            "backend": {
                "s3": {
                    "bucket": "acme-state",
                    "key": "shop/terraform.tfstate",
                    "region": "ap-northeast-1",
                    "use_lockfile": True,
                    "encrypt": True,
                }
            }
        }
    }
