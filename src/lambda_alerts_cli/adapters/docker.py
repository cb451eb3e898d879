"""Docker: the SDK speaks to the engine; the program builds, so that the user's builders and plugins keep working."""

import json
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import docker
import requests
import urllib3
from docker.errors import APIError, DockerException, ImageNotFound
from docker.tls import TLSConfig
from docker.utils import kwargs_from_env

from lambda_alerts_cli import handler_check
from lambda_alerts_cli.adapters.process import Processes
from lambda_alerts_cli.adapters.streams import Interrupted, until_stopped
from lambda_alerts_cli.build_log import BuildLog, BuildStep
from lambda_alerts_cli.container_faults import BUILD, ENGINE, PUSH, RUN, explain
from lambda_alerts_cli.errors import Failed, Missing
from lambda_alerts_cli.image import BuildSpec, build_arguments, refuse_index

# Every way in which the SDK says that something is wrong; streams it reads below requests.
SDK_ERRORS = (DockerException, requests.exceptions.RequestException, urllib3.exceptions.HTTPError)
SDK_PREFACE = "Error while fetching server API version: "
QUIET_SECONDS = 600  # how long a push may say nothing
LOOKUP_SECONDS = 15  # how long a look at a registry, or tidying up, may take before it is given up
CHECK = "lambda-alerts.import-check"  # the label of a container that tries a handler: the image that it is made of
LAMBDA_USER = "993:990"  # not root, as on Lambda: a file that only root can read fails here too


@dataclass(frozen=True)
class LayerProgress:
    """How far one layer of a push is."""

    layer: str
    status: str  # the engine's word: Preparing, Pushing, Pushed, Layer already exists, …
    current: int = 0
    total: int = 0

    @property
    def finished(self) -> bool:
        """Whether the registry has the layer."""
        return self.status in ("Pushed", "Layer already exists") or self.status.startswith("Mounted from")


