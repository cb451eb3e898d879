"""How things stand for one function whose way to Slack is whole; a test breaks what it wants to see broken."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from lambda_alerts_cli.proof.arrangement import (
    Alarm,
    Arrangement,
    Channel,
    EventSettings,
    Function,
    Metric,
    MetricFilter,
    Rule,
    Subscription,
    Target,
    Topic,
)
from lambda_alerts_cli.proof.case import Case
from lambda_alerts_cli.proof.route import route_of
from lambda_alerts_cli.proof.scenarios import ROWS, Scenario
from tests.shop import ACCOUNT, REGION

NAME = "shop-orders"
ARN = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{NAME}"
BUS = f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/default"
TOPIC_ARN = f"arn:aws:sns:{REGION}:{ACCOUNT}:shop-alerts"
NOTIFICATION = '{"version": "1.0", "source": "custom", "content": {"description": "<requestId>"}}'


def policy(*principals: str, action: str = "sns:Publish", condition: Mapping[str, Any] | None = None) -> str:
    """A resource's policy that lets services do something."""
    rows = [
        {"Effect": "Allow", "Principal": {"Service": name}, "Action": action, "Resource": "*"} for name in principals
    ]
    return json.dumps({"Statement": [{**row, **({"Condition": condition} if condition else {})} for row in rows]})


def role_policy() -> str:
    rows = [
        {"Effect": "Allow", "Action": ["logs:CreateLogStream", "logs:PutLogEvents"], "Resource": "*"},
        {"Effect": "Allow", "Action": "events:PutEvents", "Resource": BUS},
    ]
    return json.dumps({"Statement": rows})


FUNCTION = Function(
    name=NAME,
    arn=ARN,
    timeout=30,
    log_group=f"/aws/lambda/{NAME}",
    role=NAME,
    role_policies=(role_policy(),),
    events={"$LATEST": EventSettings(2, BUS), "live": EventSettings(2, BUS)},
)
ALARM = Alarm(
    name=f"{NAME}-errors",
    actions=(TOPIC_ARN,),
    metrics=(Metric.of("AWS/Lambda", "Errors", FunctionName=NAME),),
    statistic="Sum",
    period=60,
    periods=2,
)
MARKED = Alarm(
    name=f"{NAME}-handled",
    actions=(TOPIC_ARN,),
    metrics=(Metric.of("lambda-alerts", f"{NAME}-handled"),),
    statistic="Sum",
    periods=2,
)
TARGET = Target(TOPIC_ARN, {"requestId": "$.detail.requestContext.requestId"}, NOTIFICATION, "arn:aws:sqs:r:1:dead")
RULE = Rule(f"{NAME}-failures", True, json.dumps({"source": ["lambda"]}), (TARGET,))
TOPIC = Topic(
    arn=TOPIC_ARN,
    policy=policy("cloudwatch.amazonaws.com", "events.amazonaws.com"),
    subscriptions=(Subscription("https://global.sns-api.chatbot.amazonaws.com", raw=False),),
)
CHANNEL = Channel("arn:channel", "shop-alerts", "C0GHJKLMN", (TOPIC_ARN,))


class Stand:
    """One function and its alerts."""

    def __init__(self) -> None:
        self.arrangement = Arrangement(
            function=FUNCTION,
            alarms=(ALARM, MARKED),
            filters=(MetricFilter('"LAMBDA_ALERT"', MARKED.metrics[0]),),
            rule=RULE,
            topics={TOPIC_ARN: TOPIC},
            channels=(CHANNEL,),
        )

    def with_alarm(self, **changed: Any) -> "Stand":
        self.arrangement = replace(self.arrangement, alarms=(replace(ALARM, **changed), MARKED))
        return self

    def with_alarms(self, *alarms: Alarm) -> "Stand":
        self.arrangement = replace(self.arrangement, alarms=alarms)
        return self

    def with_function(self, **changed: Any) -> "Stand":
        self.arrangement = replace(self.arrangement, function=replace(FUNCTION, **changed))
        return self

    def with_rule(self, **changed: Any) -> "Stand":
        self.arrangement = replace(self.arrangement, rule=replace(RULE, **changed))
        return self

    def with_target(self, **changed: Any) -> "Stand":
        return self.with_rule(targets=(replace(TARGET, **changed),))

    def with_topic(self, **changed: Any) -> "Stand":
        self.arrangement = replace(self.arrangement, topics={TOPIC_ARN: replace(TOPIC, **changed)})
        return self

    def case(self, scenario: str) -> Case:
        row = scenario_named(scenario)
        return Case(row, self.arrangement, route_of(row, self.arrangement))


def scenario_named(name: str) -> Scenario:
    return next(row for row in ROWS if row.name == name)
