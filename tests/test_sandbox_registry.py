"""The registry's HTTP API, in front of real ECR repositories of moto's.

The OCI distribution specification; what ECR makes of it: aws-facts, "Container images".
"""

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import Client, TestResponse

from lambda_alerts_cli.sandbox.ecr.blobs import Blobs
from lambda_alerts_cli.sandbox.ecr.image_manifest import digest_of
from lambda_alerts_cli.sandbox.ecr.registry import Registry
from lambda_alerts_cli.sandbox.ecr.repositories import Ecr
from lambda_alerts_cli.sandbox.ecr.tokens import Tokens

MANIFEST = "application/vnd.oci.image.manifest.v1+json"
INDEX = "application/vnd.oci.image.index.v1+json"
CONFIG, LAYER = b'{"architecture":"arm64"}', b"the files"


class Shop:
    """A registry with two regions and a client that is logged in to one of them."""

    def __init__(self, folder: Path) -> None:
        self.tokens = Tokens()
        self.regions = {
            region: Ecr(region, "123456789012", registry_host="127.0.0.1:1", tokens=self.tokens)
            for region in ("us-east-1", "ap-northeast-1")
        }
        self.registry = Registry(self.tokens, Blobs(folder), self.regions.__getitem__)
        self.client = Client(self.registry)
        self.password = self.tokens.issue("us-east-1").password

    @property
    def ecr(self) -> Ecr:
        return self.regions["us-east-1"]

    def repository(self, name: str, mutability: str = "IMMUTABLE", region: str = "us-east-1") -> None:
        self.regions[region].create_repository(
            repository_name=name,
            registry_id=None,
            encryption_config={},
            image_scan_config=None,
            image_tag_mutability=mutability,
            tags=[],
        )

    def ask(self, method: str, path: str, **more: Any) -> TestResponse:
        login = base64.b64encode(f"AWS:{self.password}".encode()).decode()
        headers = {"Authorization": f"Basic {login}", **more.pop("headers", {})}
        return self.client.open(path, method=method, headers=headers, **more)

    def push_blob(self, name: str, content: bytes) -> str:
        digest = digest_of(content)
        place = self.ask("POST", f"/v2/{name}/blobs/uploads/").headers["Location"]
        assert self.ask("PUT", place, query_string={"digest": digest}, data=content).status_code == 201
        return digest

    def push(self, name: str, reference: str, *, layer: bytes = LAYER) -> TestResponse:
        config, files = self.push_blob(name, CONFIG), self.push_blob(name, layer)
        manifest = {
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "config": {
                "mediaType": "application/vnd.oci.image.config.v1+json",
                "digest": config,
                "size": len(CONFIG),
            },
            "layers": [{"mediaType": "application/vnd.oci.image.layer.v1.tar", "digest": files, "size": len(layer)}],
        }
        return self.push_manifest(name, reference, manifest)

    def push_manifest(self, name: str, reference: str, manifest: object, kind: str = MANIFEST) -> TestResponse:
        return self.ask("PUT", f"/v2/{name}/manifests/{reference}", data=json.dumps(manifest), content_type=kind)


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    shop = Shop(tmp_path)
    shop.repository("orders")
    return shop


def code_of(response: TestResponse) -> str:
    return str(response.get_json()["errors"][0]["code"])


def test_without_a_login_nobody_gets_in(shop: Shop) -> None:
    refusal = shop.client.get("/v2/")
    assert refusal.status_code == 401
    assert refusal.headers["WWW-Authenticate"].startswith("Basic realm=")


def test_a_wrong_password_opens_nothing(shop: Shop) -> None:
    shop.password = "guess"
    assert shop.ask("GET", "/v2/").status_code == 401


def test_with_the_token_the_registry_answers(shop: Shop) -> None:
    answer = shop.ask("GET", "/v2/")
    assert (answer.status_code, answer.headers["Docker-Distribution-Api-Version"]) == (200, "registry/2.0")


