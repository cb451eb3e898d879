"""Makes a payload fit to be shown: what lies under telling keys is hidden, and so is what looks like a secret.

Rather too much is hidden than too little. A secret in plain words, under a key that says nothing, is not recognised.
"""

import json
import math
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise

HIDDEN, MORE = "(hidden)", "…"
# A key is telling when one of these is part of it, whatever its case, width, hyphens and underscores.
SECRETS = (
    "password",
    "passwd",
    "passphrase",
    "pwd",
    "secret",
    "token",
    "authorization",
    "bearer",
    "jwt",
    "cookie",
    "credential",
    "session",
    "signature",
    "apikey",
    "accesskey",
    "privatekey",
    "パスワード",
    "暗証番号",
    "秘密",
    "トークン",
)
PERSONAL = (
    "mail",
    "phone",
    "fax",
    "address",
    "birth",
    "card",
    "cvv",
    "cvc",
    "iban",
    "ssn",
    "passport",
    "license",
    "firstname",
    "lastname",
    "fullname",
    "surname",
    "postal",
    "zipcode",
    "sourceip",
    "氏名",
    "名前",
    "住所",
    "電話",
    "携帯",
    "メール",
    "生年月日",
    "誕生日",
    "口座",
    "カード",
    "マイナンバー",
    "個人番号",
    "郵便番号",
)

DEEPEST, MOST_ITEMS, MOST_VALUES = 12, 50, 1_000
LONGEST_TEXT, LONGEST = 200, 8_000  # characters of a text, and of all
LONGEST_READ, LONGEST_PARSED = 2_000, 1_000_000  # a failing invocation has no time to lose
NAMES = ("name", "key", "field", "header", "label")  # {"name": "password", "value": "…"}
_KEY_IN_TEXT = re.compile(r"(?<![\w.-])([\w.-]+)[\"']?\s*[=:]")
_LOGIN_IN_ADDRESS = re.compile(r"//[^/\s@]{1,200}@")
_OPAQUE = re.compile(r"[A-Za-z0-9+/=_.-]{32,}")  # keys, signatures, and what is encoded
_IDENTIFIER = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[A-Za-z]+([-_./][A-Za-z]+)*")
_MAIL = re.compile(r"[^\s@<>\"']{1,64}@[^\s@<>\"']+\.[^\s@<>\"']+")
# Cards and identity numbers; not an ARN's account.
_LONG_NUMBER = re.compile(r"(?<!\d)(?!(?<=:)\d{12}:)\d(?:[ -]?\d){11,18}(?!\d)")


def shown(payload: object, patterns: Iterable[str] = ()) -> str:
    """The payload as JSON on one line, redacted and cut; `patterns` are telling keys beside those that are known."""
    more = [plain(pattern) for pattern in patterns if plain(pattern)]
    text = json.dumps(_Redaction(more).of(payload), ensure_ascii=False)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}{MORE}"


def plain(text: str) -> str:
    """`API-Key`, `apiKey` and `ＡＰＩ＿ＫＥＹ` are the same key."""
    return re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", text).casefold())


class _Redaction:
    """One payload's."""

    def __init__(self, patterns: list[str]) -> None:
        self.in_keys = (*SECRETS, *PERSONAL, *patterns)
        self.in_texts = (*SECRETS, *patterns)
        self.left = MOST_VALUES

    def of(self, value: object, depth: int = 0) -> object:
        """The value as JSON can say it."""
        self.left -= 1
        if depth > DEEPEST or self.left < 0:
            return MORE
        if isinstance(value, Mapping):
            return self._table(value, depth)
        if isinstance(value, list | tuple | set | frozenset):
            return list(self._list(value, depth))
        if isinstance(value, str):
            return self._text(value, depth)
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, int | float):
            return self._number(value)
        return f"({type(value).__name__})"  # what is no JSON may say anything of itself

    def _table(self, table: Mapping[object, object], depth: int) -> dict[str, object]:
        names_one = any(
            isinstance(table.get(name), str) and self._tells(str(table[name])) for name in _spellings(table)
        )
        hidden_body = table.get("isBase64Encoded") is True
        rows: dict[str, object] = {}
        for number, (key, value) in enumerate(table.items()):
            if number == MOST_ITEMS:
                rows[MORE] = f"{len(table) - MOST_ITEMS} more"
                break
            name = _name(str(key))
            name = f"{name} {number}" if name in rows else name
            hides = self._tells(str(key)) or (names_one and plain(str(key)) not in NAMES)
            hides = hides or (hidden_body and key == "body")
            rows[name] = HIDDEN if hides else self.of(value, depth + 1)
        return rows

    def _list(self, values: Iterable[object], depth: int) -> Iterator[object]:
        told = False  # ["--password", "…"], ["Authorization", "…"]
        for number, value in enumerate(values):
            if number == MOST_ITEMS:
                yield MORE
                return
            yield HIDDEN if told else self.of(value, depth + 1)
            told = isinstance(value, str) and self._tells(value[:LONGEST_TEXT])

    def _number(self, value: float) -> object:
        if isinstance(value, float) and not math.isfinite(value):
            return str(value)
        digits = len(str(abs(value))) if isinstance(value, int) and abs(value) < 10**25 else 0
        return f"({digits} digits)" if digits >= 12 else value if digits or isinstance(value, float) else HIDDEN

    def _text(self, text: str, depth: int) -> object:
        if len(text) <= LONGEST_PARSED and text.lstrip()[:1] in ("{", "[", '"'):
            try:
                return self.of(json.loads(text), depth + 1)
            except (ValueError, RecursionError):
                pass  # no JSON after all
        self.left -= len(text) // 100  # reading takes time, too
        if len(text) > LONGEST_READ or self.left < 0:
            return f"({len(text)} characters)"
        if self._gives_away(text):
            return HIDDEN
        return _cut(_masked(text))

    def _gives_away(self, text: str) -> bool:
        flat = plain(text)
        if any(word in flat for word in self.in_texts) or _LOGIN_IN_ADDRESS.search(text):
            return True
        if any(self._tells(key) for key in _KEY_IN_TEXT.findall(text)):
            return True
        return _has_opaque(text)

    def _tells(self, key: str) -> bool:
        flat = plain(key)
        return any(word in flat for word in self.in_keys)


def _spellings(table: Mapping[object, object]) -> list[object]:
    return [key for key in table if isinstance(key, str) and key.lower() in NAMES]


def _name(key: str) -> str:
    return HIDDEN if _has_opaque(key) else _cut(_masked(key))


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_TEXT else f"{text[:LONGEST_TEXT]}{MORE}"


def _masked(text: str) -> str:
    return _LONG_NUMBER.sub("(number)", _MAIL.sub("(mail address)", text))


def _has_opaque(text: str) -> bool:
    return any(not _IDENTIFIER.fullmatch(found) and _is_opaque(found) for found in _OPAQUE.findall(text))


def _is_opaque(text: str) -> bool:
    """Whether letters and digits are as mixed as in something random or encoded, not as in a path."""
    kinds = [_kind(character) for character in text if character.isalnum()]
    changes = sum(one != other for one, other in pairwise(kinds))
    return changes * 4 >= len(kinds)


def _kind(character: str) -> int:
    return 0 if character.isdigit() else 1 if character.isupper() else 2
