"""What all tests share."""

import functools
import signal
from collections.abc import Iterator

import pytest
from botocore.loaders import JSONFileLoader


def pytest_configure() -> None:
    # A shell starts what runs in its background with Ctrl-C ignored, and so would be every program of these tests.
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session", autouse=True)
def descriptions_of_aws_are_read_once() -> Iterator[None]:
    """Every session of boto3 reads the same large files anew, which is most of what a test with one costs."""
    read = functools.cache(functools.partial(JSONFileLoader.load_file, JSONFileLoader()))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(JSONFileLoader, "load_file", lambda loader, path: read(path))
        yield
