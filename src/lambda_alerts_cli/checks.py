"""Asks at the same time all that can be asked before a deploy; what is wrong is told in the order it must be solved."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Any, Generic, TypeVar

from lambda_alerts_cli.errors import Problem
from lambda_alerts_cli.stack import Applied

Maker = TypeVar("Maker")


class Checks(Generic[Maker]):
    """The credentials and the engine are asked in the background, while the state is read."""

    def __init__(
        self, outputs: Callable[[], dict[str, Any]], account: Callable[[], str], maker: Callable[[], Maker]
    ) -> None:
        self._outputs = outputs
        self._pool = ThreadPoolExecutor()
        self._account = self._pool.submit(account)
        self._maker = self._pool.submit(maker)

    def __enter__(self) -> "Checks[Maker]":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # Whoever is told of a problem, or has pressed Ctrl-C, does not wait for the other answers.
        self._pool.shutdown(wait=error is None, cancel_futures=True)

    def applied(self) -> Applied:
        """What the state says; without credentials a state in S3 cannot be read either, and that is told first."""
        try:
            return Applied.of(self._outputs())
        except Problem:
            self._account.result()
            raise

    def account(self) -> str:
        """The account of the credentials."""
        return self._account.result()

    def maker(self) -> Maker:
        """What makes images, once it is known to work."""
        return self._maker.result()
