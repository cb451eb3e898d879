"""How things stand in AWS for a function and its alerts: read part by part, and what may not be read is said."""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from botocore.exceptions import ClientError

from lambda_alerts_cli.adapters.aws import CHATBOT_REGION, Aws
from lambda_alerts_cli.adapters.aws_errors import DENIED, code_of, told
from lambda_alerts_cli.proof.arrangement import (
    Alarm,
    Arrangement,
    Channel,
    EventSettings,
    Function,
    Metric,
    MetricFilter,
    Names,
    Rule,
    Subscription,
    Target,
    Topic,
    Unseen,
)

Part = TypeVar("Part")
GONE = frozenset(
    (
        "ResourceNotFoundException",
        "NotFound",
        "NotFoundException",
        "NoSuchEntity",
        "QueueDoesNotExist",
        "AWS.SimpleQueueService.NonExistentQueue",
    )
)
QUALIFIERS = ("$LATEST", "live")


class Surveyor:
    """Looks at everything, changes nothing."""

    def __init__(self, aws: Aws) -> None:
        self.aws = aws

    def survey(self, names: Names) -> Arrangement:
        """All that is known of a function and its alerts."""
        with told(f"function {names.function}"):
            return self._stand(self._function(names, "$LATEST"), names)

    def _stand(self, function: Function, names: Names) -> Arrangement:
        alarms = self._seen_alarms(names.alarms)
        rule = self._seen_rule(names.rule)
        return Arrangement(
            function=function,
            alarms=alarms,
            filters=looked("logs:DescribeMetricFilters", lambda: self._filters(function.log_group)) or (),
            rule=rule,
            topics={arn: self._seen_topic(arn) for arn in topics_of(names, alarms, rule)},
            channels=self._seen_channels(names.channels),
            wants_channel=bool(names.channels),
            expected=names.alarms,
        )

    def _seen_alarms(self, names: tuple[str, ...], region: str | None = None) -> tuple[Alarm, ...] | Unseen:
        return _seen("cloudwatch:DescribeAlarms", lambda: tuple(self._alarms(names, region)))

    def _seen_rule(self, name: str) -> Rule | Unseen | None:
        return looked("events:DescribeRule", lambda: self._rule(name))

    def _seen_channels(self, arns: tuple[str, ...]) -> tuple[Channel, ...] | Unseen:
        found: list[Channel] = []
        for arn in arns:
            rows = looked("chatbot:DescribeSlackChannelConfigurations", lambda arn=arn: self._channel(arn))  # type: ignore[misc]
            if isinstance(rows, Unseen):
                return rows
            found += rows or ()
        return tuple(found)

    def _function(self, names: Names, qualifier: str) -> Function:
        client = self.aws.client("lambda")
        shown = client.get_function_configuration(FunctionName=names.function, Qualifier=qualifier)
        role = str(shown["Role"]).rpartition("/")[2]
        return Function(
            name=names.function,
            arn=names.arn,
            timeout=int(shown["Timeout"]),
            log_group=shown.get("LoggingConfig", {}).get("LogGroup") or f"/aws/lambda/{names.function}",
            role=role,
            role_policies=looked("iam:ListRolePolicies", lambda: tuple(self._role_policies(role))) or (),
            events=_seen("lambda:GetFunctionEventInvokeConfig", lambda: dict(self._event_settings(names.function))),
        )

    def _event_settings(self, function: str) -> Iterator[tuple[str, EventSettings]]:
        for qualifier in QUALIFIERS:
            try:
                shown = self.aws.client("lambda").get_function_event_invoke_config(
                    FunctionName=function, Qualifier=qualifier
                )
            except ClientError as error:
                if code_of(error) in GONE:
                    continue
                raise
            destination = shown.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination", "")
            yield qualifier, EventSettings(int(shown.get("MaximumRetryAttempts", 2)), destination or "")

    def _role_policies(self, role: str) -> Iterator[str]:
        iam = self.aws.client("iam")
        for page in iam.get_paginator("list_role_policies").paginate(RoleName=role):
            for name in page["PolicyNames"]:
                yield _json(iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"])
        for page in iam.get_paginator("list_attached_role_policies").paginate(RoleName=role):
            for row in page["AttachedPolicies"]:
                version = iam.get_policy(PolicyArn=row["PolicyArn"])["Policy"]["DefaultVersionId"]
                shown = iam.get_policy_version(PolicyArn=row["PolicyArn"], VersionId=version)
                yield _json(shown["PolicyVersion"]["Document"])

    def _alarms(self, names: tuple[str, ...], region: str | None = None) -> Iterator[Alarm]:
        client = self.aws.client("cloudwatch", region)
        for start in range(0, len(names), 100):
            page = client.describe_alarms(
                AlarmNames=list(names[start : start + 100]),
                AlarmTypes=["MetricAlarm", "CompositeAlarm"],
                MaxRecords=100,
            )
            for kind in ("MetricAlarms", "CompositeAlarms"):
                yield from map(_alarm, page.get(kind, []))

    def _filters(self, group: str) -> tuple[MetricFilter, ...]:
        pages = self.aws.client("logs").get_paginator("describe_metric_filters").paginate(logGroupName=group)
        return tuple(
            MetricFilter(row.get("filterPattern", ""), Metric(made["metricNamespace"], made["metricName"]))
            for page in pages
            for row in page["metricFilters"]
            for made in row["metricTransformations"]
        )

    def _rule(self, name: str) -> Rule:
        client = self.aws.client("events")
        shown = client.describe_rule(Name=name)
        rows = client.list_targets_by_rule(Rule=name)["Targets"]
        return Rule(name, shown.get("State") == "ENABLED", shown.get("EventPattern", ""), tuple(map(_target, rows)))

    def _seen_topic(self, arn: str) -> Topic | Unseen | None:
        return looked("sns:GetTopicAttributes", lambda: self._topic(arn))

    def _topic(self, arn: str) -> Topic:
        client = self.aws.client("sns", arn.split(":")[3])
        about = client.get_topic_attributes(TopicArn=arn)["Attributes"]
        key = about.get("KmsMasterKeyId", "")
        pages = client.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=arn)
        rows = [row for page in pages for row in page["Subscriptions"]]
        return Topic(
            arn=arn,
            policy=about.get("Policy", ""),
            key=key,
            key_policy=_seen("kms:GetKeyPolicy", lambda: self._key_policy(key, arn.split(":")[3])),
            subscriptions=tuple(_subscription(client, row) for row in rows),
        )

    def _key_policy(self, key: str, region: str) -> str:
        if not key or key.endswith("alias/aws/sns"):
            return ""
        # By an alias KMS does not find it, and it stays unseen: the stack names the key itself.
        return str(self.aws.client("kms", region).get_key_policy(KeyId=key, PolicyName="default")["Policy"])

    def _channel(self, arn: str) -> tuple[Channel, ...]:
        client = self.aws.client("chatbot", CHATBOT_REGION)
        found = client.describe_slack_channel_configurations(ChatConfigurationArn=arn)
        return tuple(
            Channel(arn, row["ConfigurationName"], row["SlackChannelId"], tuple(row["SnsTopicArns"]))
            for row in found["SlackChannelConfigurations"]
        )


