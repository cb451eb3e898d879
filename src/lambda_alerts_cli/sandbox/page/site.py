"""The page's own files, kept in memory and sent with headers that let nothing else in."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from werkzeug.wrappers import Request, Response

FILES = Path(__file__).parent / "files"
PREFIX = "/_sandbox/page/"
TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
# A message is anybody's text: nothing that is not a file of ours may run, and nothing is fetched from elsewhere.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-cache",  # the next version of the tool may listen on the same port
}


@cache
def files() -> dict[str, tuple[bytes, str]]:
    """All there is to be had, by name: content and type."""
    return {
        path.relative_to(FILES).as_posix(): (path.read_bytes(), TYPES[path.suffix])
        for path in sorted(FILES.rglob("*"))
        if path.suffix in TYPES
    }


def site(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """Answers with a file; the page itself stands at the top of the sandbox's address."""
    request = Request(environ)
    return _answer(request)(environ, start_response)


def _answer(request: Request) -> Response:
    if request.method not in ("GET", "HEAD"):
        return Response("this can only be read\n", status=405, headers={"Allow": "GET, HEAD"}, mimetype="text/plain")
    name = "index.html" if request.path in ("/", PREFIX) else request.path.removeprefix(PREFIX)
    if name not in files():
        return Response("the page has no such file\n", status=404, mimetype="text/plain")
    content, kind = files()[name]
    response = Response(content, content_type=kind, headers=HEADERS)
    response.add_etag()
    return response.make_conditional(request)
