"""What is asked before a deploy: the state, then the rest at once; what is wrong is told in the order to solve it."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cached_property
from types import TracebackType
from typing import Any, Generic, TypeVar

from lambda_alerts_cli.errors import Problem
from lambda_alerts_cli.stack import Applied

Maker = TypeVar("Maker")


class Checks(Generic[Maker]):
    """The credentials and the engine are asked in the background, while a plan is being made."""

    def __init__(
        self, outputs: Callable[[], dict[str, Any]], account: Callable[[], str], maker: Callable[[], Maker]
    ) -> None:
        self._outputs = outputs
        self._ask_account, self._ask_maker = account, maker
        self._pool = ThreadPoolExecutor()

    @cached_property
    def _account(self) -> "Future[str]":
        return self._pool.submit(self._ask_account)

    @cached_property
    def _maker(self) -> "Future[Maker]":
        return self._pool.submit(self._ask_maker)

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

    def ask(self) -> None:
        """Asks for account and engine.

        Not before the plan is on its way: for these two half a second's worth of libraries is imported.
        """
        _ = self._account, self._maker

    def account(self) -> str:
        """The account of the credentials."""
        return self._account.result()

    def maker(self) -> Maker:
        """What makes images, once it is known to work."""
        return self._maker.result()
