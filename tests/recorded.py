"""Plans of real Terraform, recorded by tests/plans/record.py, and the Markdown that is expected for each."""

import json
import re
from pathlib import Path
from typing import Any

from lambda_alerts_cli.plans.markdown import as_markdown
from lambda_alerts_cli.plans.raw import raw_blocks
from lambda_alerts_cli.plans.summary import summarise

PLANS = Path(__file__).parent / "plans"
NAMES = tuple(sorted(path.stem for path in PLANS.glob("*.json")))
# The functions whose code has changed along with the plan, as planning.py finds them out.
REBUILT = {"new_function": ("mail",), "new_repository": ("mail",), "first_deploy": ("bills", "orders")}
RUN = "https://github.com/acme/shop/actions/runs/1234"


def recorded(name: str) -> dict[str, Any]:
    """What a summary reads of a plan."""
    plan: dict[str, Any] = json.loads((PLANS / f"{name}.json").read_text(encoding="utf-8"))
    return plan


def many(name: str, count: int) -> dict[str, Any]:
    """A recorded plan of one function, for as many."""
    text = json.dumps(recorded(name)["resource_changes"])
    changes = [row for number in range(count) for row in json.loads(re.sub(r"\bmail\b", f"mail{number:03}", text))]
    return {**recorded(name), "resource_changes": changes}


def markdown(name: str, **options: Any) -> str:
    """The text for a pull request, of a recorded plan."""
    plan = recorded(name)
    return as_markdown("shop", summarise(plan, REBUILT.get(name, ())), raw_blocks(plan), run=RUN, **options)


def expected() -> dict[Path, str]:
    """The files that `make docs` writes beside the plans: to be read when they change."""
    return {PLANS / f"{name}.md": markdown(name) for name in NAMES}
