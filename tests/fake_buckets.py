"""Buckets without AWS."""

from lambda_alerts_cli.errors import Failed
from tests.shop import ACCOUNT


class FakeBuckets:
    """Buckets that remember what was made."""

    def __init__(self, *, mine: tuple[str, ...] = (), someone_elses: tuple[str, ...] = ()) -> None:
        self.mine = list(mine)
        self.someone_elses = someone_elses
        self.regions: list[str] = []
        self.account = ACCOUNT

    def in_region(self, region: str) -> "FakeBuckets":
        self.regions.append(region)
        return self

    def create_state_bucket(self, name: str) -> bool:
        if name in self.someone_elses:
            raise Failed(f"the bucket name {name} belongs to another account")
        created = name not in self.mine
        self.mine.append(name)
        return created


def no_buckets(region: str) -> FakeBuckets:
    raise AssertionError("AWS was asked for, and nobody wanted a bucket")
