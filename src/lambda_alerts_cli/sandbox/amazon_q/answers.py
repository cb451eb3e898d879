"""What a pressed button brings: an answer in the thread of its message, as in Slack."""

from dataclasses import dataclass

from lambda_alerts_cli.sandbox.amazon_q.channel_log import ChannelLog
from lambda_alerts_cli.sandbox.amazon_q.command_runner import CannotRun, run
from lambda_alerts_cli.sandbox.amazon_q.commands import parse
from lambda_alerts_cli.sandbox.amazon_q.message import Button, Colour, Message
from lambda_alerts_cli.sandbox.world import World

LONGEST_ANSWER = 2_900  # characters; Slack's sections end at 3,000


@dataclass(frozen=True)
class Answers:
    """Runs what buttons stand for."""

    world: World
    log: ChannelLog

    def press(self, message: Message, button: Button) -> Message:
        """Runs its command, or says why not; the answer stands in the thread."""
        colour, text = self._result(button, message.topic.split(":")[3])
        return self.log.add(
            Message(
                kind="answer",
                channel=message.channel,
                configuration=message.configuration,
                colour=colour,
                title=button.command,
                text=text,
                at=self.world.clock.now(),
                real=self.world.clock.real(),
                topic=message.topic,
                message_id=message.message_id,
                thread=message.thread,
                about=message.about,
                parent=message.parent or message.number,
            )
        )

    def _result(self, button: Button, region: str) -> tuple[Colour, str]:
        command = parse(button.command)
        refused = command if isinstance(command, str) else button.refused
        if isinstance(command, str) or refused:
            return "red", f"I cannot run this command: {refused}"
        try:
            answer = run(command, self.world.clients, region)
        except CannotRun as error:
            return "red", f"The command failed: {error}"
        cut = answer if len(answer) <= LONGEST_ANSWER else answer[:LONGEST_ANSWER] + "\n…"
        return "grey", f"```{cut}```"
