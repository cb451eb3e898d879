"""What a look at everything says, and with which code it ends."""

from lambda_alerts_cli.checkup import MACHINE, Check, Checkup, Finding, State
from lambda_alerts_cli.errors import Failed, Missing

TOPIC = Finding("broken", "published", "the policy of the topic lets nobody in", "mend it")


def found(state: State, what: str = "x") -> Finding:
    return Finding(state, "", what, "do something")


def checkup(*checks: Check, strict: bool = False) -> Checkup:
    return Checkup("shop", "123456789012", "ap-northeast-1", checks, strict)


def test_all_that_is_sound_is_a_line_for_each_function_and_points_to_the_proof() -> None:
    names = ("error-sync", "timeout-sync", "crash-sync", "shop-orders-throttles")
    made = checkup(Check(MACHINE, "terraform", "Terraform 1.11.4"), *(Check("orders", name) for name in names))
    assert (made.sound, made.exit_code) == (True, 0)
    assert made.as_text().splitlines() == [
        "   THIS MACHINE",
        "✓  terraform     Terraform 1.11.4",
        "",
        "   FUNCTION  THE WAYS OF ITS FAILURES",
        "✓  orders    4 sound: error-sync, timeout-sync, crash-sync and 1 more",
        "",
        "shop (123456789012, ap-northeast-1): all is sound. "
        "What really arrives only a real failure proves: lambda-alerts test-failure",
    ]


def test_what_is_broken_for_many_is_said_once_with_all_that_it_breaks() -> None:
    rows = [Check(group, name, "", (TOPIC,)) for group in ("a", "b") for name in ("1", "2", "3", "4")]
    text = checkup(*rows).as_text()
    assert text.count("lets nobody in") == 1
    assert "    a: 1, 2, 3 and 1 more\n    b: 1, 2, 3 and 1 more\n    → mend it" in text
    assert "8 of 8 checks broken" in text


def test_the_worst_comes_first_and_marks_its_function() -> None:
    made = checkup(Check("a", "1", "", (found("warning", "w"), found("unknown", "u"))), Check("a", "2", "", (TOPIC,)))
    text = made.as_text()
    assert "✗  a" in text and "1 broken; 1 unknown" in text
    assert text.index("✗ published") < text.index("? u") < text.index("! w")


def test_the_exit_code_is_that_of_the_first_thing_to_mend() -> None:
    missing = Check.of_problem(MACHINE, "credentials", Missing("none", next_step="sign in"))
    failed = Check.of_problem(MACHINE, "state", Failed("not deployed", where="here"))
    assert failed.findings[0].what == "not deployed (here)"
    assert checkup(missing, failed).exit_code == 3
    assert checkup(failed).exit_code == 1
    assert checkup(Check("a", "1", "", (TOPIC,))).exit_code == 1


def test_a_warning_fails_nothing_and_what_is_unknown_fails_only_when_strict() -> None:
    assert checkup(Check("a", "1", "", (found("warning"),)), strict=True).exit_code == 0
    unknown = Check("a", "1", "", (found("unknown"),))
    assert checkup(unknown).exit_code == 0 and "all is sound, as far as it could be seen" in checkup(unknown).as_text()
    assert checkup(unknown, strict=True).exit_code == 1
    assert "not all was seen" in checkup(unknown, strict=True).as_text()


def test_machines_get_every_check_with_its_state_also_those_that_are_sound() -> None:
    document = checkup(Check("a", "1", "title"), Check("a", "2", "", (TOPIC,))).as_dict()
    assert list(document) == ["project", "account", "region", "sound", "strict", "put_back", "checks"]
    assert document["sound"] is False
    assert document["checks"] == [
        {"group": "a", "name": "1", "state": "sound", "text": "title", "findings": []},
        {
            "group": "a",
            "name": "2",
            "state": "broken",
            "text": "",
            "findings": [{"state": "broken", "hop": "published", "what": TOPIC.what, "next_step": "mend it"}],
        },
    ]
