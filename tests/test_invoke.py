"""The verb `invoke` calls nothing in an account that is not meant."""

from pathlib import Path

import pytest
from moto import mock_aws

from lambda_alerts_cli import cli
from lambda_alerts_cli.errors import FAILED
from tests.aws_answers import credentials_of_nobody
from tests.shop import ACCOUNT, project

OTHER = "210987654321"


@pytest.mark.parametrize("options", [(), ("--async",)])
@pytest.mark.parametrize(
    ("account", "said"),
    [(OTHER, f"belong to account {ACCOUNT}, not to {OTHER}"), (ACCOUNT, "no such function")],
)
def test_another_account_than_the_project_s_is_refused_before_the_function_is_called(
    account: str,
    said: str,
    options: tuple[str, ...],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    credentials_of_nobody(monkeypatch)
    project(tmp_path, "orders")
    monkeypatch.chdir(tmp_path)
    with mock_aws():
        code = cli.main(("invoke", "orders", *options, "--set", f'project.account="{account}"'))
    assert code == FAILED and said in capsys.readouterr().err
