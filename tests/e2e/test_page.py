"""The channel's page in a real browser, fed with a recorded evening."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.e2e.browser import PHONE, Window, browser
from tests.page_fakes import FakeSandbox, Served, served, story

pytestmark = pytest.mark.e2e
Open = Callable[..., Window]
NASTY = (
    """<img src=x onerror="document.title='owned'"> <script>document.title='owned'</script> "quotes" 'too' 🚨 日本語"""
)


@pytest.fixture(scope="module")
def started() -> Iterator[Browser]:
    with browser() as one:
        yield one


@pytest.fixture
def told() -> Iterator[Served]:
    """A sandbox in which something has happened."""
    sandbox = FakeSandbox()
    story(sandbox)
    with served(sandbox) as page:
        yield page


@pytest.fixture
def open_page(started: Browser) -> Iterator[Open]:
    windows: list[Window] = []

    def opened(page: Served, **settings: Any) -> Window:
        windows.append(Window(started, page.address, **settings))
        return windows[-1]

    yield opened
    for window in windows:
        window.page.close()


def test_the_channel_reads_as_in_slack(told: Served, open_page: Open) -> None:
    window = open_page(told)
    window.has(".message", "orders-errors")
    assert window.text("#title") == "alerts"
    assert window.count(".entry") == 3
    assert window.count(".attachment.red") == 2 and window.count(".attachment.orange") == 1
    assert window.text(".attachment.orange strong") == "Why:"
    assert window.text(".attachment.orange code") == "KeyError"
    assert window.page.locator(".steps a").get_attribute("href") == "https://console.aws.amazon.com/cloudwatch"
    assert [label.split("\n")[0] for label in window.page.locator(".figure b").all_inner_texts()] == ["2", "4", "1"]
    assert "real" in window.text(".message .time"), "the clock runs faster, so both are told"
    assert window.page.evaluate("(e => e.scrollHeight - e.scrollTop - e.clientHeight)(channel)") < 80, (
        "the newest is seen"
    )
    window.shot("light")
    assert window.complaints == []


def test_everything_comes_from_the_sandbox_itself(told: Served, open_page: Open) -> None:
    window = open_page(told)
    window.has(".message")
    assert window.asked and all(address.startswith(told.address) for address in window.asked)


def test_a_recovered_alarm_is_marked_at_its_first_message_and_its_replies_are_folded(
    told: Served, open_page: Open
) -> None:
    window = open_page(told)
    window.has(".recovered", "Recovered after 23 min 59 s")
    assert window.count(".recovered") == 1
    assert window.text(".thread-toggle") == "1 reply"
    assert window.count(".replies .message") == 0
    window.page.click(".thread-toggle")
    window.has(".replies .attachment.green", "is OK again")
    assert window.page.locator(".thread-toggle").get_attribute("aria-expanded") == "true"
    window.shot("thread")


def test_the_journey_tells_each_hop_and_the_time_in_between(told: Served, open_page: Open) -> None:
    window = open_page(told)
    window.page.click("#message-1 .to-journey")
    window.has("#journey")
    kinds = window.page.locator("#journey .hop-kind > span").all_inner_texts()
    assert kinds == ["Invocation", "Metric", "Alarm", "Topic", "Channel"]
    assert window.text(".total").startswith("1 min 1 s (real 1.0 s)")
    assert "+ 1 min 1 s (real 1.0 s)" in window.page.locator(".gap").all_inner_texts()
    assert "ForcedError" in window.text(".hop.invocation .facts")
    assert "Threshold Crossed" in window.text(".hop.alarm .facts")
    window.shot("journey")


def test_an_event_travels_over_a_rule_with_all_its_attempts(told: Served, open_page: Open) -> None:
    window = open_page(told)
    window.page.click("#message-3 .to-journey")
    window.has(".hop.rule")
    kinds = window.page.locator("#journey .hop-kind > span").all_inner_texts()
    assert kinds == ["Invocation"] * 3 + ["Event", "Rule", "Topic", "Channel"]


def test_what_was_lost_is_listed_with_the_reason_and_its_journey(told: Served, open_page: Open) -> None:
    window = open_page(told)
    window.has("#tab-lost", "1")
    window.page.click("#tab-lost")
    window.has(".loss .why", "add a statement that allows this principal")
    window.shot("lost")
    window.page.click(".loss .to-journey")
    window.has(".hop.lost .why", "Lost here")
    assert window.page.locator("#journey .hop-kind > span").last.inner_text() == "Topic"


def test_messages_and_late_hops_appear_without_asking(told: Served, open_page: Open) -> None:
    window, sandbox = open_page(told), told.sandbox
    window.has("#message-4")
    metric = sandbox.fails("orders", "11111111-2222-4333-8444-555555555555")
    sns = sandbox.alarm_turns("orders-throttles", "ALARM", because=(metric,))
    sandbox.arrives(sandbox.alarm_message("orders-throttles", "ALARM", sns))
    window.has("#message-5", "orders-throttles")
    assert "orders-throttles" in (window.page.locator("#announcer").text_content() or "")
    assert window.page.locator("#announcer").get_attribute("aria-live") == "polite"
    window.has(".name.state-ALARM", "orders-throttles")
    window.page.click("#message-5 .to-journey")
    window.has("#journey .hop.invocation", "11111111-2222")
    late = sandbox.custom_message("late", "its rule notes last", message_id="late")
    sandbox.arrives(late)
    window.page.click("#message-6 .to-journey")
    window.has("#journey .hop.channel")
    sandbox.world.note("rule", "arn:aws:events:r:1:rule/tardy", "published", brings=("message:late",))
    window.has("#journey .hop.rule", "tardy")


def test_a_button_forces_a_failure_and_promises_nothing_else(told: Served, open_page: Open) -> None:
    window, sandbox = open_page(told), told.sandbox
    window.page.check("input[value=async]")
    window.page.click("[aria-label='Force: Timeout of orders']")
    window.has(".outcome.waiting", "request 5e1fa2b0-0000-4000-8000-000000000001; wait for the alarm")
    assert sandbox.forced == [{"function": "orders", "failure": "timeout", "invocation": "async", "region": ""}]
    metric = sandbox.fails("orders", "5e1fa2b0-0000-4000-8000-000000000001")
    sns = sandbox.alarm_turns("orders-errors", "ALARM", because=(metric,))
    sandbox.arrives(sandbox.alarm_message("orders-errors", "ALARM", sns))
    window.has(".outcome.arrived", "It reached the channel")
    sandbox.refusal = "orders is being updated"
    window.page.click("[aria-label='Force: Error of invoices']")
    window.has(".outcome.failed", "Not forced: orders is being updated")


def test_a_pressed_button_is_answered_in_the_thread(told: Served, open_page: Open) -> None:
    window = open_page(told)
    window.page.click("#message-4 .action >> text=Show error logs")
    window.has("#message-4 .would code", "aws logs filter-log-events --log-group-name /aws/lambda/orders")
    window.has(".replies .message", "logs filter-log-events")
    window.has(".replies pre", "{}")
    assert window.count(".replies .to-journey") == 0, "it has no journey: a button brought it"


def test_the_picture_has_a_text_that_says_the_same(told: Served, open_page: Open) -> None:
    window = open_page(told)
    window.has(".name.state-ALARM")
    labels = [row.get_attribute("aria-label") or "" for row in window.page.locator(".rows svg").all()]
    assert labels[0] == "6 failed invocations"
    assert labels[1].startswith("invoices-errors: ALARM since ")
    assert window.count(".rows svg") == 6, "the failures and five alarms"
    window.page.click("#toggle-all")
    window.until("document.querySelectorAll('.rows svg').length === 9")
    window.page.click("#toggle-text")
    window.has(".as-text td", "ALARM")


def test_the_keyboard_is_enough(told: Served, open_page: Open) -> None:
    window = open_page(told)
    window.has("#message-4")
    press = window.page.keyboard.press
    press("Tab")
    assert window.page.evaluate("document.activeElement.className") == "skip"
    press("j")
    assert window.focused() == "message-1"
    press("j")
    assert window.focused() == "message-3", "a folded reply is passed over"
    press("ArrowDown")
    press("k")
    assert window.focused() == "message-3"
    press("Enter")
    window.has("#journey")
    window.until("document.activeElement.id === 'journey-title'")
    press("Escape")
    window.lacks("#journey")
    window.until("document.activeElement.id === 'message-3'")
    assert window.page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    window.page.focus("#tab-channel")
    press("ArrowRight")
    assert window.focused() == "tab-lost"
    window.has("#lost .loss")


def test_a_phone_shows_it_all_without_scrolling_sideways(told: Served, open_page: Open) -> None:
    window = open_page(told, viewport=PHONE, is_mobile=True, has_touch=True, device_scale_factor=2)
    window.has("#message-4")
    narrow = "document.documentElement.scrollWidth <= 360 && channel.scrollWidth <= channel.clientWidth"
    assert window.page.evaluate(narrow)
    window.shot("phone")
    window.page.click("#message-4 .to-journey")
    window.has("#journey")
    assert window.page.evaluate(narrow)
    assert window.page.locator("#journey").bounding_box()["width"] == 360  # type: ignore[index]
    window.shot("phone-journey")
    window.page.keyboard.press("Escape")
    window.page.click("#open-side")
    window.has("#functions b", "orders")
    window.shot("phone-side")
    window.page.click("#close-side")
    window.page.click("#tab-picture")
    window.has(".rows svg")
    assert window.page.evaluate("document.documentElement.scrollWidth <= 360")
    window.shot("phone-alarms")


def test_dark_is_what_the_system_says_until_somebody_chooses(told: Served, open_page: Open) -> None:
    window = open_page(told, color_scheme="dark")
    window.has("#message-4")
    ground = "getComputedStyle(document.body).backgroundColor"
    assert window.page.evaluate(ground) == "rgb(22, 23, 31)"
    window.page.click("#message-4 .to-journey")
    window.shot("dark")
    window.page.click("#theme")
    assert window.page.evaluate(ground) == "rgb(255, 255, 255)"
    window.page.reload()
    window.has("#message-4")
    assert window.page.evaluate(ground) == "rgb(255, 255, 255)"


CONTRAST = """() => {
  const channels = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const weights = [.2126, .7152, .0722];
  const linear = (v) => (v / 255 <= .03928 ? v / 255 / 12.92 : ((v / 255 + .055) / 1.055) ** 2.4);
  const light = (colour) => colour.slice(0, 3).map(linear).reduce((sum, v, at) => sum + v * weights[at], 0);
  const ground = (node) => {
    for (; node; node = node.parentElement) {
      const colour = channels(getComputedStyle(node).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const poor = new Set();
  const spared = ".unseen, .skip, noscript, option, select";
  for (const node of document.querySelectorAll("body *")) {
    const own = [...node.childNodes].some((child) => child.nodeType === 3 && child.textContent.trim());
    if (!own || !node.checkVisibility() || node.closest(spared)) continue;
    const [one, other] = [light(channels(getComputedStyle(node).color)), light(ground(node))].sort((a, b) => b - a);
    const ratio = (one + .05) / (other + .05);
    if (ratio < 4.5) poor.add(`${node.tagName}.${node.className} ${ratio.toFixed(2)} ${node.textContent.slice(0, 30)}`);
  }
  return [...poor];
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_can_be_read(told: Served, open_page: Open, scheme: str) -> None:
    window = open_page(told, color_scheme=scheme, reduced_motion="reduce")
    window.has("#message-4")
    window.page.click(".thread-toggle")
    window.page.click("#message-4 .to-journey")
    window.has("#journey .hop")
    assert window.page.evaluate(CONTRAST) == []
    window.page.click("#tab-lost")
    window.has(".loss")
    assert window.page.evaluate(CONTRAST) == []


NAMELESS = """() => [...document.querySelectorAll("button, a, input, select, nav, aside, section, [role=img]")]
  .filter((node) => node.checkVisibility())
  .filter((node) => !(node.getAttribute("aria-label") || node.getAttribute("aria-labelledby") || node.textContent.trim()
    || node.labels?.length))
  .map((node) => node.outerHTML.slice(0, 80))"""


def test_everything_has_a_name_and_ids_are_unique(told: Served, open_page: Open) -> None:
    window = open_page(told)
    window.has("#message-4")
    window.page.click("#message-4 .to-journey")
    window.has("#journey .hop")
    assert window.page.evaluate(NAMELESS) == []
    ids = window.page.evaluate("[...document.querySelectorAll('[id]')].map((node) => node.id)")
    assert len(ids) == len(set(ids))
    assert window.count("h1") == 1 and window.count("main") == 1
    named = "n => [n.getAttribute('aria-labelledby'), n.getAttribute('aria-controls')]"
    meant = f"[...document.querySelectorAll('*')].flatMap({named}).filter(Boolean)"
    assert set(window.page.evaluate(meant)) <= set(ids)


def test_nobodys_text_becomes_markup(open_page: Open) -> None:
    sandbox = FakeSandbox()
    sandbox.deploy("orders")
    sandbox.fails("orders", "nasty", what=NASTY)
    sandbox.world.note("rule", NASTY, NASTY, follows=("request:nasty",), brings=("message:nasty",), reason=NASTY)
    sandbox.arrives(
        sandbox.custom_message(
            NASTY,
            f'{NASTY}\n*bold {NASTY}*\n<javascript:alert(1)|click>\n<https://example.com/"onmouseover=x|{NASTY[:20]}>\n```{NASTY}```',
            message_id="nasty",
            fields=((NASTY, NASTY),),
            next_steps=(NASTY,),
        )
    )
    sandbox.world.note("channel", NASTY, NASTY, lost=NASTY)
    with served(sandbox) as page:
        window = open_page(page)
        window.has(".message")
        assert NASTY in window.text("#title-1")
        assert NASTY in window.text(".fields dd") and NASTY in window.text(".text pre")
        window.page.click(".to-journey")
        window.has(".hop.rule", NASTY)
        window.page.click("#tab-lost")
        window.has(".loss .why", NASTY)
        assert (
            window.count("#channel script, #journey script, [onerror], [onmouseover], #channel img:not(.avatar)") == 0
        )
        assert window.count('a[href^="javascript"]') == 0
        assert "owned" not in window.page.title()
        assert window.complaints == [], "not even the policy had to step in"


def test_a_newcomer_is_told_what_to_do(open_page: Open) -> None:
    sandbox = FakeSandbox(speed=1.0)
    with served(sandbox) as page:
        window = open_page(page)
        window.has(".empty code", "lambda-alerts sandbox exec -- lambda-alerts deploy")
        window.shot("empty")
        sandbox.deploy("orders")
        window.has(".empty li.done", "Deploy a function")
        window.has("#functions b", "orders")
        assert window.text("#clock span") == "The clock runs as on AWS"


def test_it_speaks_japanese_to_a_japanese_browser(told: Served, open_page: Open) -> None:
    window = open_page(told, locale="ja-JP")
    window.has("#force-title", "失敗を起こす")
    assert window.page.get_attribute("html", "lang") == "ja"
    window.page.click("#message-1 .to-journey")
    window.has(".hop-kind", "呼び出し")
    window.shot("japanese")


def test_when_the_sandbox_ends_the_page_says_so_and_finds_the_next_one(open_page: Open) -> None:
    first = FakeSandbox()
    story(first)
    with served(first) as page:
        window = open_page(page)
        window.has("#message-4")
        page.stop()
        window.has(".banner.ended code", "lambda-alerts sandbox up")
        window.has(".pill.gone", "Disconnected")
        assert window.count(".message") == 3, "what it remembers stays to be read"
        assert window.page.get_attribute("[aria-label='Force: Error of orders']", "aria-disabled") == "true"
        window.shot("ended")
        second = FakeSandbox(instance="9f9f9f9f")
        second.deploy("orders")
        second.arrives(second.custom_message("a new evening", "it begins with nothing"))
        with served(second, page.port):
            window.has(".pill.live")
            window.has("#title-1", "a new evening")
            window.has(".banner.renewed")
            assert window.count(".message") == 1


def test_the_same_sandbox_goes_on_where_the_page_was(open_page: Open) -> None:
    sandbox = FakeSandbox()
    story(sandbox)
    with served(sandbox) as page:
        window = open_page(page)
        window.has("#message-4")
        page.stop()
        window.has(".pill.gone")
        sandbox.world.stopping.clear()
        sandbox.arrives(sandbox.custom_message("meanwhile", "posted while nobody listened"))
        with served(sandbox, page.port):
            window.has("#title-5", "meanwhile")
            assert window.count(".banner:visible") == 0
            assert window.count(".message") == 4


def test_only_so_many_windows_are_served_and_closing_one_makes_room(told: Served, open_page: Open) -> None:
    places = told.page.feed.places
    while places.acquire(blocking=False):
        pass
    window = open_page(told)
    window.has(".banner.full", "Too many windows")
    places.release()
    window.has("#message-4")
    window.page.close()
    assert places.acquire(timeout=10), "a closed browser gives its place back within seconds"
