"""AWS as the use cases need it: asked through boto3, answered by moto or by recorded answers."""

import json
import threading
from collections.abc import Callable, Iterator

import boto3
import pytest
from moto import mock_aws

from lambda_alerts_cli.adapters.aws import Aws
from lambda_alerts_cli.adapters.aws_answers import FunctionState, Identity, RegistryLogin
from lambda_alerts_cli.adapters.aws_errors import told
from lambda_alerts_cli.errors import FAILED, MISSING, Failed, Missing, Problem
from lambda_alerts_cli.parallel import side_by_side
from tests.aws_answers import REGION, Answers, credentials_of_nobody, refusal

ACCOUNT = "123456789012"
CHANNEL = f"arn:aws:chatbot::{ACCOUNT}:chat-configuration/slack-channel/shop-alerts"
TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:shop-alerts"
MANIFEST = json.dumps(
    {
        "schemaVersion": 2,
        "mediaType": "application/vnd.docker.distribution.manifest.v2+json",
        "config": {"mediaType": "application/vnd.docker.container.image.v1+json", "digest": "sha256:c", "size": 1},
        "layers": [],
    }
)


@pytest.fixture(autouse=True)
def nobody_s_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    credentials_of_nobody(monkeypatch)


@pytest.fixture
def aws() -> Iterator[Aws]:
    """An empty account."""
    with mock_aws():
        yield Aws(REGION, {})


def configuration(state: str, update: str = "Successful", **more: str) -> tuple[int, dict[str, str], object]:
    return 200, {}, {"FunctionName": "shop-orders", "State": state, "LastUpdateStatus": update, **more}


class Impatient(threading.Event):
    """Never set, and never waits."""

    def wait(self, timeout: float | None = None) -> bool:
        return False


def lambda_function(state: str, update: str = "Successful", **more: str) -> tuple[int, dict[str, str], object]:
    settings = {"FunctionName": "f", "State": state, "LastUpdateStatus": update, "Version": "3", **more}
    return (
        200,
        {},
        {"Configuration": {**settings, "Timeout": 30, "MemorySize": 512}, "Code": {"ImageUri": "r@sha256:a"}},
    )


# ---- who


def test_the_account_of_the_credentials_is_known(aws: Aws) -> None:
    assert aws.identity() == Identity(ACCOUNT)


def test_a_region_that_does_not_exist_is_told_before_anybody_is_asked() -> None:
    with pytest.raises(Missing) as missing:
        Aws("ap-northest-1", {}).identity()
    assert missing.value.where == "project.region" and missing.value.exit_code == MISSING


@pytest.mark.parametrize("region", ["cn-north-1", "us-gov-west-1"])
def test_a_region_of_another_partition_exists(region: str) -> None:
    with mock_aws():
        assert Aws(region, {}).identity().account == ACCOUNT


