"""What AWS charges for what a plan changes: approximate, for orientation, the same for every region.

The numbers have one home, terraform/modules/prices, which Terraform reads as well.
"""

import json
from pathlib import Path
from typing import Any

PACKAGE = Path(__file__).parents[1]
# In a wheel the stack lies in the package, in a clone beside it.
HOMES = (PACKAGE / "scaffold_files/project/terraform", PACKAGE.parents[1] / "terraform")


def _listed() -> dict[str, Any]:
    home = next(home for home in HOMES if home.is_dir())
    prices: dict[str, Any] = json.loads((home / "modules/prices/prices.json").read_text(encoding="utf-8"))
    return prices


_PRICES = _listed()
AS_OF: str = _PRICES["as_of"]
# US dollars a month
ALARM_METRIC: float = _PRICES["alarm_metric"]
HIGH_RESOLUTION_METRIC: float = _PRICES["high_resolution_alarm_metric"]
COMPOSITE_ALARM: float = _PRICES["composite_alarm"]
DASHBOARD: float = _PRICES["dashboard"]
LOG_GIGABYTE: float = _PRICES["log_gigabyte"]
FREE_DASHBOARDS: int = _PRICES["free_dashboards"]
DAYS_OF_A_MONTH = 30
