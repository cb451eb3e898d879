"""What engines, builds and registries say when they fail, as rows: a pattern, what it means, and the next step."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from lambda_alerts_cli.errors import Failed, Missing, Problem, Refused


@dataclass(frozen=True)
class Fault:
    """One way to fail; groups of the pattern fill the {0} of the texts."""

    pattern: str
    what: str
    next_step: str
    kind: type[Problem] = Failed

    def problem(self, text: str) -> Problem | None:
        """The error that a text means, if it means this one."""
        match = re.search(self.pattern, text, re.IGNORECASE)
        if not match:
            return None
        groups = [group or "" for group in match.groups()]
        return self.kind(self.what.format(*groups), next_step=self.next_step.format(*groups))


DISK_FULL = Fault(
    r"no space left on device|disk quota exceeded",
    "the disk of the container engine is full",
    "`docker system df` shows what fills it; `docker builder prune` and `docker image prune` make room",
)
ENGINE_GONE = Fault(
    r"cannot connect to the docker daemon|is the docker daemon running|error during connect|connection aborted"
    r"|closing transport",
    "the container engine has stopped answering",
    "start it again (`docker version` shows whether it answers), then run the same command again",
    Missing,
)
# The SDK reads streams itself; a build is free to print the like of another download.
STREAM_CUT = Fault(r"connection broken: |response ended prematurely", ENGINE_GONE.what, ENGINE_GONE.next_step, Missing)
NETWORK = Fault(
    r"temporary failure in name resolution|no such host|network is unreachable|no route to host|i/o timeout"
    r"|tls handshake timeout|connection refused|connection reset|connection timed out|context deadline exceeded"
    r"|read timed out|server misbehaving",
    "the registry cannot be reached from the container engine",
    "check the network, VPN and proxy of the engine, then run the same command again",
)

WRONG_PLATFORM = Fault(
    r"no match for platform in manifest|(?:does not match|does not provide) the specified platform",
    "a base image does not exist for the platform of the function",
    "use a base image that has it, or set the function's `architecture`",
)
NO_EMULATION = Fault(
    r"exec format error",
    "this engine cannot run programs of the image's platform",
    "docker run --privileged --rm tonistiigi/binfmt --install all\n"
    "or do the work in a stage with `FROM --platform=$BUILDPLATFORM`, as the Dockerfile that `init` writes does",
)

# Said when the engine is there, and yet cannot be used.
ENGINE = (
    Fault(
        r"permission ?denied|errno 13",
        "this user may not use the container engine",
        "add the user to the group `docker` and log in again, or use a rootless engine (DOCKER_HOST)",
        Missing,
    ),
    Fault(
        r"install paramiko",
        "the engine is reached over ssh, for which a package is missing",
        "pip install 'docker[ssh]' in the environment of lambda-alerts",
        Missing,
    ),
    Fault(
        r"too old|are no longer supported by this library",
        "the container engine is too old for this client",
        "install Docker Engine 20.10 or newer",
        Missing,
    ),
)

BUILD = (
    DISK_FULL,
    Fault(
        r"unknown flag: --(provenance|sbom|metadata-file|load|progress)",
        "buildx is too old: it does not know --{0}",
        "install buildx 0.10 or newer: https://docs.docker.com/build/install-buildx/",
        Missing,
    ),
    Fault(
        r"toomanyrequests|too many requests|rate limit|data limit exceeded",
        "the registry of a base image limits how much may be pulled without a login",
        "wait some minutes, or log in to that registry (`docker login`) and run the same command again",
    ),
    Fault(
        r"public\.ecr\.aws\S*.*(?:authorization token has expired|403 forbidden|denied)",
        "public.ecr.aws refuses an old login that Docker still keeps",
        "docker logout public.ecr.aws, then run the same command again",
    ),
    WRONG_PLATFORM,
    NO_EMULATION,
    Fault(
        r"failed to read dockerfile: open ([^:]+): no such file",
        "there is no {0} in the build context",
        "check `dockerfile` and `source` of the function",
    ),
    Fault(
        r"target stage \"?([^\"\s]+)\"? could not be found",
        "the Dockerfile has no stage {0}",
        "correct `target` of the function, or name the stage: FROM … AS {0}",
    ),
    Fault(
        r"dockerfile parse error(?: on line (\d+))?:? ([^\n]*)",
        "the Dockerfile cannot be read, line {0}: {1}",
        "correct that line of the Dockerfile",
    ),
    Fault(
        r"(?:name resolution|new connection|timed out|Network is unreachable)"
        r"[\s\S]*No matching distribution found for (\S+)",
        "the build cannot reach the index of packages, where it looks for {0}",
        "check the network of the engine; behind a proxy: https://docs.docker.com/engine/cli/proxy/",
    ),
    Fault(
        r"No matching distribution found for ([^\s]+)",
        "pip finds no wheel of {0} for the platform and Python of the function",
        "choose a version that has one (its files are listed on PyPI), or check the network of the build",
    ),
    Fault(
        r"failed to (?:calculate|compute) (?:checksum|cache key)[^\n]*?:? \"?(/[^\"\s:]*)\"?: not found",
        "a COPY of the Dockerfile asks for {0}, which the build context does not hold",
        "check the path, and whether .dockerignore leaves it out",
    ),
    Fault(
        r"(?:failed to resolve source metadata for|pull access denied for|manifest for) (\S+?)[:,]?\s"
        r"[^\n]*(?:not found|does not exist|insufficient_scope|manifest unknown|authorization failed|denied"
        r"|401 unauthorized|403 forbidden)",
        "the base image {0} does not exist, or this login may not pull it",
        "check the FROM lines of the Dockerfile; for a private registry: docker login",
    ),
    ENGINE_GONE,
    NETWORK,
    Fault(
        r"x509: |certificate signed by unknown authority|certificate verify failed",
        "the container engine does not trust the certificate of a registry",
        "add the company's certificate to the engine, or repair the proxy that replaces certificates",
    ),
)

# Said when a container of a built image is run.
RUN = (DISK_FULL, WRONG_PLATFORM, NO_EMULATION, ENGINE_GONE, STREAM_CUT)

PUSH = (
    DISK_FULL,
    Fault(
        r"authorization token has expired|token (?:is|has) expired",
        "the login for the registry has expired",
        "run the same command again: it fetches a new one",
    ),
    Fault(
        r"name unknown|repository with name '?([^'\s]*)'? does not exist|repository does not exist|: 404 not found",
        "the repository does not exist in the registry",
        "Terraform's state says that it does: if it was deleted by hand, `terraform -chdir=terraform apply` makes it\n"
        "again; then run the same command again",
    ),
    Fault(
        r"cannot be overwritten because the (?:repository|tag) is immutable|tag is immutable|ImageTagAlreadyExists",
        "the tag exists in the registry already, and tags are immutable",
        "somebody has pushed the same image at the same time; run the same command again",
        Refused,
    ),
    Fault(
        r"no basic auth credentials|unauthori[sz]ed|denied|authentication required|403 forbidden|insufficient_scope",
        "the registry refuses the login",
        "run the same command again: it fetches a new login; if that is refused as well, the credentials need\n"
        "ecr:GetAuthorizationToken, ecr:InitiateLayerUpload, ecr:UploadLayerPart, ecr:CompleteLayerUpload,\n"
        "ecr:BatchCheckLayerAvailability and ecr:PutImage on the repository",
        Refused,
    ),
    Fault(
        r"toomanyrequests|too many requests|rate exceeded",
        "the registry asks to slow down",
        "wait a minute and run the same command again: layers that have arrived are not sent twice",
    ),
    ENGINE_GONE,
    STREAM_CUT,
    NETWORK,
)


def explain(text: str, faults: Sequence[Fault]) -> Problem | None:
    """The first row that fits a text, as an error."""
    for fault in faults:
        if problem := fault.problem(text):
            return problem
    return None
