"""The comment on a pull request, over a GitHub that pages, refuses and asks for patience."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from lambda_alerts_cli.adapters.github import OWN_BOT, PATIENCE, Answer, GitHub, pause_before_next
from lambda_alerts_cli.comment import Edition, Unpostable, marked
from lambda_alerts_cli.errors import Misused
from lambda_alerts_cli.progress import Caution, Event
from lambda_alerts_cli.pull_request import publish
from tests.fake_github import TOKEN, FakeGitHub

KEY = "shop/eu-west-1"
FIRST, SECOND = Edition(10, 1), Edition(11, 1)


@dataclass
class Client:
    """A job's GitHub, whose waiting is only noted."""

    address: str
    token: str = TOKEN
    waits: list[float] = field(default_factory=list)
    said: list[Event] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.github = GitHub(
            self.address, self.token, "acme/shop", 7, sleep=self.waits.append, clock=lambda: 1_000_000.0
        )

    def publish(self, text: str, edition: Edition = FIRST) -> bool:
        return publish(text, self.github, KEY, edition, self.said.append)


@pytest.fixture
def github() -> FakeGitHub:
    return FakeGitHub()


@pytest.fixture
def address(github: FakeGitHub) -> Iterator[str]:
    with github.running() as address:
        yield address


# ---- one comment


def test_a_comment_is_written_once_and_then_updated(github: FakeGitHub, address: str) -> None:
    assert Client(address).publish("one")
    assert Client(address).publish("two", SECOND)
    assert github.bodies == [marked("two", KEY, SECOND)]


def test_the_comments_of_people_are_left_alone(github: FakeGitHub, address: str) -> None:
    github.that_has("looks good", marked("forged", KEY, SECOND), author="somebody")
    assert Client(address).publish("plan")
    assert github.bodies == ["looks good", marked("forged", KEY, SECOND), marked("plan", KEY, FIRST)]


def test_a_comment_on_the_third_page_is_found(github: FakeGitHub, address: str) -> None:
    github.that_has(*["talk"] * 230, author="somebody").that_has(marked("old", KEY, FIRST))
    assert Client(address).publish("new", SECOND)
    assert github.bodies[-1] == marked("new", KEY, SECOND)
    assert len(github.bodies) == 231


def test_a_comment_that_was_deleted_is_written_anew(github: FakeGitHub, address: str) -> None:
    Client(address).publish("one")
    github.somebody_deletes(github.rows[0]["id"])
    assert Client(address).publish("two", SECOND)
    assert github.bodies == [marked("two", KEY, SECOND)]


def test_a_comment_that_is_deleted_between_looking_and_writing_is_written_anew(
    github: FakeGitHub, address: str
) -> None:
    client = Client(address)
    client.publish("one")
    number = github.rows[0]["id"]
    github.somebody_deletes(number)
    client.github.update(number, "two")  # no failure
    assert client.publish("two", SECOND)
    assert github.bodies == [marked("two", KEY, SECOND)]


