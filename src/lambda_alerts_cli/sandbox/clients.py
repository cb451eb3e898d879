"""How the sandbox's parts speak to each other: through AWS's own API, each under the name of its service."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Any

import boto3
from botocore.config import Config

from lambda_alerts_cli.sandbox.signature import SANDBOX_KEY

# The part that acts for a service signs with the service's name as its access key, so that policies can tell it apart.
SOURCE_HEADER = "x-sandbox-source-arn"  # what AWS knows about such a call by itself: aws:SourceArn
_source: ContextVar[str] = ContextVar("source", default="")


@contextmanager
def on_behalf_of(arn: str) -> Iterator[None]:
    """Calls inside are made for this alarm or rule: the condition key aws:SourceArn."""
    token = _source.set(arn)
    try:
        yield
    finally:
        _source.reset(token)


class Clients:
    """boto3's clients of this sandbox; making one takes a tenth of a second, so they are kept."""

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint
        self.of = cache(self._make)
        # One session keeps one copy of each service's model, which is megabytes; it makes one client at a time.
        self.session = boto3.session.Session()
        self.making = threading.Lock()

    def _make(self, service: str, region: str, caller: str = SANDBOX_KEY) -> Any:
        with self.making:
            client = self.session.client(
                service,
                region_name=region,
                endpoint_url=self.endpoint,
                aws_access_key_id=caller,
                aws_secret_access_key=SANDBOX_KEY,
                config=Config(retries={"total_max_attempts": 1}, max_pool_connections=32, parameter_validation=False),
            )
        client.meta.events.register("before-sign", _name_the_source)
        return client


def _name_the_source(request: Any, **_: Any) -> None:
    if arn := _source.get():
        request.headers[SOURCE_HEADER] = arn
