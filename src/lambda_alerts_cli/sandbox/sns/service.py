"""Puts SNS together."""

from moto.sns.models import sns_backends

from lambda_alerts_cli.sandbox.background import Background
from lambda_alerts_cli.sandbox.counts import Counts
from lambda_alerts_cli.sandbox.extension import take_the_place_of
from lambda_alerts_cli.sandbox.sns.deliveries import PRINCIPAL, Deliveries
from lambda_alerts_cli.sandbox.sns.keys import find_key
from lambda_alerts_cli.sandbox.sns.publishing import Publishing
from lambda_alerts_cli.sandbox.sns.signing import Signing
from lambda_alerts_cli.sandbox.sns.topics import Topics
from lambda_alerts_cli.sandbox.sns.visits import Visits
from lambda_alerts_cli.sandbox.world import World


def install(world: World) -> Visits:
    """Puts these topics in the place of moto's; returns what is to be mounted below OWN_SNS."""
    background = Background(world.clock, world.stopping, "sns").start()
    web = Background(world.clock, world.stopping, "sns-web").start()
    counts = Counts(world, background, PRINCIPAL, "AWS/SNS")
    publishing = Publishing(
        world,
        counts,
        Deliveries(world, counts, background, web),
        lambda region, name: find_key(world.clients.of("kms", region, PRINCIPAL), name),
    )
    signing = Signing()
    take_the_place_of(
        sns_backends,
        lambda region_name, account_id: Topics(
            region_name, account_id, world=world, publishing=publishing, signing=signing
        ),
    )
    return Visits(world.account)
