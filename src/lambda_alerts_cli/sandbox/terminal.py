"""The environment in which commands reach the sandbox and cannot reach the real AWS."""

import os
from collections.abc import Mapping
from dataclasses import dataclass

from lambda_alerts_cli.errors import Missing
from lambda_alerts_cli.sandbox.place import Instance, Place
from lambda_alerts_cli.sandbox.running import Lock
from lambda_alerts_cli.sandbox.signature import SANDBOX_KEY

# Whatever could put other credentials or another address in the place of the sandbox's.
NEUTRALISED = frozenset(
    {
        "AWS_PROFILE",
        "AWS_DEFAULT_PROFILE",
        "AWS_SESSION_TOKEN",
        "AWS_SECURITY_TOKEN",
        "AWS_CREDENTIAL_EXPIRATION",
        "AWS_ROLE_ARN",
        "AWS_ROLE_SESSION_NAME",
        "AWS_WEB_IDENTITY_TOKEN_FILE",
        "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
        "AWS_CONTAINER_CREDENTIALS_FULL_URI",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
        "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
        "AWS_USE_FIPS_ENDPOINT",
        "AWS_USE_DUALSTACK_ENDPOINT",
        "AWS_ACCOUNT_ID",
    }
)
ENDPOINT_OF_ONE_SERVICE = "AWS_ENDPOINT_URL_"
PROXIES = ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy")


@dataclass(frozen=True)
class Changes:
    """How an environment differs from the user's."""

    set: dict[str, str]
    unset: tuple[str, ...]


def changes_for(place: Place, region: str, inherited: Mapping[str, str]) -> Changes:
    """What is to be changed for commands in the sandbox, which has to run."""
    instance = place.read()
    if instance is None or not Lock(place.lock).held:
        raise Missing(
            "the sandbox does not run" if instance is None else "the sandbox has ended, and what was in it is gone",
            where=str(place.state),
            next_step="lambda-alerts sandbox up",
        )
    unset = [name for name in inherited if name in NEUTRALISED or name.startswith(ENDPOINT_OF_ONE_SERVICE)]
    return Changes({**_variables(instance, place, region), **_past_the_proxy(inherited)}, tuple(sorted(unset)))


def _variables(instance: Instance, place: Place, region: str) -> dict[str, str]:
    return {
        "AWS_ENDPOINT_URL": instance.endpoint,
        "AWS_ACCESS_KEY_ID": SANDBOX_KEY,
        "AWS_SECRET_ACCESS_KEY": SANDBOX_KEY,
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
        # The user's files may name endpoints, too.
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "TF_WORKSPACE": instance.workspace,
        "TF_DATA_DIR": str(place.terraform_data),
        "LAMBDA_ALERTS_SANDBOX": instance.id,
        "LAMBDA_ALERTS_SANDBOX_RUNS": "containers" if instance.engine else "source",
        "LAMBDA_ALERTS_SANDBOX_SPEED": f"{instance.speed:g}",
    }


def _past_the_proxy(inherited: Mapping[str, str]) -> dict[str, str]:
    if not any(inherited.get(name) for name in PROXIES):
        return {}
    spared = inherited.get("NO_PROXY") or inherited.get("no_proxy") or ""
    both = ",".join(part for part in (spared, "127.0.0.1,localhost") if part)
    return {"NO_PROXY": both, "no_proxy": both}
