"""What the page shows of the services: the one place that knows both it and them."""

from collections.abc import Callable, Sequence
from typing import Any

from moto.cloudwatch.models import cloudwatch_backends

from lambda_alerts_cli.sandbox.amazon_q.channels import WORKSPACE_NAME
from lambda_alerts_cli.sandbox.amazon_q.service import AmazonQ
from lambda_alerts_cli.sandbox.page.sources import Row, Sources
from lambda_alerts_cli.sandbox.world import World


def shown(world: World, instance: str, amazon_q: AmazonQ, functions: Callable[[], Sequence[Row]]) -> Sources:
    """Looked at once a second for each window that is open, so nothing here calls anybody."""
    return Sources(
        world=world,
        log=amazon_q.log,
        instance=instance,
        workspace=WORKSPACE_NAME,
        channels=lambda: _channels(amazon_q),
        functions=functions,
        alarms=lambda: _alarms(world.account),
    )


def _channels(amazon_q: AmazonQ) -> list[Row]:
    return [
        {
            "configuration": row.name,
            "channel": row.channel,
            "name": row.channel_name,
            "topics": len(row.topics),
        }
        for row in list(amazon_q.channels.channels.values())
    ]


def _alarms(account: str) -> list[Row]:
    regions: Any = cloudwatch_backends[account]  # the sandbox's own alarms stand in moto's place
    return [
        {"arn": alarm.alarm_arn, "name": alarm.name, "state": alarm.state.value}
        for region in list(regions.values())
        for alarm in list(region.alarms.values())
    ]
