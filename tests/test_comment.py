"""One comment for all runs: the decision alone."""

import itertools

from lambda_alerts_cli.comment import Comment, Create, Delete, Edition, Step, Update, key_of, marked, next_step

KEY = "shop/eu-west-1"
FIRST, SECOND = Edition(10, 1), Edition(11, 1)


def ours(number: int, text: str, edition: Edition, key: str = KEY) -> Comment:
    return Comment(number, marked(text, key, edition), ours=True)


def after(found: list[Comment], step: Step | None, new: "itertools.count[int]") -> list[Comment]:
    """The comments once a step was taken."""
    if isinstance(step, Create):
        return [*found, Comment(next(new), step.body, ours=True)]
    if isinstance(step, Update):
        return [Comment(one.id, step.body, True) if one.id == step.id else one for one in found]
    return [one for one in found if not (isinstance(step, Delete) and one.id == step.id)]


def test_the_first_run_writes_a_comment() -> None:
    step = next_step([], "plan", KEY, FIRST)
    assert step == Create(f"<!-- lambda-alerts plan of {KEY}, run 10, attempt 1 -->\nplan")


def test_a_later_run_writes_over_it() -> None:
    assert next_step([ours(1, "old", FIRST)], "new", KEY, SECOND) == Update(1, marked("new", KEY, SECOND))


def test_when_it_says_so_already_nothing_is_to_be_done() -> None:
    assert next_step([ours(1, "plan", FIRST)], "plan", KEY, FIRST) is None


def test_white_space_that_github_takes_off_is_no_difference() -> None:
    assert next_step([ours(1, "plan", FIRST)], "plan\n", KEY, FIRST) is None


def test_the_same_words_of_a_later_run_renew_the_mark() -> None:
    assert next_step([ours(1, "plan", FIRST)], "plan", KEY, SECOND) == Update(1, marked("plan", KEY, SECOND))


def test_an_earlier_run_that_comes_late_changes_nothing() -> None:
    assert next_step([ours(1, "new", SECOND)], "old", KEY, FIRST) is None


def test_an_earlier_run_that_is_run_again_changes_nothing_either() -> None:
    assert next_step([ours(1, "new", SECOND)], "old", KEY, Edition(10, 2)) is None


def test_another_project_has_its_own_comment() -> None:
    assert isinstance(next_step([ours(1, "plan", FIRST, "bills/eu-west-1")], "plan", KEY, FIRST), Create)


def test_a_comment_that_a_stranger_marks_like_ours_is_none() -> None:
    forged = Comment(1, marked("all is well", KEY, Edition(99999, 1)), ours=False)
    assert isinstance(next_step([forged], "plan", KEY, FIRST), Create)


def test_a_path_with_odd_characters_can_be_a_key() -> None:
    key = key_of("my shop/--> x.toml", ())
    assert next_step([ours(1, "plan", FIRST, key)], "plan", key, FIRST) is None
    assert ">" not in key and " " not in key


def test_a_mark_that_is_only_quoted_is_none() -> None:
    quoted = Comment(1, "> " + marked("plan", KEY, SECOND), ours=True)
    assert isinstance(next_step([quoted], "plan", KEY, FIRST), Create)


def test_two_runs_that_have_both_written_one_agree_in_any_order() -> None:
    """Every interleaving of the two ends with the later run's words in one comment."""
    for order in itertools.product((FIRST, SECOND), repeat=6):
        for both in (
            [ours(1, "first", FIRST), ours(2, "second", SECOND)],
            [ours(1, "second", SECOND), ours(2, "first", FIRST)],
        ):
            found, new = both, itertools.count(3)
            for edition in (*order, FIRST, SECOND, FIRST, SECOND, FIRST, SECOND):
                text = "first" if edition == FIRST else "second"
                found = after(found, next_step(found, text, KEY, edition), new)
            assert [one.body for one in found] == [marked("second", KEY, SECOND)], order
