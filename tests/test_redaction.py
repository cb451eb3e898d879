"""What of a failed invocation's payload comes into the log: no secret, all that helps, and never much."""

import json
import sys
import time
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

sys.path.append(str(Path(__file__).parent.parent / "function"))

from redaction import HIDDEN, LONGEST, LONGEST_TEXT, PERSONAL, SECRETS, plain, shown

SECRET = "hunter2 zz"
TELLING = [
    "password",
    "PASSWORD",
    "dbPassword",
    "db_password",
    "X-Api-Key",
    "apiKey",
    "api key",
    "Authorization",
    "set-cookie",
    "refreshToken",
    "ｐａｓｓｗｏｒｄ",
    "パスワード",
    "ﾊﾟｽﾜｰﾄﾞ",
    "ログイン用パスワード",
    "住所1",
    "生年月日",
    "customer_email",
    "phoneNumber",
    "Straße address",
]


@pytest.mark.parametrize("key", TELLING)
@pytest.mark.parametrize("value", [SECRET, 7654321, 7654321.5, True, [SECRET], {"a": {"b": SECRET}}, None])
def test_what_lies_under_a_telling_key_is_hidden_whatever_it_is(key: str, value: Any) -> None:
    text = shown({"order": 1, "deep": [{"er": {key: value}}]})
    assert json.loads(text) == {"order": 1, "deep": [{"er": {key: HIDDEN}}]}


@pytest.mark.parametrize(
    "payload",
    [
        {"body": json.dumps({"user": "aki", "password": SECRET})},  # API Gateway
        {"Records": [{"body": json.dumps({"Message": json.dumps({"token": SECRET})})}]},  # SNS in SQS
        {"body": f"user=aki&password={SECRET}"},
        {"body": f"email={SECRET}"},
        {"rawQueryString": f"access_token={SECRET}"},
        {"line": f"Authorization: Basic {SECRET}"},
        {"cut": f'{{"customer_email": "{SECRET}", "and": '},
        {"headers": [{"name": "X-Api-Key", "value": SECRET}]},
        {"tags": [{"Key": "password", "Value": SECRET}]},
        {"multiValueHeaders": {"Cookie": [SECRET]}},
        {"argv": ["--password", SECRET]},
        {"headers": [["authorization", SECRET]]},
        {"NewImage": {"password": {"S": SECRET}}},
        {"url": f"https://aki:{SECRET.replace(' ', '')}@example.com/x"},
        {"isBase64Encoded": True, "body": SECRET},
        [[["token", SECRET]]],
        f"my password is {SECRET}",
        json.dumps({"password": SECRET}),
        {"note": SECRET, "iban_of_customer": SECRET, "order_note": SECRET},
    ],
)
def test_secrets_in_the_shapes_that_events_have_are_hidden(payload: Any) -> None:
    text = shown(payload, ["order-note", "note"])
    assert "hunter2" not in text
    assert json.loads(text) is not None


@pytest.mark.parametrize(
    "secret",
    [
        "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmNHl0w5N",
        "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "aki@example.com",
        "秋@example.co.jp",
        "4111 1111 1111 1111",
        "4111111111111111",
    ],
)
def test_what_looks_like_a_secret_or_a_person_is_hidden_under_any_key(secret: str) -> None:
    for payload in ({"it": secret}, [secret], secret, {secret: 1}, {"it": f"see {secret} there"}):
        assert secret not in shown(payload)


def test_keys_that_are_hidden_themselves_do_not_take_each_others_place() -> None:
    assert json.loads(shown({"a@example.com": 1, "b@example.com": 2})) == {"(mail address)": 1, "(mail address) 1": 2}


def test_a_number_of_many_digits_is_hidden_and_a_short_one_is_not() -> None:
    assert json.loads(shown({"n": 4111111111111111, "m": -(10**40), "order": 1234567890, "price": 1.5})) == {
        "n": "(16 digits)",
        "m": HIDDEN,
        "order": 1234567890,
        "price": 1.5,
    }


