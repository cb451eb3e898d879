"""The Slack workspace as far as the sandbox has one: the channels that the app was removed from."""

import threading

GONE = "the app is not in the channel: /invite @Amazon Q"


class Workspace:
    """Everybody has invited the app, until somebody says otherwise."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.without_the_app: set[str] = set()

    def invite(self, channel: str, invited: bool) -> None:
        """Puts the app into a channel, or takes it out of it."""
        with self.lock:
            if invited:
                self.without_the_app.discard(channel)
            else:
                self.without_the_app.add(channel)

    def invited(self, channel: str) -> bool:
        """Whether the app may write there."""
        with self.lock:
            return channel not in self.without_the_app

    def refusal(self, channel: str) -> str:
        """Why nothing can be written into a channel; empty when it can."""
        return "" if self.invited(channel) else GONE
