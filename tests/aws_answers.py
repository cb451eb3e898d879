"""Recorded answers of AWS instead of the network."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse

from lambda_alerts_cli.adapters.aws import Aws

REGION = "ap-northeast-1"


def credentials_of_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """Credentials that belong to nobody, and none of the machine's own settings."""
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL", "AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nowhere/config")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nowhere/credentials")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")


class Answers:
    """What AWS answers next, instead of the network; remembers what was asked."""

    def __init__(self, aws: Aws, *answers: tuple[int, dict[str, str], object] | Exception) -> None:
        self.waiting = list(answers)
        self.asked: list[Any] = []
        aws.session.events.register("before-send", self._answer)

    def _answer(self, request: Any, **_: object) -> AWSResponse:
        self.asked.append(request)
        answer = self.waiting.pop(0)
        if isinstance(answer, Exception):
            raise answer
        status, headers, body = answer
        return AWSResponse(
            request.url, status, headers, Body(body if isinstance(body, bytes) else json.dumps(body).encode())
        )


class Body:
    """A response's body as urllib3 gives it."""

    def __init__(self, content: bytes) -> None:
        self.content = content

    def stream(self, *_: object, **__: object) -> Iterator[bytes]:
        yield self.content

    def read(self, *_: object, **__: object) -> bytes:
        content, self.content = self.content, b""
        return content

    def close(self) -> None:
        """Nothing to close."""


def refusal(code: str, status: int = 400) -> tuple[int, dict[str, str], object]:
    return status, {"x-amzn-ErrorType": code}, {"message": "no", "__type": code}
