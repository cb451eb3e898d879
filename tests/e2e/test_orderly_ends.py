"""Interrupted, or left alone by the tool, a deploy ends in good order; so does `init`."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.e2e.gateway import Gateway
from tests.e2e.ground import Ground, settled, small_project
from tests.e2e.running import Running, eventually

pytestmark = pytest.mark.e2e

INTERRUPTED = 130


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    """A project that is interrupted in one place after the other."""
    with small_project(tmp_path_factory.mktemp("small") / "demo") as made:
        yield made


@pytest.fixture(scope="module")
def gate(small: Ground) -> Iterator[Gateway]:
    with Gateway(small.endpoint) as made:
        yield made


def test_ctrl_c_in_a_build_ends_it_at_once(small: Ground) -> None:
    deploy = small.start("deploy")
    deploy.reach("==> Build")
    deploy.interrupt()
    assert deploy.wait() == INTERRUPTED
    assert "the same command goes on" in deploy.said
    assert not deploy.survivors and small.leftovers == []


def test_ctrl_c_in_an_apply_saves_what_was_done_and_the_next_deploy_goes_on(small: Ground, gate: Gateway) -> None:
    deploy = small.where(AWS_ENDPOINT_URL=gate.endpoint).start("deploy")
    deploy.reach("==> Plan", "==> Apply")
    gate.withhold("GetFunction")  # it is made, and Terraform waits until it is active
    gate.await_calls(deploy)
    deploy.interrupt()
    assert deploy.wait() == INTERRUPTED
    gate.release()
    assert not deploy.survivors and small.leftovers == []
    assert {"aws_lambda_function", "aws_iam_role", "aws_cloudwatch_log_group"} <= small.noted
    assert "aws_lambda_alias" not in small.noted


def test_the_end_that_a_ci_server_demands_is_as_orderly(small: Ground, gate: Gateway) -> None:
    deploy = small.where(AWS_ENDPOINT_URL=gate.endpoint).start("deploy")
    gate.withhold("PutMetricAlarm")
    gate.await_calls(deploy)
    deploy.terminate()
    gate.release()  # an alarm that Terraform begins at this very moment hears of no end, and would wait for ever
    assert deploy.wait() == INTERRUPTED
    assert not deploy.survivors and small.leftovers == []
    assert "aws_lambda_alias" in small.noted


def test_a_terraform_that_outlives_the_tool_finishes_and_until_then_the_next_deploy_names_it(
    small: Ground, gate: Gateway
) -> None:
    gate.withhold("PutMetricAlarm")
    deploy = small.where(AWS_ENDPOINT_URL=gate.endpoint).start("deploy")
    gate.await_calls(deploy)
    deploy.kill_the_tool_alone()
    assert deploy.survivors
    refused = small.tool("deploy")
    assert refused.code == 1 and re.search(r"state is locked: \S+@\S+ has held it since .* \(Apply\)", refused.stderr)
    assert "  next:  wait until that run is done" in refused.stderr
    gate.release()
    eventually(lambda: not deploy.survivors, "the end of Terraform")
    assert "aws_cloudwatch_metric_alarm" in small.noted
    assert "Nothing had changed" in small.tool_must("deploy").stdout
    settled(small)


# ---- init


@pytest.mark.parametrize(("end", "code"), [(Running.interrupt, INTERRUPTED), (Running.kill, -9)])
def test_an_init_that_is_ended_while_it_makes_the_bucket_has_written_nothing(
    small: Ground, gate: Gateway, tmp_path: Path, end: Callable[[Running], None], code: int
) -> None:
    gate.withhold("HEAD /acme-slow")
    folder = tmp_path / "shop"
    init = small.where(AWS_ENDPOINT_URL=gate.endpoint).start("init", str(folder), "--state-bucket", "acme-slow")
    gate.await_calls(init)
    end(init)
    assert init.wait() == code
    gate.release()
    assert not folder.exists()
