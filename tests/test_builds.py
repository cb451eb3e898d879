"""Only what is missing is built; each function's image ends in its own repository."""

import threading
from pathlib import Path

import pytest

from lambda_alerts_cli.builds import Needed, make_images, needed_images
from lambda_alerts_cli.config import Config
from lambda_alerts_cli.errors import Failed, Refused
from tests.fakes import INDEX, PASSWORD, FakeMaker, FakeRegistry, Heard, Journal
from tests.shop import digest, project, tag, url

BOTH = {"mail": url("mail"), "orders": url("orders")}


def functions(config: Config) -> tuple:
    return tuple(config.functions.values())


def made(
    config: Config, maker: FakeMaker, registry: FakeRegistry, report: Heard | None = None
) -> tuple[Needed, dict[str, str]]:
    stop = threading.Event()
    needed = needed_images(functions(config), maker, registry, stop)
    return needed, make_images(needed, BOTH, maker, registry, Heard() if report is None else report, stop)


def test_an_image_that_the_registry_has_is_not_built(tmp_path: Path) -> None:
    journal: Journal = []
    registry = FakeRegistry().that_has("shop-orders", tag("a"), digest("a"))
    needed, digests = made(project(tmp_path, "orders"), FakeMaker(registry, journal), registry)
    assert (journal, digests, needed.missing) == ([], {"orders": digest("a")}, {})


def test_nobody_logs_in_when_nothing_is_pushed(tmp_path: Path) -> None:
    registry = FakeRegistry().that_has("shop-orders", tag("a"), digest("a"))
    made(project(tmp_path, "orders"), FakeMaker(registry), registry)
    assert registry.logins == 0


def test_what_is_missing_is_built_then_checked_then_pushed(tmp_path: Path) -> None:
    journal: Journal = []
    registry = FakeRegistry()
    _, digests = made(project(tmp_path, "orders"), FakeMaker(registry, journal), registry)
    assert journal == ["build orders", "check orders", "push shop-orders"]
    assert digests == {"orders": digest("a")}


def test_functions_of_the_same_inputs_share_one_build_and_one_login_but_no_repository(tmp_path: Path) -> None:
    journal: Journal = []
    registry = FakeRegistry()
    made(project(tmp_path, "mail", "orders"), FakeMaker(registry, journal), registry)
    assert [step for step in journal if "check" not in step] == ["build mail", "push shop-mail", "push shop-orders"]
    assert registry.logins == 1


def test_functions_of_different_inputs_are_built_each(tmp_path: Path) -> None:
    journal: Journal = []
    registry = FakeRegistry()
    maker = FakeMaker(registry, journal).that_reads(mail="c", orders="d")
    _, digests = made(project(tmp_path, "mail", "orders"), maker, registry)
    assert {step for step in journal if step.startswith("build")} == {"build mail", "build orders"}
    assert digests == {"mail": digest("c"), "orders": digest("d")}


def test_functions_of_one_handler_share_its_import_check(tmp_path: Path) -> None:
    journal: Journal = []
    registry = FakeRegistry()
    made(project(tmp_path, "mail", "orders"), FakeMaker(registry, journal), registry)
    assert len([step for step in journal if step.startswith("check")]) == 1


def test_each_handler_of_a_shared_image_is_imported(tmp_path: Path) -> None:
    journal: Journal = []
    registry = FakeRegistry()
    settings = ('functions.orders.handler="orders.handler"',)
    made(project(tmp_path, "mail", "orders", settings=settings), FakeMaker(registry, journal), registry)
    assert [step for step in journal if step.startswith("check")] == ["check mail", "check orders"]


def test_a_function_may_say_that_its_handler_is_not_imported(tmp_path: Path) -> None:
    journal: Journal = []
    registry = FakeRegistry()
    settings = ("functions.orders.check_import=false",)
    made(project(tmp_path, "orders", settings=settings), FakeMaker(registry, journal), registry)
    assert journal == ["build orders", "push shop-orders"]


def test_a_handler_that_cannot_be_imported_is_never_pushed(tmp_path: Path) -> None:
    journal: Journal = []
    registry = FakeRegistry()
    maker = FakeMaker(registry, journal).that_fails_at("check orders", Failed("no module named requests"))
    with pytest.raises(Failed, match="requests"):
        made(project(tmp_path, "orders"), maker, registry)
    assert journal == ["build orders", "check orders"]


def test_what_was_pushed_before_another_build_failed_is_not_built_again(tmp_path: Path) -> None:
    config = project(tmp_path, "mail", "orders")
    registry = FakeRegistry().that_has("shop-mail", tag("c"), digest("c"))
    journal: Journal = []
    maker = FakeMaker(registry, journal).that_reads(mail="c", orders="d")
    needed, _ = made(config, maker, registry)
    assert journal == ["build orders", "check orders", "push shop-orders"]
    assert set(needed.pushed) == {"mail"}


def test_the_engine_is_tidied_once_after_the_last_push_of_a_build(tmp_path: Path) -> None:
    registry = FakeRegistry()
    maker = FakeMaker(registry)
    made(project(tmp_path, "mail", "orders"), maker, registry)
    assert maker.tidied == [("push shop-orders", tag("a"), (url("mail"), url("orders")))]


def test_a_build_that_fails_leaves_nothing_in_the_engine_either(tmp_path: Path) -> None:
    registry = FakeRegistry()
    maker = FakeMaker(registry).that_fails_at("check orders", Failed("no module named requests"))
    with pytest.raises(Failed, match="requests"):
        made(project(tmp_path, "orders"), maker, registry)
    assert maker.tidied == [("check orders", tag("a"), (url("orders"),))]


def test_an_index_that_lies_in_the_registry_is_refused_with_the_remedy(tmp_path: Path) -> None:
    registry = FakeRegistry().that_has("shop-orders", tag("a"), digest("a"), media_type=INDEX)
    with pytest.raises(Refused) as refused:
        made(project(tmp_path, "orders"), FakeMaker(registry), registry)
    assert "--provenance=false" in (refused.value.next_step or "")
    assert url("orders") in (refused.value.where or "")


def test_a_push_that_the_registry_does_not_know_of_is_a_failure(tmp_path: Path) -> None:
    registry = FakeRegistry()
    with pytest.raises(Failed) as failed:
        made(project(tmp_path, "orders"), FakeMaker(registry).that_loses_what_it_pushes(), registry)
    assert failed.value.where == f"{url('orders')}:{tag('a')}"


def test_the_password_reaches_the_maker_and_no_report(tmp_path: Path) -> None:
    registry, heard = FakeRegistry(), Heard()
    maker = FakeMaker(registry)
    made(project(tmp_path, "orders"), maker, registry, heard)
    assert [login.password for login in maker.logins] == [PASSWORD]
    assert heard and PASSWORD not in repr((heard, maker.logins))


def test_a_push_is_told_with_the_digest_that_the_registry_computed(tmp_path: Path) -> None:
    registry, heard = FakeRegistry(), Heard()
    made(project(tmp_path, "orders"), FakeMaker(registry), registry, heard)
    assert heard.tasks == [("push orders", "started"), ("push orders", "done")]
    assert heard[-1].detail == digest("a")[:19]
