"""Whose signature a request carries."""

from lambda_alerts_cli.sandbox.signature import Signed, signed


def test_the_scope_is_read_from_the_header() -> None:
    header = (
        "AWS4-HMAC-SHA256 Credential=sandbox/20261121/ap-northeast-1/lambda/aws4_request, "
        "SignedHeaders=host;x-amz-date, Signature=abc"
    )
    assert signed({"HTTP_AUTHORIZATION": header}) == Signed("sandbox", "ap-northeast-1", "lambda")


def test_the_scope_of_a_presigned_address_is_read_from_its_query() -> None:
    query = "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIA%2F20261121%2Fus-east-1%2Fs3%2Faws4_request"
    assert signed({"QUERY_STRING": query}) == Signed("AKIA", "us-east-1", "s3")


def test_an_access_key_may_contain_a_slash() -> None:
    header = "AWS4-HMAC-SHA256 Credential=a/b/20261121/us-east-1/sts/aws4_request, Signature=abc"
    claim = signed({"HTTP_AUTHORIZATION": header})
    assert claim is not None and claim.access_key == "a/b"


def test_signatures_without_a_region_still_name_their_key() -> None:
    four_a = "AWS4-ECDSA-P256-SHA256 Credential=AKIA/20261121/s3/aws4_request, Signature=abc"
    claims = [
        signed({"HTTP_AUTHORIZATION": four_a}),
        signed({"HTTP_AUTHORIZATION": "AWS AKIA:c2lnbmF0dXJl"}),
        signed({"QUERY_STRING": "AWSAccessKeyId=AKIA&Signature=abc"}),
    ]
    assert [claim.access_key if claim else None for claim in claims] == ["AKIA", "AKIA", "AKIA"]


def test_a_docker_login_is_no_signature() -> None:
    assert signed({"HTTP_AUTHORIZATION": "Basic QVdTOng="}) is None
    assert signed({}) is None