def test_without_credentials_the_next_step_is_to_sign_in_or_to_use_the_sandbox(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    with pytest.raises(Missing) as missing:
        Aws(REGION, {}).identity()
    assert "no AWS credentials" in missing.value.what
    assert "aws sso login" in (missing.value.next_step or "") and "sandbox up" in (missing.value.next_step or "")


def test_a_profile_that_does_not_exist_is_named() -> None:
    with pytest.raises(Missing, match="nobody") as missing:
        Aws(REGION, {"AWS_PROFILE": "nobody"})
    assert "list-profiles" in (missing.value.next_step or "")


def test_several_threads_share_one_client_of_a_service(aws: Aws) -> None:
    found = side_by_side(lambda _: aws.client("ecr"), range(16), stop=threading.Event(), at_once=16)
    assert len({id(client) for client in found.values()}) == 1
    assert aws.client("ecr", "us-east-1") is not aws.client("ecr")


# ---- images


def test_the_login_s_password_is_never_shown(aws: Aws) -> None:
    login = aws.registry_login()
    assert login.username == "AWS" and login.password
    assert login.password not in repr(login) and login.password not in f"{login}"
    assert repr(RegistryLogin("AWS", "hunter2")) == "RegistryLogin(username='AWS', password='…')"


def test_an_image_is_found_by_its_tag_and_by_its_digest(aws: Aws) -> None:
    ecr = aws.client("ecr")
    ecr.create_repository(repositoryName="shop-orders")
    digest = ecr.put_image(repositoryName="shop-orders", imageManifest=MANIFEST, imageTag="src-a")["image"]["imageId"][
        "imageDigest"
    ]
    by_tag, by_digest = aws.image("shop-orders", tag="src-a"), aws.image("shop-orders", digest=digest)
    assert by_tag is not None and by_tag == by_digest
    assert (by_tag.digest, by_tag.tags) == (digest, ("src-a",))
    assert by_tag.media_type == "application/vnd.docker.distribution.manifest.v2+json"


def test_an_image_that_is_not_there_is_none_and_no_error(aws: Aws) -> None:
    aws.client("ecr").create_repository(repositoryName="shop-orders")
    assert aws.image("shop-orders", tag="src-a") is None
    assert aws.image("shop-mail", tag="src-a") is None, "nor is its repository"


# ---- functions


def test_a_function_is_waited_for_until_it_and_its_version_are_ready() -> None:
    aws = Aws(REGION, {})
    answers = Answers(aws, configuration("Active"), configuration("Active"))
    aws.wait_until_ready("shop-orders", "3", threading.Event())
    asked = [request.url.partition("/functions/")[2] for request in answers.asked]
    assert asked == ["shop-orders/configuration?Qualifier=%24LATEST", "shop-orders/configuration?Qualifier=3"]


@pytest.mark.parametrize("busy", [("Pending", "Successful"), ("Active", "InProgress")])
def test_a_function_that_is_not_ready_is_asked_again(busy: tuple[str, str]) -> None:
    aws = Aws(REGION, {})
    answers = Answers(aws, configuration(*busy), configuration("Active"), configuration("Active"))
    aws.wait_until_ready("shop-orders", "3", Impatient())
    assert answers.waiting == []


@pytest.mark.parametrize(
    "failed", [("Failed", "Successful", {"StateReason": "x"}), ("Active", "Failed", {"LastUpdateStatusReason": "x"})]
)
def test_a_function_that_never_gets_ready_says_why(failed: tuple[str, str, dict[str, str]]) -> None:
    aws = Aws(REGION, {})
    state, update, more = failed
    Answers(aws, configuration(state, update, **more))
    with pytest.raises(Failed, match="did not become ready: x") as never:
        aws.wait_until_ready("shop-orders", "3", threading.Event())
    assert never.value.where == "function shop-orders" and never.value.exit_code == FAILED


def test_waiting_has_an_end() -> None:
    aws = Aws(REGION, {})
    Answers(aws, *[configuration("Pending")] * 300)
    with pytest.raises(Failed, match="not active after 300 seconds"):
        aws.wait_until_ready("shop-orders", "3", Impatient())


def test_waiting_ends_when_the_user_interrupts() -> None:
    aws = Aws(REGION, {})
    answers = Answers(aws, *[configuration("Pending")] * 2)
    stop = threading.Event()
    stop.set()
    with pytest.raises(Failed):
        aws.wait_until_ready("shop-orders", "3", stop)
    assert len(answers.asked) == 1


def test_the_state_of_a_function_is_read_with_the_digest_that_lambda_resolved() -> None:
    aws = Aws(REGION, {})
    status, headers, body = lambda_function("Active")
    resolved = {**body, "Code": {"ImageUri": "r:tag", "ResolvedImageUri": "r@sha256:a"}}  # type: ignore[dict-item]
    Answers(aws, (status, headers, resolved))
    assert aws.function("shop-orders", "live") == FunctionState("3", "Active", "Successful", "r@sha256:a")


def test_a_function_that_is_gone_is_none() -> None:
    aws = Aws(REGION, {})
    Answers(aws, refusal("ResourceNotFoundException", 404))
    assert aws.function("shop-orders", "live") is None


# ---- what watches


def test_alarms_are_found_a_hundred_at_a_time_and_those_that_are_gone_left_out(aws: Aws) -> None:
    client = aws.client("cloudwatch")
    names = [f"alarm-{number:03}" for number in range(105)]
    for name in names[:-1]:
        client.put_metric_alarm(
            AlarmName=name,
            MetricName="Errors",
            Namespace="AWS/Lambda",
            Statistic="Sum",
            Period=60,
            EvaluationPeriods=1,
            Threshold=0,
            ComparisonOperator="GreaterThanThreshold",
        )
    client.set_alarm_state(AlarmName="alarm-007", StateValue="ALARM", StateReason="a test")
    found = aws.alarms(names)
    assert [alarm.name for alarm in found] == names[:-1]
    assert found[7].state == "ALARM"
    assert found[7].since.startswith("20") and "T" in found[7].since


def test_the_topics_of_a_channel_are_asked_where_the_chatbot_api_is() -> None:
    aws = Aws(REGION, {})
    answers = Answers(aws, (200, {}, {"SlackChannelConfigurations": [channel(TOPIC)]}))
    assert aws.channel_topics(CHANNEL) == (TOPIC,)
    assert "us-west-2" in answers.asked[0].url


def test_a_channel_that_is_gone_has_no_topics() -> None:
    aws = Aws(REGION, {})
    Answers(aws, (200, {}, {"SlackChannelConfigurations": []}))
    assert aws.channel_topics(CHANNEL) is None


def channel(*topics: str) -> dict[str, object]:
    names = ("SlackTeamName", "SlackTeamId", "SlackChannelId", "SlackChannelName", "ChatConfigurationArn", "IamRoleArn")
    return {**dict.fromkeys(names, "x"), "SnsTopicArns": list(topics)}


# ---- what goes wrong


@pytest.mark.parametrize(
    ("code", "kind", "word"),
    [
        ("ExpiredTokenException", Missing, "expired"),
        ("AccessDeniedException", Failed, "may not|not allowed"),
    ],
)
def test_what_aws_refuses_is_told_in_plain_words(code: str, kind: type[Problem], word: str) -> None:
    aws = Aws(REGION, {})
    Answers(aws, refusal(code))
    with pytest.raises(kind, match=word) as problem:
        aws.image("shop-orders", tag="src-a")
    assert problem.value.where == "repository shop-orders" and problem.value.next_step


def test_a_throttled_call_is_tried_again() -> None:
    aws = Aws(REGION, {})
    answers = Answers(aws, refusal("ThrottlingException"), (200, {}, {"imageDetails": []}))
    assert aws.image("shop-orders", tag="src-a") is None
    assert len(answers.asked) == 2


@pytest.mark.parametrize("ask", [lambda: boto3.client("ecr", region_name=REGION).describe_images()])
def test_a_call_without_its_parameters_is_told_and_no_traceback(ask: Callable[[], object]) -> None:
    with pytest.raises(Problem), told("here"):
        ask()


@pytest.mark.parametrize(("given", "asked"), [("1", 1), ("2", 2)])
def test_the_user_may_ask_for_fewer_attempts(given: str, asked: int) -> None:
    aws = Aws(REGION, {"AWS_MAX_ATTEMPTS": given})
    answers = Answers(aws, *[(400, {}, {"__type": "ThrottlingException"})] * 3)
    with pytest.raises(Failed, match="throttled"):
        aws.registry_login()
    assert len(answers.asked) == asked
