"""What an alarm's change of state sets off: its actions, the event on the bus, and a hop in the journal."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from botocore.exceptions import BotoCoreError, ClientError

from lambda_alerts_cli.sandbox.clients import on_behalf_of
from lambda_alerts_cli.sandbox.cloudwatch import messages
from lambda_alerts_cli.sandbox.cloudwatch.alarm import Alarm, Transition, journal_name
from lambda_alerts_cli.sandbox.cloudwatch.history import History
from lambda_alerts_cli.sandbox.cloudwatch.mute_rules import MuteRules
from lambda_alerts_cli.sandbox.world import World

_LOG = logging.getLogger(__name__)
CALLER = "cloudwatch.amazonaws.com"


@dataclass
class Outcome:
    """What became of the actions."""

    brings: list[str] = field(default_factory=list)
    done: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    muted_by: str = ""


class Acting:
    """Acts for the alarms of one region."""

    def __init__(
        self,
        world: World,
        region: str,
        history: History,
        mute_rules: MuteRules | None = None,
        is_spoken_for: Callable[[str], bool] = lambda name: False,
    ) -> None:
        self.world = world
        self.region = region
        self.history = history
        self.mute_rules = mute_rules or MuteRules()
        self.is_spoken_for = is_spoken_for
        self.muted: dict[str, Transition] = {}  # what an alarm did not say while it was muted

    def on(self, transition: Transition, *, again: bool = False) -> None:
        """Everything that follows from a transition; `again` when only its actions were put off."""
        outcome = Outcome(muted_by=self.mute_rules.muting(transition.alarm.name, transition.new.at))
        self.muted.pop(transition.alarm.name, None)
        with on_behalf_of(transition.alarm.alarm_arn):
            if not again:
                self._tell_the_bus(transition, outcome)
            if transition.alarm.acts and not transition.suppressed_by:
                if outcome.muted_by:
                    self.muted[transition.alarm.name] = transition
                else:
                    self._carry_out(transition, outcome)
        self._note(transition, outcome, "its suppression is over" if again else "")

    def after_mutes(self, alarms: Mapping[str, Alarm]) -> None:
        """Acts for the alarms that are muted no longer and still in the state that nobody was told of."""
        for name, transition in list(self.muted.items()):
            if self.mute_rules.muting(name, self.world.clock.now()):
                continue
            del self.muted[name]
            alarm = alarms.get(name)
            if alarm is None or alarm.state.since != transition.new.since or not alarm.acts:
                continue
            outcome = Outcome()
            with on_behalf_of(transition.alarm.alarm_arn):
                self._carry_out(transition, outcome, after_mute=True)
            self._note(transition, outcome, "it is muted no longer")

    def _carry_out(self, transition: Transition, outcome: Outcome, *, after_mute: bool = False) -> None:
        for action in transition.alarm.actions(transition.new.value):
            self._act(action, transition, outcome, after_mute)

    def _act(self, action: str, transition: Transition, outcome: Outcome, after_mute: bool) -> None:
        service = action.split(":")[2] if action.count(":") > 4 else ""
        message = messages.topic_message(transition, self.world.account, self.region, after_mute=after_mute)
        error = ""
        try:
            if service == "sns":
                outcome.brings.append(f"message:{self._publish(action, message, transition)}")
            elif service == "lambda":
                message = messages.function_payload(transition, self.world.account, self.region)
                self._invoke(action, message)
            else:
                error = f"The sandbox carries out actions of SNS and Lambda only, not of {service or action}"
        except ClientError as problem:
            error = _words(problem, action, service)
        except BotoCoreError as problem:  # the sandbox is ending, or its front door is busy
            error = str(problem)
        (outcome.failed if error else outcome.done).append(f"{action}: {error}" if error else action)
        self.history.acted(transition, action, message, error, self.world.clock.now())

    def _publish(self, topic: str, message: str, transition: Transition) -> str:
        region = topic.split(":")[3] or self.region
        client = self.world.clients.of("sns", region, CALLER)
        answer = client.publish(TopicArn=topic, Subject=messages.subject(transition, self.region), Message=message)
        return str(answer["MessageId"])

    def _invoke(self, function: str, payload: str) -> None:
        # On AWS the caller is lambda.alarms.cloudwatch.amazonaws.com; the sandbox knows one name for each service.
        client = self.world.clients.of("lambda", self.region, CALLER)
        client.invoke(FunctionName=function, InvocationType="Event", Payload=payload.encode())

    def _tell_the_bus(self, transition: Transition, outcome: Outcome) -> None:
        entry = {
            "Source": "aws.cloudwatch",
            "DetailType": "CloudWatch Alarm State Change",
            "Resources": [transition.alarm.alarm_arn],
            "Detail": messages.event_detail(transition),
        }
        try:
            answer = self.world.clients.of("events", self.region, CALLER).put_events(Entries=[entry])
        except (BotoCoreError, ClientError) as problem:
            _LOG.warning("no event for the alarm %s: %s", transition.alarm.name, problem)
            return
        outcome.brings += [f"event:{row['EventId']}" for row in answer["Entries"] if "EventId" in row]

    def _note(self, transition: Transition, outcome: Outcome, over: str) -> None:
        alarm, new = transition.alarm, transition.new
        acted = f" It acted on {', '.join(_short(action) for action in outcome.done)}." if outcome.done else ""
        self.world.note(
            "alarm",
            alarm.alarm_arn,
            f'The alarm "{alarm.name}" {_happened(transition, over)}.{acted}',
            follows=transition.follows,
            brings=(journal_name(alarm.alarm_arn, new.at), *outcome.brings),
            lost="" if self._is_heard(transition) else _lost(transition, outcome),
            # When it changed, not when all that followed was done: a topic may have taken its time.
            at=self.world.clock.now() if over else new.at,
            name=alarm.name,
            old=transition.old.value,
            new=new.value,
            reason=new.reason,
            changed=new.at,
            **{"threshold": "", "value": "", "window": "", **transition.facts},
        )

    def _is_heard(self, transition: Transition) -> bool:
        """Whether it has no action because a composite alarm acts for it."""
        alarm = transition.alarm
        return not alarm.actions(transition.new.value) and self.is_spoken_for(alarm.name)


def _happened(transition: Transition, over: str) -> str:
    if over:
        return f"acts on {transition.new.value} now: {over}"
    return f"went from {transition.old.value} to {transition.new.value}"


def _lost(transition: Transition, outcome: Outcome) -> str:
    alarm, state = transition.alarm, transition.new.value
    if outcome.failed:
        return f'The alarm "{alarm.name}" could not act: {"; ".join(outcome.failed)}'
    if state != "ALARM" or outcome.done:
        return ""
    if outcome.muted_by:
        return f'"{alarm.name}" is muted by the rule {outcome.muted_by}.'
    if transition.suppressed_by:
        return f'The actions of "{alarm.name}" are suppressed by {transition.suppressed_by}.'
    if not alarm.actions(state):
        return f'The alarm "{alarm.name}" has no action: add a topic to its AlarmActions.'
    return f'The alarm "{alarm.name}" has no action that is enabled: set ActionsEnabled, or call EnableAlarmActions.'


def _words(problem: ClientError, action: str, service: str) -> str:
    """The error as it stands in an alarm's history; [FIELD] for the first two, else the service's own words."""
    code = problem.response["Error"].get("Code", "")
    if code.startswith("KMS"):
        return "CloudWatch Alarms does not have authorization to access the SNS topic encryption key."
    if code in ("AuthorizationError", "AuthorizationErrorException", "AccessDeniedException", "AccessDenied"):
        right = "SNS:Publish" if service == "sns" else "lambda:InvokeFunction"
        return (
            f"CloudWatch Alarms is not authorized to perform: {right} on resource:{action} "
            f"because no resource-based policy allows the {right} action"
        )
    return str(problem.response["Error"].get("Message") or code)


def _short(arn: str) -> str:
    return arn.rpartition(":")[2]
