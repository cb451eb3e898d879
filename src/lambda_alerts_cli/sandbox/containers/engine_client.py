"""The container engine that `docker` itself would talk to, and what of the sandbox lies in it."""

from collections.abc import Mapping
from typing import Any

import docker
from docker.context import ContextAPI
from docker.errors import APIError, DockerException

CONTAINER_LABEL = "lambda-alerts.sandbox"
SLOW_SECONDS = 600  # a pull may take this long


class NoEngine(RuntimeError):
    """There is no engine that can be used, and why."""


def connect(environment: Mapping[str, str], *, timeout: int = SLOW_SECONDS) -> Any:
    """A client for the engine of DOCKER_HOST, or else of the current context."""
    place = environment.get("DOCKER_HOST") or "its usual place"
    try:
        if environment.get("DOCKER_HOST"):
            return docker.DockerClient.from_env(environment=dict(environment), timeout=timeout)
        context = ContextAPI.get_current_context()
        host = context.Host if context is not None else None
        place = host or place
        return docker.DockerClient(base_url=host, tls=context.TLSConfig if host else False, timeout=timeout)
    except (DockerException, ValueError, OSError) as error:
        raise NoEngine(absence(place, error)) from error


def absence(place: str, error: BaseException) -> str:
    """Why there is no engine at a place, short enough for a sentence; the SDK wraps the cause in others' words."""
    if "PermissionError" in str(error):
        return f"this user may not talk to the container engine at {place}"
    return f"no container engine answers at {place}"


def remove_containers(client: Any, instance: str) -> None:
    """Ends and removes what a sandbox has started."""
    for container in client.containers.list(all=True, filters={"label": f"{CONTAINER_LABEL}={instance}"}):
        try:
            container.remove(force=True)
        except APIError:
            continue  # it is being removed already


def untag_images(client: Any, host: str) -> None:
    """Takes the names of the sandbox's registry off the engine's images, whose layers the next build may reuse."""
    for image in client.images.list(filters={"reference": f"{host}/*"}):
        for name in [*image.tags, *(image.attrs.get("RepoDigests") or ())]:
            if name.startswith(f"{host}/"):
                try:
                    client.images.remove(name, noprune=True)
                except APIError:
                    continue  # a container of the user's still uses it


def first_line(error: BaseException) -> str:
    """What an error says, short enough for a sentence."""
    return (str(error).strip() or type(error).__name__).splitlines()[0]
