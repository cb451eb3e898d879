"""Clients of AWS: what is wrong with the settings they are made of is told, and no call lasts for ever."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from lambda_alerts_cli.adapters.aws import READ_SECONDS, Aws
from lambda_alerts_cli.errors import MISCONFIGURED, MISSING, Missing, Misused
from tests.aws_answers import REGION, credentials_of_nobody

ROLE = "[profile shop]\nrole_arn = arn:aws:iam::123456789012:role/x\n"
# what is in AWS's own configuration → the reason that the user reads
BROKEN = {
    "[default]\ncredential_process = sh -c 'echo no vault here >&2; false'\n": "no vault here",
    "[default\n": "Unable to parse config file",
    ROLE + "credential_source = Nowhere\n": 'credential source "Nowhere"',
    ROLE + "source_profile = gone\n": 'source_profile "gone"',
}
VERBS: dict[str, Callable[[Aws], object]] = {
    "identity": lambda aws: aws.identity(),
    "image": lambda aws: aws.image("shop-orders", tag="src-a"),
    "invoke": lambda aws: aws.invoke("shop-orders", "live", {}, timeout=3),
    "invoke_async": lambda aws: aws.invoke_async("shop-orders", "live", {}),
    "alarms": lambda aws: aws.alarms(["shop-orders-errors"]),
}


@pytest.fixture(autouse=True)
def nobody_s_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    credentials_of_nobody(monkeypatch)


@pytest.mark.parametrize(("settings", "reason"), BROKEN.items(), ids=BROKEN.values())
def test_credentials_that_cannot_be_read_are_told_with_the_reason(
    settings: str, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "config").write_text(settings)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    if "profile" in settings:
        monkeypatch.setenv("AWS_PROFILE", "shop")
    with pytest.raises(Missing) as missing:
        Aws(REGION, os.environ).identity()
    assert missing.value.exit_code == MISSING and missing.value.next_step
    assert missing.value.what.startswith("the AWS credentials cannot be read: ") and reason in missing.value.what


@pytest.mark.parametrize("ask", VERBS.values(), ids=VERBS)
def test_half_a_key_pair_is_told_whatever_is_asked(
    ask: Callable[[Aws], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    with pytest.raises(Missing, match="missing: AWS_SECRET_ACCESS_KEY"):
        ask(Aws(REGION, {}))


@pytest.mark.parametrize("ask", VERBS.values(), ids=VERBS)
def test_an_endpoint_that_is_no_address_is_told_whatever_is_asked(
    ask: Callable[[Aws], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "foo")
    with pytest.raises(Misused, match="foo") as misused:
        ask(Aws(REGION, {}))
    assert (misused.value.where, misused.value.exit_code) == ("AWS_ENDPOINT_URL", MISCONFIGURED)
    assert misused.value.next_step


def test_no_answer_is_waited_for_longer_than_an_interruption_may_take() -> None:
    config = Aws(REGION, {}).client("ecr").meta.config
    assert config.read_timeout == READ_SECONDS <= 20
    assert config.connect_timeout <= 20


def test_a_client_that_could_not_be_made_leaves_the_others_usable(monkeypatch: pytest.MonkeyPatch) -> None:
    aws = Aws(REGION, {})
    monkeypatch.setenv("AWS_ENDPOINT_URL_ECR", "foo")
    with pytest.raises(Misused):
        aws.client("ecr")
    assert aws.client("sts").meta.region_name == REGION
