"""Amazon Q Developer in chat applications, put together."""

from collections.abc import Mapping

from lambda_alerts_cli.sandbox.amazon_q.answers import Answers
from lambda_alerts_cli.sandbox.amazon_q.bookkeeping import CALLER
from lambda_alerts_cli.sandbox.amazon_q.channel_log import ChannelLog
from lambda_alerts_cli.sandbox.amazon_q.channels import Channels
from lambda_alerts_cli.sandbox.amazon_q.chatbot_api import ChatbotApi
from lambda_alerts_cli.sandbox.amazon_q.delivery import Delivery
from lambda_alerts_cli.sandbox.amazon_q.own_addresses import Application, OwnAddresses
from lambda_alerts_cli.sandbox.amazon_q.subscriptions import Subscriptions
from lambda_alerts_cli.sandbox.amazon_q.workspace import Workspace
from lambda_alerts_cli.sandbox.world import World


class AmazonQ:
    """Its API, what it answers below /_sandbox/, and what stands in its channels."""

    def __init__(self, world: World) -> None:
        topics = Subscriptions(lambda region: world.clients.of("sns", region, CALLER))
        self.channels, self.log = Channels(world.account, topics), ChannelLog()
        self.api = ChatbotApi(self.channels)
        workspace = Workspace()
        delivery = Delivery(world, self.channels, workspace, self.log)
        addresses = OwnAddresses(delivery, self.channels, workspace, self.log, world.journal, Answers(world, self.log))
        self.own: Mapping[str, Application] = addresses.applications()

    def install_types(self) -> None:
        """Makes CloudFormation's types known."""
        # moto's CloudFormation loads every service that it knows: twice the memory, two thirds of the time to start.
        from lambda_alerts_cli.sandbox.amazon_q import chatbot_stack

        chatbot_stack.install(self.channels)
