"""The rules for asynchronous events that Lambda gives up on, in the words of alarms: they do an alarm's work."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from lambda_alerts_cli.stack import Applied, AppliedAlarm


@dataclass(frozen=True)
class Words:
    """What a rule says to people, in the language in which the alarms of the stack do."""

    covers: str
    fires: str
    next: str


@dataclass(frozen=True)
class Kind:
    """One of the rules that a function has: which of them matches depends on what the event says of its error."""

    row: str
    names: Callable[[Applied], Mapping[str, str]]  # by function
    words: Mapping[str, Words]  # by language


KINDS = (
    Kind(
        "failures",
        lambda applied: applied.rules,
        {
            "en": Words(
                "events that Lambda gives up on: exceptions",
                "Lambda has given up on an asynchronous event, and its last attempt ended in an exception. "
                "Each such event is a message.",
                "read the error in the message, correct its cause, then send the event again; nobody else will.",
            ),
            "ja": Words(
                "Lambda が諦めたイベント: 例外",
                "Lambda が非同期イベントを諦めました。最後の試行は例外で終わりました。"
                "イベントごとに 1 件のメッセージになります。",
                "メッセージのエラーを読み、原因を直してからイベントを送り直してください。自動では送り直されません。",
            ),
        },
    ),
    Kind(
        "stopped",
        lambda applied: applied.stopped_rules,
        {
            "en": Words(
                "events that Lambda gives up on: timeouts and crashes",
                "Lambda has given up on an asynchronous event, and its last attempt left no stack: "
                "a timeout, a crash or out of memory. Each such event is a message.",
                "see in the log how far the attempt came, correct its cause, then send the event again; "
                "nobody else will.",
            ),
            "ja": Words(
                "Lambda が諦めたイベント: タイムアウトとクラッシュ",
                "Lambda が非同期イベントを諦めました。最後の試行はスタックを残していません (タイムアウト、クラッシュ、"
                "メモリ不足)。イベントごとに 1 件のメッセージになります。",
                "試行がどこまで進んだかをログで確認し、原因を直してからイベントを送り直してください。"
                "自動では送り直されません。",
            ),
        },
    ),
    Kind(
        "untold",
        lambda applied: applied.untold_rules,
        {
            "en": Words(
                "events that Lambda gives up on: never tried",
                "Lambda has given up on an asynchronous event that it never tried: the event has waited too long. "
                "Each such event is a message.",
                "see what kept the function from running (refused calls, its reserved concurrency), "
                "then send the event again; nobody else will.",
            ),
            "ja": Words(
                "Lambda が諦めたイベント: 未試行",
                "Lambda が非同期イベントを一度も試さずに諦めました。待ち時間が長すぎました。"
                "イベントごとに 1 件のメッセージになります。",
                "関数が実行されなかった理由 (呼び出しの拒否、reserved_concurrency) を確認し、"
                "イベントを送り直してください。自動では送り直されません。",
            ),
        },
    ),
)
QUIET = {
    "en": "An attempt that fails while another one is to come sends nothing.",
    "ja": "次の試行が残っている間の失敗では送りません。",
}


def rules_of(applied: Applied) -> tuple[AppliedAlarm, ...]:
    """All of them, as if they were alarms; each event is a message of its own, so there is no window."""
    return tuple(
        AppliedAlarm(
            function=function,
            name=rule,
            severity="page",
            speaker=None,
            covers=words.covers,
            fires=words.fires,
            quiet=QUIET[applied.language],
            next=words.next,
            window=None,
            dollars=0.0,
            row=kind.row,
        )
        for kind in KINDS
        for words in (kind.words[applied.language],)
        for function, rule in sorted(kind.names(applied).items())
    )
