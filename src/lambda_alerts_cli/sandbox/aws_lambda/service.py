"""Lambda as a whole: what it is made of, and how it ends."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from lambda_alerts_cli.sandbox.aws_lambda import functions
from lambda_alerts_cli.sandbox.aws_lambda.attempts import Book
from lambda_alerts_cli.sandbox.aws_lambda.deliveries import Deliveries
from lambda_alerts_cli.sandbox.aws_lambda.event_queue import EventQueue
from lambda_alerts_cli.sandbox.aws_lambda.execution_role import ExecutionRoles
from lambda_alerts_cli.sandbox.aws_lambda.forced_function import deployed_functions
from lambda_alerts_cli.sandbox.aws_lambda.forcing import Forcing
from lambda_alerts_cli.sandbox.aws_lambda.function_logs import FunctionLogs
from lambda_alerts_cli.sandbox.aws_lambda.image_function import Machinery
from lambda_alerts_cli.sandbox.aws_lambda.invoker import Invoker
from lambda_alerts_cli.sandbox.aws_lambda.metric_writer import MetricWriter
from lambda_alerts_cli.sandbox.aws_lambda.pool import Pool
from lambda_alerts_cli.sandbox.aws_lambda.preparation import Preparations
from lambda_alerts_cli.sandbox.aws_lambda.runner import Runner
from lambda_alerts_cli.sandbox.aws_lambda.streams import Streams
from lambda_alerts_cli.sandbox.aws_lambda.waiting_room import Lanes, WaitingRoom
from lambda_alerts_cli.sandbox.containers.engine import EngineSearch
from lambda_alerts_cli.sandbox.ecr.blobs import Blobs
from lambda_alerts_cli.sandbox.ecr.repositories import Ecr
from lambda_alerts_cli.sandbox.world import World

PRINCIPAL = "lambda.amazonaws.com"


@dataclass(frozen=True)
class LambdaService:
    """The parts that have threads or processes of their own."""

    pool: Pool
    metrics: MetricWriter
    events: EventQueue
    forcing: Forcing

    def settle(self) -> None:
        """Puts back what was changed and writes what is not written yet, while the sandbox still answers."""
        self.events.close()
        self.forcing.close()
        self.metrics.close()

    def close(self) -> None:
        """Ends what runs."""
        self.pool.close()


def install(
    world: World, *, host: str, ecr: Callable[[str], Ecr], blobs: Blobs, search: EngineSearch, home: Path
) -> LambdaService:
    """Puts functions that run in the place of moto's."""
    runner = Runner(search, blobs, home / "functions", world.clients.endpoint, world.clock)
    pool = Pool(runner.start)
    metrics = MetricWriter(lambda region: world.clients.of("cloudwatch", region, PRINCIPAL))
    logs = FunctionLogs(lambda region: world.clients.of("logs", region, PRINCIPAL))
    invoker = Invoker(pool, Book(world, logs, metrics), world.clock)
    deliveries = Deliveries(world, metrics, ExecutionRoles(world.clients))
    room, lanes = WaitingRoom(world.clock), Lanes()
    events = EventQueue(invoker, deliveries, world.clock, room=room, lanes=lanes)
    functions.install(
        Machinery(
            registry_host=host,
            ecr=ecr,
            blobs=blobs,
            preparations=Preparations(runner.prepare),
            invoker=invoker,
            events=events,
            streams=Streams(invoker, metrics, world.clock, room=room, lanes=lanes),
        )
    )
    forcing = Forcing(lambda: deployed_functions(world), world)
    return LambdaService(pool, metrics, events, forcing)