@pytest.mark.parametrize("round_", range(5))
def test_two_runs_that_race_leave_one_comment_with_the_later_ones_words(
    github: FakeGitHub, address: str, round_: int
) -> None:
    github.that_lets_all_look_before_one_writes(2)
    clients = {"first": (Client(address), FIRST), "second": (Client(address), SECOND)}
    threads = [
        threading.Thread(target=client.publish, args=(text, edition)) for text, (client, edition) in clients.items()
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert github.bodies == [marked("second", KEY, SECOND)]


def test_a_personal_token_knows_its_own_comments(github: FakeGitHub, address: str) -> None:
    github.login = "deployer"
    github.that_has(marked("of the bot", KEY, FIRST), author=OWN_BOT)
    Client(address).publish("one")
    Client(address).publish("two", SECOND)
    assert github.bodies == [marked("of the bot", KEY, FIRST), marked("two", KEY, SECOND)]


def test_labels_are_read_as_they_are_now(github: FakeGitHub, address: str) -> None:
    github.labels = [f"label-{number}" for number in range(130)]
    assert Client(address).github.labels()[-1] == "label-129"


def test_an_enterprise_server_has_its_api_below_a_path(github: FakeGitHub, address: str) -> None:
    Client(f"{address}/api/v3/").github.labels()
    assert github.asked == ["GET /api/v3/repos/acme/shop/issues/7/labels?per_page=100&page=1"]


# ---- patience


def test_a_secondary_limit_is_waited_for(github: FakeGitHub, address: str) -> None:
    limit = {"message": "You have exceeded a secondary rate limit."}
    github.that_first_answers((403, {"Retry-After": "7"}, limit), (429, {"Retry-After": "11"}, limit))
    client = Client(address)
    assert client.publish("plan")
    assert client.waits == [7.0, 11.0]
    assert github.bodies == [marked("plan", KEY, FIRST)]


def test_a_limit_that_ends_at_a_moment_is_waited_for_until_then(github: FakeGitHub, address: str) -> None:
    limits = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1000042"}
    github.that_first_answers((403, limits, {"message": "API rate limit exceeded"}))
    client = Client(address)
    assert client.publish("plan")
    assert client.waits == [42.0]


def test_a_limit_that_outlasts_our_patience_leaves_the_plan_in_the_summary(github: FakeGitHub, address: str) -> None:
    github.that_first_answers(*[(429, {"Retry-After": "3600"}, {"message": "slow down"})] * 9)
    client = Client(address)
    assert not client.publish("plan")
    assert sum(client.waits) <= PATIENCE
    (said,) = client.said
    assert isinstance(said, Caution) and "summary only: GitHub answered 429 slow down" in said.text


def test_a_failure_of_github_s_is_tried_again(github: FakeGitHub, address: str) -> None:
    github.that_first_answers((502, {}, None), (503, {}, None))
    client = Client(address)
    assert client.publish("plan")
    assert client.waits == [1.0, 2.0]


def test_a_comment_that_was_written_although_the_answer_was_an_error_is_not_written_twice(
    github: FakeGitHub, address: str
) -> None:
    github.that_has(marked("plan", KEY, FIRST), marked("plan", KEY, FIRST))
    assert Client(address).publish("plan")
    assert github.bodies == [marked("plan", KEY, FIRST)]


@pytest.mark.parametrize(
    ("status", "headers", "text", "pause"),
    [
        (200, {}, "", None),
        (403, {}, "Resource not accessible by integration", None),
        (403, {}, "You have exceeded a secondary rate limit", 60.0),
        (403, {"retry-after": "soon"}, "", 1.0),
        (404, {}, "", None),
        (429, {}, "", 60.0),
        (500, {}, "", 1.0),
    ],
)
def test_what_is_tried_again_and_when(status: int, headers: dict[str, str], text: str, pause: float | None) -> None:
    assert pause_before_next(Answer(status, headers, text), 0, 0.0) == pause


# ---- no permission


def test_a_token_that_may_not_write_leaves_the_plan_in_the_summary(github: FakeGitHub, address: str) -> None:
    github.that_lets_nobody_write()
    client = Client(address)
    assert not client.publish("plan")
    assert client.waits == []
    (said,) = client.said
    assert isinstance(said, Caution) and "pull-requests: write" in said.text


def test_a_token_that_is_wrong_is_named_by_what_to_do_never_by_itself(address: str) -> None:
    with pytest.raises(Unpostable) as refused:
        Client(address, token="ghs_wrong").github.comments()
    assert "401 Bad credentials" in refused.value.what
    assert "ghs_wrong" not in f"{refused.value.what}{refused.value.where}{refused.value.next_step}"


def test_nobody_there_is_a_refusal_with_words() -> None:
    client = Client("http://127.0.0.1:9")
    assert not client.publish("plan")
    (said,) = client.said
    assert isinstance(said, Caution) and "no connection" in said.text


def test_a_token_is_not_sent_in_the_clear() -> None:
    with pytest.raises(Misused, match="in the clear"):
        GitHub("http://github.example.com/api/v3", TOKEN, "acme/shop", 7)
