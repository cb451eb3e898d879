"""A project that is deployed once to a sandbox of its own, for the tests that only look at it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.ground import Ground


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    """A new project beside a running sandbox."""
    folder: Path = tmp_path_factory.mktemp("project") / "demo"
    made = Ground.with_new_project(folder)
    made.must("sandbox", "up")
    yield made
    made.run("sandbox", "down")