def test_what_was_pushed_has_the_digest_of_its_manifest_and_can_be_pulled(shop: Shop) -> None:
    pushed = shop.push("orders", "v1")
    assert pushed.status_code == 201
    pulled = shop.ask("GET", "/v2/orders/manifests/v1")
    digest = digest_of(pulled.get_data())
    assert pushed.headers["Docker-Content-Digest"] == pulled.headers["Docker-Content-Digest"] == digest
    assert pulled.content_type == MANIFEST
    assert shop.ask("GET", f"/v2/orders/manifests/{digest}").get_data() == pulled.get_data()
    assert shop.ask("GET", f"/v2/orders/blobs/{digest_of(LAYER)}").get_data() == LAYER
    head = shop.ask("HEAD", f"/v2/orders/blobs/{digest_of(LAYER)}")
    assert (head.status_code, head.headers["Content-Length"], head.get_data()) == (200, str(len(LAYER)), b"")
    assert shop.ask("GET", "/v2/orders/tags/list").get_json() == {"name": "orders", "tags": ["v1"]}


def test_ecr_knows_digest_media_type_and_weight_of_what_was_pushed(shop: Shop) -> None:
    digest = shop.push("orders", "v1").headers["Docker-Content-Digest"]
    (image,) = shop.ecr.describe_images("orders", image_ids=[{"imageTag": "v1"}])
    assert image.image_digest == digest
    assert image.image_manifest_media_type == MANIFEST
    assert image.image_size_in_bytes == len(CONFIG) + len(LAYER)
    assert shop.ecr.batch_get_image("orders", image_ids=[{"imageDigest": digest}])["images"] == [image]


def test_a_layer_may_come_in_pieces(shop: Shop) -> None:
    place = shop.ask("POST", "/v2/orders/blobs/uploads/").headers["Location"]
    first = shop.ask("PATCH", place, data=b"the ")
    assert (first.status_code, first.headers["Range"]) == (202, "0-3")
    second = shop.ask("PATCH", first.headers["Location"], data=b"files", headers={"Content-Range": "4-8"})
    done = shop.ask("PUT", second.headers["Location"], query_string={"digest": digest_of(LAYER)})
    assert (done.status_code, done.headers["Docker-Content-Digest"]) == (201, digest_of(LAYER))


def test_a_piece_that_leaves_a_gap_is_refused(shop: Shop) -> None:
    place = shop.ask("POST", "/v2/orders/blobs/uploads/").headers["Location"]
    assert shop.ask("PATCH", place, data=b"x", headers={"Content-Range": "7-7"}).status_code == 416


def test_a_layer_that_arrived_damaged_is_refused(shop: Shop) -> None:
    place = shop.ask("POST", "/v2/orders/blobs/uploads/").headers["Location"]
    damaged = shop.ask("PUT", place, query_string={"digest": digest_of(LAYER)}, data=b"the flies")
    assert (damaged.status_code, code_of(damaged)) == (400, "DIGEST_INVALID")


def test_a_mount_is_answered_with_an_upload(shop: Shop) -> None:
    shop.repository("other")
    digest = shop.push_blob("orders", LAYER)
    answer = shop.ask("POST", "/v2/other/blobs/uploads/", query_string={"mount": digest, "from": "orders"})
    assert answer.status_code == 202


def test_repositories_do_not_see_each_others_layers(shop: Shop) -> None:
    shop.repository("other")
    digest = shop.push_blob("orders", LAYER)
    assert shop.ask("HEAD", f"/v2/other/blobs/{digest}").status_code == 404


def test_an_unknown_repository_is_named(shop: Shop) -> None:
    refusal = shop.ask("POST", "/v2/nowhere/blobs/uploads/")
    assert (refusal.status_code, code_of(refusal)) == (404, "NAME_UNKNOWN")
    assert "'nowhere'" in refusal.get_json()["errors"][0]["message"]


