"""The project that the tests deploy: its folder, and what its stack gives out."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lambda_alerts_cli.config import Config, load
from lambda_alerts_cli.image import Tag

ACCOUNT = "123456789012"
REGION = "ap-northeast-1"


def digest(letter: str) -> str:
    return f"sha256:{letter * 64}"


def url(name: str) -> str:
    return f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/shop-{name}"


def project(folder: Path, *functions: str, text: str = "", settings: tuple[str, ...] = ()) -> Config:
    """A project named shop with these functions; `text` is more of its file."""
    (folder / "terraform").mkdir(exist_ok=True)
    (folder / "terraform" / "main.tf").touch()
    (folder / "Dockerfile").write_text("FROM scratch\n")
    tables = "".join(f"[functions.{name}]\n" for name in functions)
    head = f'[project]\nname = "shop"\nregion = "{REGION}"\n'
    (folder / "lambda-alerts.toml").write_text(head + text + tables, encoding="utf-8")
    return load(folder / "lambda-alerts.toml", {}, settings)


def outputs(digests: Mapping[str, str], *without_image: str, account: str = ACCOUNT) -> dict[str, Any]:
    """What the root stack gives out when these functions run these images."""
    return {
        "project": "shop",
        "region": REGION,
        "account_id": account,
        "images": dict(digests),
        "repositories": {name: url(name) for name in sorted((*digests, *without_image))},
        "functions": {
            name: {
                "name": f"shop-{name}",
                "arn": f"arn:aws:lambda:{REGION}:{account}:function:shop-{name}",
                "alias": "live",
                "version": "1",
                "image_uri": f"{url(name)}@{image}",
            }
            for name, image in sorted(digests.items())
        },
        "alarms": [f"shop-{name}-errors" for name in sorted(digests)],
        "topic_arn": f"arn:aws:sns:{REGION}:{account}:shop-alerts",
        "channel": None,
    }


def alarm_row(name: str, *, speaker: str | None = None, dollars: float = 0.1, **more: Any) -> dict[str, Any]:
    """A row of the output `coverage`."""
    texts = {"covers": "failures", "fires": "it fires", "quiet": "it is quiet", "next": "what to do", "window": None}
    return {**texts, "name": name, "row": "x", "severity": "page", "speaker": speaker, "dollars": dollars, **more}


def tag(source: str) -> Tag:
    """The tag of a source that is a letter."""
    return Tag(source * 12, "b" * 12)
