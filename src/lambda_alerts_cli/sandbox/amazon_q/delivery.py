"""From a topic to the channels that list it: each gets the message, or it is dropped, and the journal says why."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from lambda_alerts_cli.sandbox.amazon_q.bookkeeping import (
    CALLER,
    REGION,
    Books,
    Outcome,
    datapoint,
    delivered,
    not_delivered,
    unsupported,
)
from lambda_alerts_cli.sandbox.amazon_q.buttons import buttons
from lambda_alerts_cli.sandbox.amazon_q.channel_log import ChannelLog
from lambda_alerts_cli.sandbox.amazon_q.channels import Channel, Channels
from lambda_alerts_cli.sandbox.amazon_q.draft import Draft, Unsupported
from lambda_alerts_cli.sandbox.amazon_q.message import Button, Message
from lambda_alerts_cli.sandbox.amazon_q.reading import RAW, read
from lambda_alerts_cli.sandbox.amazon_q.role_policies import permissions_of
from lambda_alerts_cli.sandbox.amazon_q.workspace import Workspace
from lambda_alerts_cli.sandbox.journal import Hop
from lambda_alerts_cli.sandbox.world import World

NOBODY = "no channel lists this topic any more: add it to SnsTopicArns of a channel configuration"


@dataclass(frozen=True)
class Notification:
    """What SNS delivered."""

    topic: str
    message_id: str
    body: str
    raw: bool = False

    @property
    def envelope(self) -> Mapping[str, Any]:
        """SNS's envelope; what was delivered without one is shown as it came."""
        try:
            document = json.loads(self.body)
        except (ValueError, RecursionError):
            document = None
        return document if isinstance(document, dict) else {"body": self.body}


@dataclass(frozen=True)
class Delivery:
    """Hands messages to channels."""

    world: World
    channels: Channels
    workspace: Workspace
    log: ChannelLog

    def take(self, notification: Notification) -> None:
        """Delivers or drops one notification, for each channel that lists its topic."""
        listing = self.channels.listing(notification.topic)
        if not listing:
            self._note(notification, notification.topic, "Amazon Q got a message", lost=NOBODY)
            return
        read_as = _read(notification)
        for channel in listing:
            self._hand(channel, notification, read_as)

    def _hand(self, channel: Channel, notification: Notification, read_as: Draft | Unsupported) -> None:
        at = self.world.clock.moment()
        if isinstance(read_as, Unsupported):
            outcome = unsupported(notification.envelope)
            self._lose(channel, notification, "Amazon Q dropped the message", read_as.reason, outcome, at)
        elif refusal := self.workspace.refusal(channel.channel):
            outcome = not_delivered(refusal)
            self._lose(channel, notification, "Amazon Q could not write into the channel", refusal, outcome, at)
        else:
            outcome = delivered(notification.envelope)
            self._show(channel, notification, read_as)
        Books(self.world).keep(channel, outcome, at)

    def _lose(
        self, channel: Channel, notification: Notification, text: str, reason: str, outcome: Outcome, at: datetime
    ) -> None:
        brings = (datapoint(outcome, channel, at),)  # whoever watches the path itself has an alarm of it
        self._note(notification, _subject(channel), text, lost=reason, brings=brings)

    def _show(self, channel: Channel, notification: Notification, draft: Draft) -> None:
        message = _message(draft, channel, notification, self._buttons(draft, channel, notification), self.world)
        words = f"It stands in the channel: {message.title or message.text.partition(chr(10))[0]}"
        self.log.add(
            message,
            lambda numbered: self._note(notification, _subject(channel), words, number=numbered.number),
        )

    def _buttons(self, draft: Draft, channel: Channel, notification: Notification) -> tuple[Button, ...]:
        actions = [self.channels.actions[arn] for arn in channel.customizations if arn in self.channels.actions]
        iam = self.world.clients.of("iam", REGION, CALLER)
        permissions = cache(lambda: permissions_of(channel, iam, self.world.account))
        region = draft.region or notification.topic.split(":")[3]
        return buttons(draft, actions, permissions, region, self.world.account)

    def _note(self, notification: Notification, subject: str, text: str, **more: Any) -> Hop:
        follows = (f"message:{notification.message_id}",)
        return self.world.note("channel", subject, text, follows=follows, topic=notification.topic, **more)


def _subject(channel: Channel) -> str:
    return f"{channel.name}/{channel.channel}"


def _read(notification: Notification) -> Draft | Unsupported:
    if notification.raw:
        return Unsupported(RAW)
    text = notification.envelope.get("Message")
    return read(text) if isinstance(text, str) else Unsupported("this is not SNS's envelope: it has no Message")


def _message(
    draft: Draft, channel: Channel, notification: Notification, shown: tuple[Button, ...], world: World
) -> Message:
    return Message(
        kind=draft.kind,
        channel=channel.channel,
        configuration=channel.name,
        colour=draft.colour,
        title=draft.title,
        text=draft.text,
        at=world.clock.now(),
        real=world.clock.real(),
        topic=notification.topic,
        message_id=notification.message_id,
        fields=draft.fields,
        links=draft.links,
        next_steps=draft.next_steps,
        buttons=shown,
        thread=draft.thread,
        about=draft.about,
        state=draft.state,
    )