def test_what_helps_stays() -> None:
    payload = {
        "id": "2f0e5d57-6dbb-4b3b-8c1c-6d2b0d4d1f0a",
        "time": "2026-11-25T10:00:00.000Z",
        "arn": "arn:aws:lambda:ap-northeast-1:123456789012:function:orders-api:live",
        "key": "uploads/2026/11/25/orders-api-7f9c.json",
        "path": "/var/task/a/very/long/path/of/things/and/so_on/lambda_function.py",
        "text": '注文 💥 "quoted" <&>\nline',
        "list": [1, 2.5, None, True, {"a": []}],
    }
    assert json.loads(shown(payload)) == payload


@pytest.mark.parametrize("payload", [None, True, 0, 1.5, "text", [], {}, ""])
def test_a_payload_may_be_any_json(payload: Any) -> None:
    assert json.loads(shown(payload)) == payload


def test_what_is_no_json_says_its_type_only() -> None:
    class Odd:
        def __repr__(self) -> str:
            raise RuntimeError(SECRET)

    given = {"b": b"hunter2", "d": Decimal("1.5"), "at": datetime(2026, 1, 1, tzinfo=UTC), "o": Odd(), 5: {1}}
    assert json.loads(shown(given)) == {"b": "(bytes)", "d": "(Decimal)", "at": "(datetime)", "o": "(Odd)", "5": [1]}
    assert json.loads(shown([float("nan"), float("inf")])) == ["nan", "inf"]


def test_a_payload_is_cut_to_what_one_can_read_and_is_still_one_line() -> None:
    text = shown({"a\nb": ["x\ny " * 40_000, *range(300)], **{f"k{number}": "z" * 150 for number in range(300)}})
    assert len(text) <= LONGEST + 1
    assert "\n" not in text
    assert "(160000 characters)" in text


def test_a_long_text_is_cut_only_after_all_of_it_was_looked_at() -> None:
    assert json.loads(shown({"it": "a " * 300})) == {"it": f"{'a ' * 100}…"}
    assert len(json.loads(shown({"it": "a " * 300}))["it"]) == LONGEST_TEXT + 1
    assert json.loads(shown({"it": "a " * 300 + "token x"})) == {"it": HIDDEN}


@pytest.mark.parametrize(
    "payload",
    [
        "x" * 6_000_000,
        json.dumps({"password": SECRET, "rows": [{"n": number, "text": "ab " * 30} for number in range(2_000)]}),
        [["a"] * 10_000] * 500,
        ["word " * 390] * 500,
        ["w" * 1_999] * 500,
        "[" * 100_000,
        {"rows": [{"deep" * 50: ["=" * 1_900]}] * 100},
    ],
    ids=["a text", "JSON in a text", "lists", "texts", "words", "brackets", "signs"],
)
def test_a_big_payload_takes_no_time(payload: Any) -> None:
    begin = time.perf_counter()
    assert "hunter2" not in shown(payload)
    assert time.perf_counter() - begin < 2  # a tenth of it on a machine with nothing else to do


def test_what_refers_to_itself_ends() -> None:
    round_trip: list[Any] = []
    round_trip += [round_trip] * 50
    assert "…" in shown(round_trip)


def test_patterns_of_ones_own_are_added_and_nothing_is_taken_away() -> None:
    text = shown({"Order-Note": "x", "password": "y", "kundennummer": 3, "ok": 1}, ["order_note", "ＫＵＮＤＥＮ", " "])
    assert json.loads(text) == {"Order-Note": HIDDEN, "password": HIDDEN, "kundennummer": HIDDEN, "ok": 1}


def test_the_known_patterns_are_written_as_keys_are_compared() -> None:
    assert [word for word in (*SECRETS, *PERSONAL) if plain(word) != word] == []


ANY = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats() | some.text(max_size=30),
    lambda inner: some.lists(inner, max_size=4) | some.dictionaries(some.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@settings(deadline=None, max_examples=200, database=None)
@given(outer=ANY, key=some.sampled_from(TELLING), before=some.text("_- abc", max_size=4), encoded=some.booleans())
def test_no_secret_under_a_telling_key_is_ever_shown(outer: Any, key: str, before: str, encoded: bool) -> None:
    inner: Any = {before + key: SECRET, "rest": outer}
    text = shown({"outer": outer, "inner": json.dumps(inner) if encoded else inner})
    assert "hunter2" not in text
    json.loads(text)
