"""Runs a function from the files of its image's layer, with this Python: for machines without a container engine."""

import io
import os
import shutil
import signal
import subprocess
import sys
import tarfile
import tempfile
from contextlib import suppress
from pathlib import Path, PurePosixPath

from lambda_alerts_cli.sandbox.aws_lambda.deployment import DeployedImage
from lambda_alerts_cli.sandbox.aws_lambda.invocation import LogLine
from lambda_alerts_cli.sandbox.aws_lambda.memory import used_at_most, used_now
from lambda_alerts_cli.sandbox.aws_lambda.output import PipeOutput
from lambda_alerts_cli.sandbox.ecr.blobs import Blobs

TASK_ROOT = PurePosixPath("var/task")


def unpack(image: DeployedImage, blobs: Blobs, folder: Path) -> Path:
    """The function's files, as /var/task has them in the image."""
    target = folder / image.digest.removeprefix("sha256:")
    if not target.is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        # A folder of its own: two functions of the same source are unpacked at the same time.
        draft = Path(tempfile.mkdtemp(prefix=f"{target.name}.", dir=folder))
        draft.chmod(0o755)
        for layer in image.layers:
            _extract(blobs.read(layer), draft)
        try:
            draft.replace(target)
        except OSError:
            if not target.exists():
                raise
            shutil.rmtree(draft)  # the other one was faster
    return target


def _extract(layer: bytes, target: Path) -> None:
    with tarfile.open(fileobj=io.BytesIO(layer)) as archive:
        for member in archive:
            name = PurePosixPath(member.name.lstrip("./"))
            if not name.is_relative_to(TASK_ROOT) or ".." in name.parts:
                continue
            path = target / name.relative_to(TASK_ROOT)
            content = archive.extractfile(member) if member.isfile() else None
            if member.isdir():
                path.mkdir(parents=True, exist_ok=True)
            elif content is not None:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content.read())
                path.chmod(0o755 if member.mode & 0o100 else 0o644)


class SourceWorker:
    """`python -m awslambdaric HANDLER` in a process of its own."""

    def __init__(self, files: Path, handler: str, variables: dict[str, str], memory: int) -> None:
        # Nothing of the user's environment gets in, and no configuration file of theirs is read.
        own = {
            "PATH": os.defpath,
            "LAMBDA_TASK_ROOT": str(files),
            "PYTHONPATH": str(files),
            "PYTHONDONTWRITEBYTECODE": "1",
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "awslambdaric", handler],
            cwd=files,
            env={**own, **variables},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # so that `kill` reaches what the function has started
        )
        self.limit = memory << 20
        self.peak = 0
        assert self.process.stdout is not None
        self.output = PipeOutput(self.process.stdout.fileno())

    def wait(self) -> str:
        """Blocks until the process has ended."""
        return ending(self.process.wait())

    def kill(self) -> None:
        """Ends the process and its children."""
        with suppress(ProcessLookupError):  # it may have ended by itself
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def take_output(self) -> list[LogLine]:
        """What it has printed since the last time."""
        return self.output.take()

    def memory_used(self) -> int:
        """The peak of the process and what it has started, in MB; 0 where the system does not tell."""
        self.peak = max(self.peak, used_at_most(self.process.pid), used_now(self.process.pid))
        return self.peak >> 20

    def over_limit(self) -> bool:
        """Whether it has used more memory than the function has; the system would let it."""
        self.memory_used()
        return self.peak > self.limit

    def killed_by_limit(self) -> bool:
        """Nobody but `over_limit` watches a process."""
        return False


def ending(code: int) -> str:
    """How Lambda words the end of a process; engines, unlike Python, tell a signal as 128 and its number."""
    if code - 128 in signal.valid_signals():
        code = 128 - code
    if code >= 0:
        return f"exit status {code}" if code else ""
    names = {signal.SIGKILL: "killed", signal.SIGSEGV: "segmentation fault", signal.SIGTERM: "terminated"}
    return "signal: " + names.get(signal.Signals(-code), signal.Signals(-code).name)