def known(alarms: "tuple[Alarm, ...] | Unseen") -> tuple[Alarm, ...]:
    """The alarms, as far as they could be seen."""
    return () if isinstance(alarms, Unseen) else alarms


def topics_of(names: Names, alarms: "tuple[Alarm, ...] | Unseen", rule: "Rule | Unseen | None") -> list[str]:
    """The topics that messages go to, wherever that is written."""
    found = {names.topic}
    found |= {topic for alarm in known(alarms) if alarm.name.startswith(names.function) for topic in alarm.topics}
    if rule is not None and not isinstance(rule, Unseen):
        found |= {target.arn for target in rule.targets if ":sns:" in target.arn}
    return sorted(arn for arn in found if arn)


def _subscription(client: Any, row: Mapping[str, Any]) -> Subscription:
    arn = row["SubscriptionArn"]
    if not arn.startswith("arn:"):  # PendingConfirmation
        return Subscription(row["Endpoint"], raw=False)
    about = client.get_subscription_attributes(SubscriptionArn=arn)["Attributes"]
    return Subscription(row["Endpoint"], raw=about.get("RawMessageDelivery") == "true")


def _alarm(row: Mapping[str, Any]) -> Alarm:
    changed = row.get("StateTransitionedTimestamp") or row.get("StateUpdatedTimestamp")
    periods = int(row.get("EvaluationPeriods", 1))
    queries = [one["MetricStat"] for one in row.get("Metrics", []) if "MetricStat" in one]
    watched = [row] if row.get("MetricName") else [stat["Metric"] for stat in queries]
    return Alarm(
        name=row["AlarmName"],
        state=row.get("StateValue", "INSUFFICIENT_DATA"),
        since=changed.timestamp() if changed else 0.0,
        actions=tuple(row.get("AlarmActions", ())),
        acts=bool(row.get("ActionsEnabled", True)),
        metrics=tuple(
            Metric.of(one["Namespace"], one["MetricName"], **{d["Name"]: d["Value"] for d in one.get("Dimensions", [])})
            for one in watched
        ),
        statistic=row.get("Statistic") or row.get("ExtendedStatistic") or "",
        period=int(row.get("Period") or next((stat["Period"] for stat in queries), 60)),
        periods=periods,
        needed=int(row.get("DatapointsToAlarm") or periods),
        threshold=float(row.get("Threshold") or 0.0),
        comparison=row.get("ComparisonOperator", ""),
        rule=row.get("AlarmRule", ""),
    )


def _target(row: Mapping[str, Any]) -> Target:
    transformer = row.get("InputTransformer")
    return Target(
        arn=row["Arn"],
        paths=None if transformer is None else transformer.get("InputPathsMap", {}),
        template="" if transformer is None else transformer.get("InputTemplate", ""),
        dead_letters=row.get("DeadLetterConfig", {}).get("Arn", ""),
    )


def _seen(action: str, look: Callable[[], Part]) -> Part | Unseen:
    """What there is to see, or that it may not be looked at."""
    found = looked(action, look)
    return Unseen(f"{action}: it is not there") if found is None else found


def looked(action: str, look: Callable[[], Part]) -> Part | Unseen | None:
    """What there is to see, that it may not be looked at, or nothing when it is gone."""
    try:
        return look()
    except ClientError as error:
        if code_of(error) in DENIED:
            service = action.partition(":")[0]
            return Unseen.forbidden(f"{service}:{error.operation_name}")  # one look may take several calls
        if code_of(error) in GONE:
            return None
        raise


def _json(document: Any) -> str:
    return document if isinstance(document, str) else json.dumps(document)
