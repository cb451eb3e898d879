"""GitHub: the comments and labels of one pull request, over its REST API, with the patience that it asks for."""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

from lambda_alerts_cli import __version__
from lambda_alerts_cli.comment import Comment, Unpostable
from lambda_alerts_cli.errors import Misused

SECONDS = 30  # for one answer
PATIENCE = 180.0  # for all waiting together: a job costs money while it waits
PER_PAGE = 100
MINUTE = 60
GONE = (404, 410)
LOOPBACK = ("127.0.0.1", "localhost")
OWN_BOT = "github-actions[bot]"


@dataclass(frozen=True)
class Answer:
    """What GitHub said."""

    status: int
    headers: Mapping[str, str]  # by their names in small letters
    text: str

    @property
    def document(self) -> Any:
        """The answer as a value."""
        return json.loads(self.text) if self.text else None

    @property
    def words(self) -> str:
        """Its message, for people."""
        try:
            return f"{self.status} {json.loads(self.text)['message']}"
        except (ValueError, KeyError, TypeError):
            return str(self.status)


class GitHub:
    """One pull request, seen with one token, which stays in memory."""

    def __init__(
        self,
        api: str,
        token: str,
        repository: str,
        number: int,
        *,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.place = urlsplit(api)
        if self.place.scheme != "https" and self.place.hostname not in LOOPBACK:
            raise Misused(
                "a token is not sent in the clear", where=f"GITHUB_API_URL={api}", next_step="use its https address"
            )
        self._token = token
        self._issue = f"/repos/{repository}/issues/{number}"
        self._comment = f"/repos/{repository}/issues/comments"
        self._sleep = sleep
        self._clock = clock
        self._waited = 0.0
        self._author: str | None = None

    def comments(self) -> list[Comment]:
        """Every comment, the oldest first."""
        rows = list(self._pages(f"{self._issue}/comments"))
        return [Comment(int(row["id"]), str(row["body"] or ""), self._is_ours(row)) for row in rows]

    def labels(self) -> tuple[str, ...]:
        """The labels as they are now: those of the event may be old when a job is run again."""
        return tuple(str(row["name"]) for row in self._pages(f"{self._issue}/labels"))

    def create(self, body: str) -> None:
        """Writes a new comment."""
        self._must("POST", f"{self._issue}/comments", {"body": body})

    def update(self, comment: int, body: str) -> None:
        """Writes over a comment; one that somebody has deleted meanwhile is no failure."""
        self._must("PATCH", f"{self._comment}/{comment}", {"body": body}, also=GONE)

    def delete(self, comment: int) -> None:
        """Removes a comment, if it is still there."""
        self._must("DELETE", f"{self._comment}/{comment}", also=GONE)

    def _is_ours(self, row: Mapping[str, Any]) -> bool:
        user = row.get("user") or {}
        return bool(user.get("login") == self._own_name())

    def _own_name(self) -> str:
        """Whose token this is; the one that a job is given may not ask, and belongs to GitHub's own app."""
        if self._author is None:
            answer = self._tried("GET", "/user")
            self._author = str(answer.document["login"]) if answer.status == 200 else OWN_BOT
        return self._author

    def _pages(self, path: str) -> Iterator[Mapping[str, Any]]:
        page = 1
        while True:
            rows = self._must("GET", f"{path}?per_page={PER_PAGE}&page={page}").document
            yield from rows
            if len(rows) < PER_PAGE:
                return
            page += 1

    def _must(self, method: str, path: str, sent: object = None, also: tuple[int, ...] = ()) -> Answer:
        answer = self._tried(method, path, sent)
        if answer.status < 300 or answer.status in also:
            return answer
        raise Unpostable(f"GitHub answered {answer.words}", where=f"{method} {path}", next_step=_remedy(answer.status))

    def _tried(self, method: str, path: str, sent: object = None) -> Answer:
        """The answer, after as many attempts as GitHub asks for and our patience allows."""
        attempt = 0
        while True:
            answer = self._once(method, path, sent)
            pause = pause_before_next(answer, attempt, self._clock())
            if pause is None or self._waited + pause > PATIENCE:
                return answer
            self._sleep(pause)
            self._waited += pause
            attempt += 1

    def _once(self, method: str, path: str, sent: object) -> Answer:
        kind = HTTPConnection if self.place.scheme == "http" else HTTPSConnection
        connection = kind(self.place.netloc, timeout=SECONDS)
        headers = {
            "Accept": "application/vnd.github+json",
            "Authorization": f"Bearer {self._token}",
            "User-Agent": f"lambda-alerts/{__version__}",
            "X-GitHub-Api-Version": "2022-11-28",
        }
        body = None if sent is None else json.dumps(sent).encode()
        try:
            connection.request(method, f"{self.place.path.rstrip('/')}{path}", body, headers)
            answer = connection.getresponse()
            said = {name.lower(): value for name, value in answer.getheaders()}
            return Answer(answer.status, said, answer.read().decode(errors="replace"))
        except (OSError, HTTPException) as error:
            return Answer(599, {}, json.dumps({"message": f"no connection: {error}"}))
        finally:
            connection.close()


def pause_before_next(answer: Answer, attempt: int, now: float) -> float | None:
    """How long to wait before the same is asked again; None when it is of no use.

    https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api
    """
    if answer.status >= 500:
        return float(2**attempt) if attempt < 4 else None
    if answer.status not in (403, 429):
        return None
    if "retry-after" in answer.headers:
        return max(1.0, _number(answer.headers["retry-after"]))
    if answer.headers.get("x-ratelimit-remaining") == "0":
        return max(1.0, _number(answer.headers.get("x-ratelimit-reset")) - now)
    if answer.status == 429 or "rate limit" in answer.text.lower():
        return MINUTE * float(2**attempt)
    return None  # a 403 that no waiting helps against


def _number(text: str | None) -> float:
    try:
        return float(text or 0)
    except ValueError:
        return 0.0


def _remedy(status: int) -> str:
    if status in (401, 403, 404):
        return "give the job `permissions: pull-requests: write`, and GITHUB_TOKEN in its environment"
    return "run the job again; the plan is in its summary"
