"""How a moto service is extended: subclasses of its backend and its responses take its place, nothing is patched."""

from collections.abc import Callable
from types import ModuleType, SimpleNamespace
from typing import Any

from moto.core.base_backend import BackendDict
from moto.core.responses import BaseResponse


class Extended:
    """Mixed into a subclass of a moto backend: the service's own addresses, answered by a subclass of its responses."""

    _addresses: ModuleType
    _answers: type[BaseResponse]

    def __init_subclass__(cls, *, addresses: ModuleType, answers: type[BaseResponse], **more: Any) -> None:
        super().__init_subclass__(**more)
        cls._addresses = addresses
        cls._answers = answers

    @property
    def _url_module(self) -> Any:
        # moto derives the module of a service's addresses from the name of the backend's module.
        paths = dict.fromkeys(self._addresses.url_paths, self._answers.dispatch)
        return SimpleNamespace(url_bases=self._addresses.url_bases, url_paths=paths)


def take_the_place_of(backends: "BackendDict[Any]", make: Callable[..., Any]) -> None:
    """From now on moto makes its backends of this service with `make`; to be called before the first request."""
    backends.backend = make  # type: ignore[assignment]
