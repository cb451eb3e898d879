"""The Markdown of a plan as a person sees it: rendered as GitHub does, in a real browser, at the width of a comment.

Pictures of all recorded plans: `python -m tests.e2e.test_plan_picture FOLDER`.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from markdown_it import MarkdownIt
from playwright.sync_api import Page

from tests.e2e.browser import browser
from tests.recorded import NAMES, markdown

pytestmark = pytest.mark.e2e

COMMENT = {"width": 860, "height": 900}  # what fits on a screen without scrolling
STYLE = """
body { font: 14px/1.5 "Noto Sans", Helvetica, Arial, sans-serif; color: #1f2328; margin: 0; padding: 16px; }
h2 { font-size: 1.5em; border-bottom: 1px solid #d1d9e0; padding-bottom: .3em; margin: 8px 0 16px; }
h3 { font-size: 1.25em; margin: 24px 0 16px; }
table { border-collapse: collapse; margin-bottom: 16px; display: block; overflow: auto; }
th, td { border: 1px solid #d1d9e0; padding: 6px 13px; }
tr:nth-child(2n) { background: #f6f8fa; }
code { background: #818b981f; border-radius: 6px; padding: .2em .4em; font-size: 85%; }
pre { background: #f6f8fa; padding: 16px; overflow: auto; border-radius: 6px; }
pre code { background: none; padding: 0; }
p, ul { margin: 0 0 16px; } ul { padding-left: 2em; } li ul { margin: 0; }
"""


def page_of(text: str) -> str:
    body = MarkdownIt("gfm-like", {"html": True, "linkify": False}).render(text)
    return f"<!doctype html><meta charset=utf-8><style>{STYLE}</style>{body}"


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with browser() as started:
        yield started.new_page(viewport=COMMENT)


def bottom(page: Page, selector: str) -> float:
    box = page.locator(selector).first.bounding_box()
    assert box is not None, f"{selector} is not seen"
    return float(box["y"] + box["height"])


@pytest.mark.parametrize("name", [name for name in NAMES if "⛔" in markdown(name).splitlines()[0]])
def test_headline_and_dangers_are_seen_without_scrolling(page: Page, name: str) -> None:
    page.set_content(page_of(markdown(name)))
    assert page.locator("h2").count() == 1
    assert page.locator("h3").first.inner_text().endswith("Look at this before you approve")
    assert bottom(page, "ul") < COMMENT["height"]


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_wider_than_a_comment_and_no_mark_is_left_over(page: Page, name: str) -> None:
    page.set_content(page_of(markdown(name)))
    assert page.evaluate("document.documentElement.scrollWidth") <= COMMENT["width"]
    tables = page.evaluate("[...document.querySelectorAll('table')].filter(t => t.scrollWidth > t.clientWidth).length")
    assert tables == 0
    seen = page.inner_text("body")
    assert not [mark for mark in ("**", "| ", "](", "```", "\\", "###") if mark in seen]


@pytest.mark.parametrize("name", ["settings", "first_deploy"])
def test_the_raw_plan_is_folded_until_somebody_opens_it(page: Page, name: str) -> None:
    page.set_content(page_of(markdown(name)))
    assert not page.locator("pre").is_visible()
    page.locator("summary").click()
    assert page.locator("pre").is_visible()
    assert page.locator("pre").inner_text().startswith("# module.")


def take_pictures(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with browser() as one:
        opened = one.new_page(viewport=COMMENT)
        for name in NAMES:
            opened.set_content(page_of(markdown(name)))
            opened.screenshot(path=folder / f"{name}.png", full_page=True)


if __name__ == "__main__":
    take_pictures(Path(sys.argv[1]))
