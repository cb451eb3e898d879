"""The sandbox's own process: takes the lock, listens, tells whoever started it, and serves until SIGTERM."""

import json
import os
import signal
import threading
from dataclasses import asdict
from datetime import UTC, datetime

from lambda_alerts_cli import __version__
from lambda_alerts_cli.errors import Failed, Problem
from lambda_alerts_cli.sandbox import log
from lambda_alerts_cli.sandbox.own_environment import own_environment
from lambda_alerts_cli.sandbox.place import Instance, Place
from lambda_alerts_cli.sandbox.running import Lock, wait_until

WATCH_SECONDS = 2
LOOK_SECONDS = 2  # somebody who only looks whether the lock is held holds it for a moment


def serve(place: Place, port: int, speed: float, identity: str, tell: int) -> int:
    """Runs a sandbox to its end."""
    # Before moto and boto3 are imported: they read it once.
    clean = own_environment(os.environ)
    os.environ.clear()
    os.environ.update(clean)
    log.begin(place.log)
    lock = Lock(place.lock)
    try:
        if not wait_until(lock.take, LOOK_SECONDS):
            raise Failed("a sandbox of this project runs already", next_step="lambda-alerts sandbox up")
        _serve(place, port, speed, identity, tell)
    except Problem as problem:
        _tell(tell, {"problem": problem.as_dict()})
        return problem.exit_code
    return 0


def _serve(place: Place, port: int, speed: float, identity: str, tell: int) -> None:
    from lambda_alerts_cli.sandbox.clock import Clock
    from lambda_alerts_cli.sandbox.http_server import PortTaken, listen
    from lambda_alerts_cli.sandbox.server import assemble

    try:
        listener = listen(port)
    except PortTaken as error:
        raise Failed(
            f"port {port} is taken: {error.strerror}",
            where=f"127.0.0.1:{port}",
            next_step="`lambda-alerts sandbox up` without --port takes a free one, or end what listens there",
        ) from None
    known: dict[str, object] = {}
    sandbox = assemble(
        listener,
        instance=identity,
        home=place.home,
        environment=dict(os.environ),
        info=lambda: known,
        clock=Clock(speed),
    )
    for request in (signal.SIGTERM, signal.SIGINT):
        signal.signal(request, lambda *_: threading.Thread(target=sandbox.stop).start())
    serving = threading.Thread(target=sandbox.server.serve_forever)
    serving.start()
    engine = sandbox.engine.result()
    taken = listener.getsockname()[1]
    instance = Instance(
        id=identity,
        endpoint=f"http://127.0.0.1:{taken}",
        port=taken,
        pid=os.getpid(),
        engine=engine is not None,
        engine_reason=sandbox.engine.reason,
        started=datetime.now(UTC).isoformat(timespec="seconds"),
        version=__version__,
        speed=speed,
    )
    known |= asdict(instance)
    place.write(instance)
    _tell(tell, {"ready": asdict(instance)})
    while serving.is_alive():
        serving.join(WATCH_SECONDS)
        if not place.lock.exists():  # the project's folder was removed, so nobody can find this sandbox to stop it
            sandbox.stop()
    sandbox.functions.close()
    if engine is not None:
        engine.clean()


def _tell(descriptor: int, message: dict[str, object]) -> None:
    try:
        os.write(descriptor, json.dumps(message).encode() + b"\n")
        os.close(descriptor)
    except OSError:
        return  # nobody is listening any more; the sandbox runs nevertheless
