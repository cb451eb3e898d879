"""How far an image is."""

import threading

from lambda_alerts_cli.sandbox.aws_lambda.deployment import DeployedImage
from lambda_alerts_cli.sandbox.aws_lambda.preparation import Preparations, Readiness
from tests.sandbox_fakes import image


def test_an_image_is_prepared_once_and_then_ready() -> None:
    prepared: list[str] = []
    preparations = Preparations(lambda image, region: prepared.append(image.digest))
    preparations.begin(image(), "us-east-1")
    assert preparations.wait(image()) == Readiness("ready")
    preparations.begin(image(), "us-east-1")
    assert prepared == [image().digest]


def test_it_is_working_until_it_is_done() -> None:
    go_on = threading.Event()
    preparations = Preparations(lambda image, region: go_on.wait(5) and None)
    preparations.begin(image(), "us-east-1")
    assert preparations.readiness(image()).status == "working"
    go_on.set()
    assert preparations.wait(image()).status == "ready"


def test_a_failure_is_kept_with_its_reason_and_can_be_tried_again() -> None:
    attempts: list[str] = []

    def prepare(image: DeployedImage, region: str) -> None:
        attempts.append(region)
        if len(attempts) == 1:
            raise RuntimeError("disk full")

    preparations = Preparations(prepare)
    preparations.begin(image(), "us-east-1")
    assert preparations.wait(image()) == Readiness("failed", "disk full")
    preparations.begin(image(), "us-east-1")
    assert preparations.wait(image()) == Readiness("ready")
