"""From the AWS CLI's words to a call of boto3."""

import json
from io import BytesIO
from typing import Any

import botocore.session
import pytest
from botocore.exceptions import ClientError

from lambda_alerts_cli.sandbox.amazon_q.command_runner import CannotRun, run
from lambda_alerts_cli.sandbox.amazon_q.commands import Command, parse


class FakeClients:
    """Clients with the real models, whose calls are kept and answered."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer
        self.calls: list[tuple[str, str, str, dict[str, Any]]] = []

    def of(self, service: str, region: str) -> Any:
        client = botocore.session.get_session().create_client(
            service, region_name=region, aws_access_key_id="x", aws_secret_access_key="x"
        )

        def called(operation: str, arguments: dict[str, Any]) -> Any:
            self.calls.append((service, region, operation, arguments))
            if isinstance(self.answer, Exception):
                raise self.answer
            return self.answer

        client._make_api_call = called
        return client


def ran(text: str, answer: Any = None) -> tuple[FakeClients, Any]:
    clients, command = FakeClients(answer or {}), parse(text)
    assert isinstance(command, Command)
    return clients, json.loads(run(command, clients, "ap-northeast-1"))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "call"),
    [
        (
            """lambda invoke --function-name orders --payload '{"id": 7}' --region eu-west-1""",
            ("lambda", "eu-west-1", "Invoke", {"FunctionName": "orders", "Payload": b'{"id": 7}'}),
        ),
        (
            "logs filter-log-events --log-group-name g --limit 5 --start-time 1 --log-stream-names a b --unmask",
            (
                "logs",
                "ap-northeast-1",
                "FilterLogEvents",
                {"logGroupName": "g", "limit": 5, "startTime": 1, "logStreamNames": ["a", "b"], "unmask": True},
            ),
        ),
        (
            "cloudwatch set-alarm-state --alarm-name a --state-value OK --state-reason 'by hand'",
            (
                "cloudwatch",
                "ap-northeast-1",
                "SetAlarmState",
                {"AlarmName": "a", "StateValue": "OK", "StateReason": "by hand"},
            ),
        ),
        (
            """events put-events --entries '[{"Source": "shop"}]'""",
            ("events", "ap-northeast-1", "PutEvents", {"Entries": [{"Source": "shop"}]}),
        ),
    ],
)
def test_a_command_becomes_the_call_that_the_cli_would_make(text: str, call: tuple[Any, ...]) -> None:
    assert ran(text)[0].calls == [call]


def test_the_answer_is_shown_as_json_without_what_is_only_for_machines() -> None:
    answer = {"StatusCode": 200, "Payload": BytesIO(b'{"ok": true}'), "ResponseMetadata": {"HTTPStatusCode": 200}}
    assert ran("lambda invoke --function-name f", answer)[1] == {"StatusCode": 200, "Payload": {"ok": True}}
    assert ran("lambda invoke --function-name f", {"Payload": BytesIO(b"text")})[1] == {"Payload": "text"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("logs tail /aws/lambda/orders", "the sandbox cannot run `logs tail`"),
        ("nothing do-it", "Unknown service"),
        ("lambda invoke --name f", "lambda invoke has no option --name"),
        ("logs filter-log-events --log-group-name g --limit many", "--limit: invalid literal"),
        ("events put-events --entries [x]", "--entries: "),
    ],
)
def test_what_cannot_be_run_says_why(text: str, words: str) -> None:
    with pytest.raises(CannotRun, match=words):
        ran(text)


def test_a_call_that_failed_says_why() -> None:
    refused = ClientError({"Error": {"Code": "ResourceNotFoundException", "Message": "no such function"}}, "Invoke")
    with pytest.raises(CannotRun, match="no such function"):
        ran("lambda invoke --function-name f", refused)