class Docker:
    """One container engine: the one that the user's own `docker` commands reach."""

    def __init__(self, client: Any, lookups: Any, processes: Processes) -> None:
        self.client = client
        self.lookups = lookups  # the same engine with little patience
        self.processes = processes
        self._bases: dict[str, str | None] = {}

    @classmethod
    def connect(cls, environment: Mapping[str, str], processes: Processes) -> "Docker":
        """Finds the engine of DOCKER_HOST, of the docker context, or of the default socket."""
        if not processes.find("docker"):
            raise Missing(
                "docker is not installed, or not on the PATH",
                next_step="install Docker: https://docs.docker.com/get-docker/",
            )
        place = environment.get("DOCKER_HOST")
        try:
            where = _endpoint(environment, processes)
            place = where.get("base_url") or place
            client = docker.DockerClient(version="auto", timeout=QUIET_SECONDS, **where)
            lookups = docker.DockerClient(version=client.api.api_version, timeout=LOOKUP_SECONDS, **where)
        except SDK_ERRORS as error:
            raise explain(str(error), ENGINE) or _absent(place or "its usual place", error) from None
        if not processes.run(["docker", "buildx", "version"]).ok:
            raise Missing(
                "docker has no buildx, which builds the images",
                next_step="install the plugin: https://docs.docker.com/build/install-buildx/ (Debian: docker-buildx)",
            )
        return cls(client, lookups, processes)

    def version(self) -> str:
        """The engine's version."""
        try:
            return str(self.lookups.version().get("Version", "of an unknown version"))
        except SDK_ERRORS as error:
            raise _failed("the engine does not tell its version", str(error), ENGINE, where="docker version") from None

    def base_identity(self, reference: str) -> str | None:
        """What a base image is now: its digest, the same on every machine; nothing when nobody can tell."""
        if reference not in self._bases:  # one answer for all functions, and one wait where the registry is silent
            self._bases[reference] = self._look_up(reference)
        return self._bases[reference]

    def _look_up(self, reference: str) -> str | None:
        name, at, digest = reference.partition("@")
        if at:
            return digest
        try:
            image = self.client.api.inspect_image(name)
            # Of several repositories one image may have several digests; without any, it was built here.
            return max(image.get("RepoDigests") or (), default=f"@{image['Id']}").partition("@")[2]
        except ImageNotFound:
            return self._registry_digest(name)
        except SDK_ERRORS:
            return None

    def build(self, spec: BuildSpec, log: Path, on_progress: Callable[[BuildStep], None]) -> None:
        """Builds an image into the engine; its whole output goes into the log."""
        reader = BuildLog()

        def read(line: str) -> None:
            if step := reader.read(line):
                on_progress(step)

        with tempfile.TemporaryDirectory(prefix="lambda-alerts-") as folder:
            metadata = Path(folder) / "metadata.json"
            finished = self.processes.follow(build_arguments(spec, metadata), read, log=log)
            if not finished.ok:
                raise _build_failed(reader, finished.stdout, log)
            refuse_index(_media_type(metadata), spec.tag)

    def check_handler(self, image: str, handler: str, platform: str, environment: Mapping[str, str]) -> str | None:
        """Imports the handler inside the image, without network; returns a warning if the code needs a look."""
        try:
            self._remove_checks_of(image)
            container = self.client.containers.create(
                image,
                entrypoint=[],
                command=handler_check.probe_command(handler),
                environment={**handler_check.RUNTIME_VARIABLES, "_HANDLER": handler, **environment},
                platform=platform,
                network_mode="none",
                user=LAMBDA_USER,
                read_only=True,
                tmpfs={"/tmp": "exec"},
                auto_remove=True,  # by the engine: also when this process is killed
                labels={CHECK: image},
            )
            try:
                output = container.attach(stdout=True, stderr=True, stream=True, logs=True)
                container.start()
                text = b"".join(until_stopped(lambda: output, self.processes.stop)).decode(errors="replace")
            except APIError as error:
                text = str(error.explanation or error)
            finally:
                # The engine is mostly removing it already, as it was told to. One that is gone is no such case: the SDK
                # takes a cut attachment for the end of the output, so only here it is noticed.
                with suppress(APIError):
                    self.lookups.api.remove_container(container.id, force=True)
        except Interrupted:
            raise _broken_off("the import check", image) from None
        except SDK_ERRORS as error:
            raise _failed("the import check could not run", str(error), RUN, where=image) from None
        return handler_check.judge(text, handler)

    def push(
        self,
        image: str,
        reference: str,
        username: str,
        password: str,
        on_progress: Callable[[LayerProgress], None],
    ) -> None:
        """Pushes an image under a reference; the login stays in memory and in this one request."""
        repository, _, tag = reference.rpartition(":")
        with _told_of_a_push(reference):
            self.client.api.tag(image, repository, tag, force=True)
            login = {"username": username, "password": password}

            def rows() -> Iterator[dict[str, Any]]:
                yield from self.client.api.push(repository, tag=tag, stream=True, decode=True, auth_config=login)

            for row in until_stopped(rows, self.processes.stop):
                if "error" in row:
                    raise _failed("the push failed", row["error"], PUSH, where=reference)
                if progress := _layer(row):
                    on_progress(progress)

    def untag(self, *references: str) -> None:
        """Takes names off images; what nothing else names goes, while the builder's cache stays."""
        for reference in references:
            # Left where it is when the engine will not: it costs room on the disk and nothing else.
            with suppress(*SDK_ERRORS):
                self.lookups.api.remove_image(reference, noprune=True)

    def _remove_checks_of(self, image: str) -> None:
        """Removes what a run that was killed has left: a container that was never started, or whose code never ends."""
        for container in self.client.containers.list(all=True, sparse=True, filters={"label": f"{CHECK}={image}"}):
            with suppress(APIError):
                self.lookups.api.remove_container(container.id, force=True)

    def _registry_digest(self, reference: str) -> str | None:
        try:
            return str(self.lookups.api.inspect_distribution(reference)["Descriptor"]["digest"])
        except (*SDK_ERRORS, KeyError, TypeError):
            return None


