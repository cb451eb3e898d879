"""The channels of Amazon Q Developer in chat applications: configurations and custom actions, whoever makes them."""

import threading
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from lambda_alerts_cli.sandbox.amazon_q.request_rules import Invalid

WORKSPACE_NAME = "sandbox"
# What a configuration without guardrails gets on AWS, which is why the modules always set them.
DEFAULT_GUARDRAILS = ("arn:aws:iam::aws:policy/AdministratorAccess",)


class NoSuchResource(LookupError):
    """There is nothing with this ARN."""


class Conflict(ValueError):
    """The channel or the name is taken."""


@dataclass(frozen=True)
class Channel:
    """One Slack channel configuration."""

    arn: str
    name: str
    workspace: str
    channel: str
    role: str
    channel_name: str = ""
    topics: tuple[str, ...] = ()
    guardrails: tuple[str, ...] = DEFAULT_GUARDRAILS
    logging: str = "NONE"
    user_role_required: bool = False
    customizations: tuple[str, ...] = ()
    tags: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class CustomAction:
    """A button or alias that runs a command."""

    arn: str
    name: str
    alias: str | None
    definition: dict[str, Any]
    attachments: tuple[dict[str, Any], ...]
    tags: dict[str, str] = field(default_factory=dict)


class Topics(Protocol):
    """How topics are subscribed for the channels that list them."""

    def add(self, topics: Collection[str]) -> None:
        """Subscribes them; raises Invalid where that cannot be."""

    def remove(self, topics: Collection[str]) -> None:
        """Ends their subscriptions."""


class Channels:
    """All of them; one configuration per channel and account, as on AWS."""

    def __init__(self, account: str, topics: Topics | None = None) -> None:
        self.account = account
        self.topics = topics
        self.lock = threading.RLock()
        self.channels: dict[str, Channel] = {}
        self.actions: dict[str, CustomAction] = {}

    def channel_arn(self, name: str) -> str:
        """The ARN of a configuration; the service is global and its ARNs name no region."""
        return f"arn:aws:chatbot::{self.account}:chat-configuration/slack-channel/{name}"

    def action_arn(self, name: str) -> str:
        """The ARN of a custom action."""
        return f"arn:aws:chatbot::{self.account}:custom-action/{name}"

    def add(self, channel: Channel) -> Channel:
        """Keeps a new configuration, unless its name or its channel has one, or its topics cannot be subscribed."""
        with self.lock:
            if channel.arn in self.channels:
                raise Conflict(f"Slack channel configuration with name {channel.name} already exists")
            self._refuse_a_second(channel)
            self.channels[channel.arn] = channel
        self._follow((), channel)
        return channel

    def update(self, arn: str, **changes: Any) -> Channel:
        """Changes a configuration."""
        with self.lock:
            before = self.channel(arn)
            changed = replace(before, **changes)
            self._refuse_a_second(changed)
            self.channels[arn] = changed
        self._follow(before.topics, changed, before)
        return changed

    def listing(self, topic: str) -> list[Channel]:
        """The configurations that list a topic."""
        with self.lock:
            return [channel for channel in self.channels.values() if topic in channel.topics]

    def channel(self, arn: str) -> Channel:
        """One configuration."""
        with self.lock:
            if arn not in self.channels:
                raise NoSuchResource(f"Could not find Slack channel configuration for ARN {arn}")
            return self.channels[arn]

    def remove(self, arn: str) -> None:
        """Forgets a configuration."""
        with self.lock:
            topics = self.channel(arn).topics
            del self.channels[arn]
        self._leave(topics)

    def add_action(self, action: CustomAction) -> CustomAction:
        """Keeps a new custom action."""
        with self.lock:
            if action.arn in self.actions:
                raise Conflict(f"Custom action with name {action.name} already exists")
            self.actions[action.arn] = action
            return action

    def update_action(self, arn: str, **changes: Any) -> CustomAction:
        """Changes a custom action."""
        with self.lock:
            self.actions[arn] = replace(self.action(arn), **changes)
            return self.actions[arn]

    def action(self, arn: str) -> CustomAction:
        """One custom action."""
        with self.lock:
            if arn not in self.actions:
                raise NoSuchResource(f"Could not find custom action for ARN {arn}")
            return self.actions[arn]

    def remove_action(self, arn: str) -> None:
        """Forgets a custom action."""
        with self.lock:
            self.action(arn)
            del self.actions[arn]

    def retag(self, arn: str, add: dict[str, str], remove: tuple[str, ...]) -> None:
        """Changes the tags of a configuration or an action."""
        with self.lock:
            tags = {**self.tags(arn), **add}
            for key in remove:
                tags.pop(key, None)
            if arn in self.channels:
                self.channels[arn] = replace(self.channels[arn], tags=tags)
            else:
                self.actions[arn] = replace(self.actions[arn], tags=tags)

    def tags(self, arn: str) -> dict[str, str]:
        """The tags of a configuration or an action."""
        with self.lock:
            if arn in self.channels:
                return self.channels[arn].tags
            return self.action(arn).tags

    def _follow(self, listed: tuple[str, ...], channel: Channel, before: Channel | None = None) -> None:
        # Without the lock: subscribing is a call of SNS, which may call back.
        try:
            if self.topics is not None:
                self.topics.add(set(channel.topics) - set(listed))
        except Invalid:
            with self.lock:
                if before is None:
                    self.channels.pop(channel.arn, None)
                else:
                    self.channels[channel.arn] = before
            raise
        self._leave(tuple(topic for topic in listed if topic not in channel.topics))

    def _leave(self, topics: tuple[str, ...]) -> None:
        if self.topics is not None:
            self.topics.remove({topic for topic in topics if not self.listing(topic)})

    def _refuse_a_second(self, channel: Channel) -> None:
        for other in self.channels.values():
            if other.arn != channel.arn and (other.workspace, other.channel) == (channel.workspace, channel.channel):
                place = f"Slack channel {channel.channel} of workspace {channel.workspace}"
                raise Conflict(f"{place} is already configured: {other.arn}")
