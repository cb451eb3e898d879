"""A Slack channel, read with a bot token of the user's; the token is sent to Slack and shown to nobody."""

import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Any

from lambda_alerts_cli.proof.arrangement import Unseen
from lambda_alerts_cli.proof.evidence import Seen

SLACK_API = "https://slack.com/api"  # GovSlack has another
PATIENCE = 20
MOST = 200  # messages at once
WORDS: Mapping[str, str] = {
    "invalid_auth": "Slack does not know the token",
    "not_authed": "Slack does not know the token",
    "token_revoked": "the token was revoked",
    "missing_scope": "the token lacks the scope channels:history, for a private channel groups:history",
    "not_in_channel": "the token's app is not in the channel: /invite it",
    "channel_not_found": "the token's app does not see the channel: /invite it",
}


class SlackChannels:
    """Reads messages; never raises: what cannot be read is unseen."""

    def __init__(self, token: str, api: str = SLACK_API) -> None:
        self._token = token
        self._api = api.rstrip("/")

    def __repr__(self) -> str:
        return f"SlackChannels(api={self._api!r})"

    def now(self) -> float:
        """Slack's time, in seconds since 1970."""
        _, date = self._ask("auth.test", {})
        try:
            return parsedate_to_datetime(date).timestamp()
        except (TypeError, ValueError):
            return 0.0

    def messages(self, channel: str, since: float) -> tuple[Seen, ...] | Unseen:
        """What was written into a channel after a moment, as text in whatever place of the message it stands."""
        given = {"channel": channel, "oldest": f"{since:.6f}", "limit": str(MOST)}
        answer, _ = self._ask("conversations.history", given)
        if isinstance(answer, Unseen):
            return answer
        if not answer.get("ok"):
            code = str(answer.get("error", "no reason given"))
            # To be asked less often is no reason to give up.
            return () if code == "ratelimited" else Unseen(WORDS.get(code, f"Slack says {code}"))
        rows = [row for row in answer.get("messages", []) if isinstance(row, dict)]
        return tuple(Seen(float(row.get("ts", 0)) - since, json.dumps(row, ensure_ascii=False)) for row in rows)

    def _ask(self, method: str, given: Mapping[str, str]) -> tuple[dict[str, Any] | Unseen, str]:
        request = urllib.request.Request(
            f"{self._api}/{method}",
            data=urllib.parse.urlencode(given).encode(),
            headers={"Authorization": f"Bearer {self._token}"},
        )
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                told = json.loads(answer.read())
                return (told if isinstance(told, dict) else {}), answer.headers.get("Date", "")
        except urllib.error.HTTPError as error:
            limited = {"error": "ratelimited"} if error.code == 429 else Unseen(f"Slack answered {error.code}")
            return limited, error.headers.get("Date", "")
        except (OSError, ValueError) as error:
            return Unseen(f"Slack cannot be reached: {type(error).__name__}"), ""
