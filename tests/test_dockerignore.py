import pytest

from lambda_alerts_cli.dockerignore import ignored, may_hold_kept, rules
from lambda_alerts_cli.errors import Misused


@pytest.mark.parametrize(
    ("text", "path", "expected"),
    [
        ("*.pyc", "a.pyc", True),
        ("*.pyc", "function/a.pyc", False),
        ("**/*.pyc", "function/deep/a.pyc", True),
        ("**/*.pyc", "a.pyc", True),
        ("**/__pycache__", "a/b/__pycache__/x.pyc", True),
        ("docs", "docs/deep/page.md", True),
        ("/docs/", "docs/page.md", True),
        ("docs", "function/docs/page.md", False),
        ("docs/*", "docs/deep/page.md", True),
        ("function/?.py", "function/a.py", True),
        ("function/?.py", "function/ab.py", False),
        ("function/[ab].py", "function/a.py", True),
        ("function/[^ab].py", "function/a.py", False),
        ("a.b", "axb", False),
        ("**", "anything/at/all", True),
        ("docs/**", "docs/page.md", True),
        ("*\n!function", "function/app.py", False),
        ("*\n!function", "README.md", True),
        ("*\n!function\nfunction/tests", "function/tests/t.py", True),
        ("*\n!**/*.py", "function/app.py", False),
        ("*\n!**/*.py", "function/data.json", True),
        ("!function\n*", "function/app.py", True),
        ("# *\n\n  docs  ", "docs", True),
        ("# *", "docs", False),
        ("./docs", "docs", True),
        ("a/../docs", "docs", True),
    ],
)
def test_files_are_left_out_as_docker_leaves_them_out(text: str, path: str, expected: object) -> None:
    assert ignored(path, rules(text)) is expected


@pytest.mark.parametrize(
    ("text", "folder", "expected"),
    [
        ("*\n!function/app", "function", True),
        ("*\n!function", "docs", False),
        ("*\n!**/*.py", "docs", True),
        ("*\n!functional", "function", False),
    ],
)
def test_a_folder_that_is_left_out_is_read_only_where_a_rule_may_bring_something_back(
    text: str, folder: str, expected: object
) -> None:
    assert may_hold_kept(folder, rules(text)) is expected


def test_a_pattern_that_is_none_is_named() -> None:
    with pytest.raises(Misused, match=r"\[z-a\]"):
        rules("[z-a]")