def _endpoint(environment: Mapping[str, str], processes: Processes) -> dict[str, Any]:
    """Where the engine is, as `docker` itself sees it: asked for, so that the two can never disagree."""
    if environment.get("DOCKER_HOST"):
        found = kwargs_from_env(environment=dict(environment))
    else:
        answer = processes.run(["docker", "context", "inspect"])
        if not answer.ok:
            raise Missing(
                f"docker does not know its context: {answer.stderr.strip()}",
                next_step="`docker context ls` shows them; correct DOCKER_CONTEXT, or `docker context use` another",
            )
        found = settings_of(json.loads(answer.stdout)[0])
    return {**found, "use_ssh_client": True} if str(found.get("base_url", "")).startswith("ssh://") else found


def _absent(place: str, error: BaseException) -> Missing:
    return Missing(
        f"no container engine answers at {place}: {_cause(error)}",
        next_step="start Docker, or correct DOCKER_HOST, DOCKER_CONTEXT or its certificates; then try again",
    )


def _cause(error: BaseException) -> str:
    """What the operating system said, below all that the SDK wraps around it; or else the SDK's own first line."""
    inner: BaseException | None = error
    while inner is not None:
        if isinstance(inner, OSError) and inner.strerror:
            return str(inner.strerror)
        inner = inner.__cause__ or inner.__context__
    return (str(error).strip() or type(error).__name__).splitlines()[0].removeprefix(SDK_PREFACE)


def settings_of(context: Mapping[str, Any]) -> dict[str, Any]:
    """How the SDK reaches the engine of a docker context."""
    endpoint = context["Endpoints"]["docker"]
    files = context.get("TLSMaterial", {}).get("docker", [])
    if not files:
        return {"base_url": endpoint["Host"]}
    folder = Path(context["Storage"]["TLSPath"]) / "docker"
    certificate = (str(folder / "cert.pem"), str(folder / "key.pem")) if "cert.pem" in files else None
    authority = str(folder / "ca.pem") if "ca.pem" in files else None
    trusted = not endpoint.get("SkipTLSVerify", False)
    return {"base_url": endpoint["Host"], "tls": TLSConfig(certificate, ca_cert=authority, verify=trusted)}


def _media_type(metadata: Path) -> str | None:
    """What buildx says that it made; nothing with builders that do not tell."""
    try:
        found = json.loads(metadata.read_text(encoding="utf-8"))
        return str(found["containerimage.descriptor"]["mediaType"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _build_failed(reader: BuildLog, output: str, log: Path) -> Exception:
    if problem := explain(reader.error or output, BUILD) or explain("\n".join(reader.last_words), BUILD):
        problem.where = problem.where or str(log)
        return problem
    said = "\n".join(reader.last_words) or reader.error or output[-1000:].strip()
    step = f"the build failed at {reader.failed_step}" if reader.failed_step else "the build failed"
    return Failed(
        f"{step}\n{said}", where=str(log), next_step="correct the Dockerfile or what it runs; `where` is the whole log"
    )


def _failed(what: str, text: str, faults: Any, *, where: str) -> Exception:
    problem = explain(text, faults) or Failed(f"{what}: {text}", next_step="run the same command again")
    problem.where = problem.where or where
    return problem


def _broken_off(what: str, where: str) -> Failed:
    return Failed(f"{what} was broken off", where=where, next_step="run the same command again")


@contextmanager
def _told_of_a_push(reference: str) -> Iterator[None]:
    try:
        yield
    except Interrupted:
        raise _broken_off("the push", reference) from None
    except SDK_ERRORS as error:
        raise _failed("the push failed", str(error), PUSH, where=reference) from None


def _layer(row: Mapping[str, Any]) -> LayerProgress | None:
    if "id" not in row or "status" not in row:
        return None
    detail = row.get("progressDetail") or {}
    return LayerProgress(row["id"], row["status"], detail.get("current") or 0, detail.get("total") or 0)
