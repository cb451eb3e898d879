"""Who answers which request, and who is not let in."""

import json
from collections.abc import Iterable
from io import BytesIO
from typing import Any

import pytest
from werkzeug.test import Client, TestResponse

from lambda_alerts_cli.sandbox.front_door import FrontDoor


def application(name: str) -> Any:
    def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [name.encode()]

    return answer


@pytest.fixture
def door() -> Client:
    return Client(
        FrontDoor(
            aws=application("moto"),
            services={"chatbot": application("chatbot")},
            registry=application("registry"),
            info=lambda: {"id": "0a1b2c3d"},
        )
    )


def signature(key: str = "sandbox", service: str = "lambda") -> dict[str, str]:
    scope = f"{key}/20261121/us-east-1/{service}/aws4_request"
    return {"Authorization": f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0123abcd"}


def text(response: TestResponse) -> str:
    return str(response.get_data(as_text=True))


def test_requests_go_to_whom_they_are_signed_for(door: Client) -> None:
    assert text(door.get("/2015-03-31/functions", headers=signature())) == "moto"
    assert text(door.post("/describe-slack-workspaces", headers=signature(service="chatbot"))) == "chatbot"


def test_the_sandboxs_own_parts_come_under_the_names_of_their_services(door: Client) -> None:
    assert text(door.post("/", headers=signature(key="events.amazonaws.com", service="sns"))) == "moto"
    assert door.post("/", headers=signature(key="somebody.amazonaws.com", service="sns")).status_code == 403


def test_docker_logs_in_with_a_password_and_reaches_the_registry(door: Client) -> None:
    assert text(door.get("/v2/", headers={"Authorization": "Basic QVdTOng="})) == "registry"
    assert text(door.get("/v2/")) == "registry"


def test_an_aws_service_whose_addresses_begin_like_the_registrys_is_told_apart_by_its_signature(door: Client) -> None:
    assert text(door.get("/v2/email/identities", headers=signature(service="ses"))) == "moto"


def test_the_sandbox_tells_about_itself_to_everyone(door: Client) -> None:
    assert door.get("/_sandbox/info").get_json() == {"id": "0a1b2c3d"}
    assert door.get("/_sandbox/nothing").status_code == 404


def test_what_the_sandbox_itself_answers_is_found_by_how_its_path_begins() -> None:
    own = {name: application(name) for name in ("messages", "messages/deep", "page")}
    door = Client(FrontDoor(aws=application("moto"), services={}, registry=application("v2"), info=dict, own=own))
    found = {
        path: text(door.get(f"/_sandbox/{path}")) for path in ("messages", "messages/1", "messages/deep/1", "page/")
    }
    assert found == {
        "messages": "messages",
        "messages/1": "messages",
        "messages/deep/1": "messages/deep",
        "page/": "page",
    }
    assert door.get("/_sandbox/messagesandmore").status_code == 404
    assert door.get("/_sandbox/info").get_json() == {}


def test_a_real_key_is_refused_with_the_reason_and_the_way_out(door: Client) -> None:
    refusal = door.post("/", headers=signature("AKIAIOSFODNN7EXAMPLE", "ecr"), json={})
    assert refusal.status_code == 403
    assert refusal.headers["x-amzn-ErrorType"] == "InvalidClientTokenId"
    message = json.loads(text(refusal))["message"]
    assert "takes the access key 'sandbox' only" in message
    assert "lambda-alerts sandbox exec" in message
    assert "AKIA" not in message


@pytest.mark.parametrize("service", ["lambda", "chatbot", "s3"])
def test_no_service_takes_a_real_key(door: Client, service: str) -> None:
    assert door.get("/", headers=signature("AKIAIOSFODNN7EXAMPLE", service)).status_code == 403


def test_the_refusal_speaks_the_callers_protocol(door: Client) -> None:
    form = door.post("/", headers=signature("AKIA", "sts"), data={"Action": "GetCallerIdentity"})
    bucket = door.get("/bucket", headers=signature("AKIA", "s3"))
    assert "<ErrorResponse><Error><Type>Sender</Type><Code>InvalidClientTokenId</Code>" in text(form)
    assert "<Error><Code>InvalidClientTokenId</Code>" in text(bucket)


def test_what_is_not_signed_is_refused(door: Client) -> None:
    assert door.post("/moto-api/reset").status_code == 403
    assert door.get("/bucket/key").status_code == 403


def test_what_is_missing_is_said_once_instead_of_repeated_by_every_client() -> None:
    def missing(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        raise NotImplementedError("the put_log_alarm action")

    door = Client(FrontDoor(aws=missing, services={}, registry=missing, info=dict))
    answer = door.post("/", headers=signature(service="monitoring"), json={})
    assert answer.status_code == 501  # clients try a 500, 502, 503 or 504 again
    assert (
        json.loads(text(answer))["message"] == "the sandbox does not have this (monitoring): the put_log_alarm action"
    )


def test_an_address_that_moto_does_not_know_is_missing_too_but_a_services_own_404_is_not() -> None:
    def page(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        start_response("404 NOT FOUND", [("Content-Type", "text/html")])
        return [b"<!doctype html><h1>Not Found</h1>" if environ["PATH_INFO"] == "/new" else b"{}"]

    door = Client(FrontDoor(aws=page, services={}, registry=page, info=dict))
    assert door.get("/new", headers=signature()).status_code == 501
    assert door.get("/functions/gone", headers=signature()).status_code == 404


def test_an_error_is_told_even_when_the_body_was_read_already() -> None:
    class Socket(BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            assert size is not None and size >= 0, "on a socket, this would wait for ever"
            taken = super().read(size)
            assert taken or size == 0, "on a socket, this would wait for ever"
            return taken

    def greedy(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        environ["wsgi.input"].read()
        raise NotImplementedError("later")

    door = Client(FrontDoor(aws=greedy, services={}, registry=greedy, info=dict))
    more = {"input_stream": Socket(b"{}"), "content_length": 2}
    assert door.post("/", headers=signature(), **more).status_code == 501


def test_a_service_is_made_ready_once_before_its_first_request() -> None:
    done: list[str] = []

    def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        done.append(environ["PATH_INFO"])
        start_response("200 OK", [])
        return [b""]

    first = {"cloudformation": lambda: done.append("ready")}
    door = Client(FrontDoor(aws=answer, services={}, registry=answer, info=dict, first=first))
    for path, service in (("/a", "lambda"), ("/b", "cloudformation"), ("/c", "cloudformation")):
        door.post(path, headers=signature(service=service))
    assert done == ["/a", "ready", "/b", "/c"]


def test_a_web_page_cannot_reach_the_sandbox_under_a_name_of_its_own(door: Client) -> None:
    for host, status in (("evil.example:4600", 403), ("127.0.0.1:4600", 200), ("localhost:4600", 200)):
        assert door.get("/", headers=signature(), base_url=f"http://{host}").status_code == status
    assert door.get("/_sandbox/info", base_url="http://evil.example").status_code == 403


@pytest.fixture
def with_page() -> Client:
    own = {"page": application("page"), "force": application("force")}
    return Client(FrontDoor(aws=application("moto"), services={}, registry=application("v2"), info=dict, own=own))


def test_a_browser_gets_the_page_and_whoever_lists_buckets_their_list(with_page: Client) -> None:
    assert text(with_page.get("/")) == "page"
    assert text(with_page.get("/", headers=signature(service="s3"))) == "moto"
    presigned = "X-Amz-Credential=sandbox%2F20261121%2Fus-east-1%2Fs3%2Faws4_request"
    assert text(with_page.get(f"/?{presigned}")) == "moto"
    assert with_page.post("/").status_code == 403
    assert with_page.get("/index.html").status_code == 403


def test_only_the_sandboxs_own_page_may_make_something_happen(with_page: Client) -> None:
    own, foreign = {"Origin": "http://localhost"}, {"Origin": "https://example.com"}
    assert text(with_page.post("/_sandbox/force", headers=own)) == "force"
    assert text(with_page.post("/_sandbox/force")) == "force", "no browser"
    for origin in (foreign, {"Origin": "null"}, {"Origin": "http://localhost:1"}):
        refusal = with_page.post("/_sandbox/force", headers=origin)
        assert refusal.status_code == 403 and "its own page" in text(refusal)