def test_a_token_opens_the_repositories_of_its_region_only(shop: Shop) -> None:
    shop.repository("elsewhere", region="ap-northeast-1")
    assert code_of(shop.ask("GET", "/v2/elsewhere/tags/list")) == "NAME_UNKNOWN"
    shop.password = shop.tokens.issue("ap-northeast-1").password
    assert shop.ask("GET", "/v2/elsewhere/tags/list").status_code == 200


def test_an_immutable_tag_cannot_be_pushed_again(shop: Shop) -> None:
    first = shop.push("orders", "v1").headers["Docker-Content-Digest"]
    for layer in (LAYER, b"other files"):
        refusal = shop.push("orders", "v1", layer=layer)
        assert (refusal.status_code, code_of(refusal)) == (400, "TAG_INVALID")
        assert "cannot be overwritten because the repository is immutable" in refusal.get_json()["errors"][0]["message"]
    assert shop.ask("HEAD", "/v2/orders/manifests/v1").headers["Docker-Content-Digest"] == first


def test_a_mutable_tag_moves_and_the_old_image_stays_without_it(shop: Shop) -> None:
    shop.repository("drafts", "MUTABLE")
    first = shop.push("drafts", "latest").headers["Docker-Content-Digest"]
    second = shop.push("drafts", "latest", layer=b"other files").headers["Docker-Content-Digest"]
    assert shop.ask("HEAD", "/v2/drafts/manifests/latest").headers["Docker-Content-Digest"] == second
    assert shop.ask("HEAD", f"/v2/drafts/manifests/{first}").status_code == 200
    assert shop.push("drafts", "latest", layer=b"other files").status_code == 201


def test_one_image_may_have_several_tags(shop: Shop) -> None:
    assert shop.push("orders", "v1").status_code == shop.push("orders", "v2").status_code == 201
    (image,) = shop.ecr.repositories["orders"].images
    assert image.image_tags == ["v1", "v2"]


def test_a_manifest_needs_what_it_refers_to(shop: Shop) -> None:
    config = {"mediaType": "x", "digest": digest_of(b"never pushed"), "size": 1}
    refusal = shop.push_manifest("orders", "v1", {"mediaType": MANIFEST, "config": config, "layers": []})
    assert (refusal.status_code, code_of(refusal)) == (404, "MANIFEST_BLOB_UNKNOWN")


def test_a_manifest_under_another_digest_is_refused(shop: Shop) -> None:
    refusal = shop.push("orders", digest_of(b"something else"))
    assert (refusal.status_code, code_of(refusal)) == (400, "DIGEST_INVALID")


def test_an_index_is_kept_as_what_it_is(shop: Shop) -> None:
    child = shop.push("orders", "v1").headers["Docker-Content-Digest"]
    index = {"schemaVersion": 2, "mediaType": INDEX, "manifests": [{"mediaType": MANIFEST, "digest": child, "size": 1}]}
    assert shop.push_manifest("orders", "all", index, INDEX).status_code == 201
    (kept,) = shop.ecr.describe_images("orders", image_ids=[{"imageTag": "all"}])
    assert kept.image_manifest_media_type == INDEX


@pytest.mark.parametrize("text", [b"\xff", b"no manifest", b"[]"])
def test_what_is_no_manifest_is_refused(shop: Shop, text: bytes) -> None:
    refusal = shop.ask("PUT", "/v2/orders/manifests/v1", data=text, content_type=MANIFEST)
    assert (refusal.status_code, code_of(refusal)) == (400, "MANIFEST_INVALID")


def test_images_go_through_the_api_of_ecr_only(shop: Shop) -> None:
    shop.push("orders", "v1")
    assert shop.ask("DELETE", "/v2/orders/manifests/v1").status_code == 405


def test_an_expected_visitor_is_noticed(shop: Shop) -> None:
    arrived = shop.registry.expect("probe")
    shop.client.get("/v2/probe/manifests/latest")
    assert not arrived.is_set()  # it must know the password
    shop.ask("GET", "/v2/probe/manifests/latest")
    assert arrived.is_set()
