"""The environment of the sandbox's own process: no real credentials in it, and moto's settings."""

from collections.abc import Mapping

# moto knows AWS's managed policies only when it is asked to; CORS would let any web page in.
MOTO = {"MOTO_IAM_LOAD_MANAGED_POLICIES": "true", "MOTO_DISABLE_GLOBAL_CORS": "true"}


def own_environment(inherited: Mapping[str, str]) -> dict[str, str]:
    """What the process sees: the user's environment, without anything that leads to the real AWS."""
    kept = {name: value for name, value in inherited.items() if not name.startswith(("AWS_", "MOTO_"))}
    return {**kept, **MOTO}
