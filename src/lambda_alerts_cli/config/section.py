"""One table of `lambda-alerts.toml`."""

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    """One table of the file; its values never change."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, use_attribute_docstrings=True)
