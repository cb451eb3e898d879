"""An image's name follows from all that it is built from; building, checking and pushing it is told as it goes."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from lambda_alerts_cli import docker_images
from lambda_alerts_cli.adapters.aws_answers import RegistryLogin
from lambda_alerts_cli.adapters.build_context import context_files
from lambda_alerts_cli.adapters.docker import LayerProgress
from lambda_alerts_cli.adapters.process import Processes
from lambda_alerts_cli.build_log import BuildStep
from lambda_alerts_cli.config import Config, Function, load
from lambda_alerts_cli.docker_images import DockerImages, tags_of
from lambda_alerts_cli.errors import Misused
from lambda_alerts_cli.image import BuildSpec, ContextFile, Tag
from lambda_alerts_cli.progress import Task
from tests.fakes import PASSWORD, Heard
from tests.shop import REGION, project, tag, url

LOGIN = RegistryLogin("AWS", PASSWORD)
PYTHON = "public.ecr.aws/lambda/python:3.12"


class FakeDocker:
    """An engine that says what a test wants it to, and remembers what it was asked."""

    def __init__(self) -> None:
        self.processes = Processes({})
        self.bases: dict[str, str | None] = {}
        self.untagged: tuple[str, ...] = ()
        self.asked: list[Any] = []
        self.steps: tuple[BuildStep, ...] = ()
        self.layers: tuple[LayerProgress, ...] = ()
        self.doubt: str | None = None

    def that_has(self, reference: str, identity: str | None) -> "FakeDocker":
        self.bases[reference] = identity
        return self

    def that_tells_of_a_build(self, *steps: BuildStep) -> "FakeDocker":
        self.steps = steps
        return self

    def that_tells_of_a_push(self, *layers: LayerProgress) -> "FakeDocker":
        self.layers = layers
        return self

    def that_doubts(self, doubt: str) -> "FakeDocker":
        self.doubt = doubt
        return self

    def base_identity(self, reference: str) -> str | None:
        return self.bases.get(reference)

    def build(self, spec: BuildSpec, log: Path, on_progress: Any) -> None:
        self.asked.append(SimpleNamespace(spec=spec, log=log))
        for step in self.steps:
            on_progress(step)

    def check_handler(self, image: str, handler: str, platform: str, environment: dict[str, str]) -> str | None:
        self.asked.append(SimpleNamespace(image=image, handler=handler, platform=platform, environment=environment))
        return self.doubt

    def push(self, image: str, reference: str, username: str, password: str, on_progress: Any) -> None:
        self.asked.append(SimpleNamespace(image=image, reference=reference, login=(username, password)))
        for layer in self.layers:
            on_progress(layer)

    def untag(self, *references: str) -> None:
        self.untagged = references


@pytest.fixture
def config(tmp_path: Path) -> Config:
    made = project(tmp_path, "orders", "mail")
    (tmp_path / "Dockerfile").write_text(f"FROM {PYTHON}\nCOPY handler.py .\n")
    (tmp_path / "handler.py").write_text("def handler(event, context): ...\n")
    return made


def images(docker: FakeDocker | None = None, logs: Path = Path("logs")) -> DockerImages:
    return DockerImages(docker or FakeDocker().that_has(PYTHON, "sha256:base"), REGION, logs)


def named(function: Function, docker: FakeDocker | None = None) -> Tag:
    """The tag of one function."""
    return images(docker).tags([function])[function.name]


def again(config: Config, *settings: str) -> Function:
    """The function of the same project, read with other settings."""
    return load(config.file, {}, settings).functions["orders"]


# ---- the name


def test_the_same_inputs_have_the_same_name(config: Config) -> None:
    assert named(config.functions["orders"]) == named(config.functions["mail"])


@pytest.mark.parametrize(
    "change",
    [
        lambda config: (config.folder / "handler.py").write_text("changed = True\n") and again(config),
        lambda config: (config.folder / "new.py").write_text("\n") and again(config),
        lambda config: (config.folder / "handler.py").chmod(0o755) or again(config),
        lambda config: (config.folder / "Dockerfile").write_text(f"FROM {PYTHON}\n") and again(config),
        lambda config: again(config, 'functions.orders.architecture="x86_64"'),
        lambda config: again(config, 'functions.orders.build_args.LEVEL="3"'),
        lambda config: again(config, 'functions.orders.target="final"'),
    ],
    ids=["file", "new file", "mode", "Dockerfile", "architecture", "build argument", "target"],
)
def test_whatever_a_build_reads_changes_the_source_s_part_of_the_name(config: Config, change: Any) -> None:
    before = named(config.functions["orders"])
    after = named(change(config))
    assert before.source != after.source and before.base == after.base


@pytest.mark.parametrize("setting", ["timeout=60", "memory=1024", 'handler="other.handler"', "environment.LEVEL=5"])
def test_what_only_lambda_reads_does_not_change_the_name(config: Config, setting: str) -> None:
    before = named(config.functions["orders"])
    assert named(again(config, f"functions.orders.{setting}")) == before


def test_a_new_base_image_changes_the_base_s_part_of_the_name(config: Config) -> None:
    before = named(config.functions["orders"])
    after = named(config.functions["orders"], FakeDocker().that_has(PYTHON, "sha256:newer"))
    assert before.same_source(after) and before.base != after.base


def test_a_base_image_that_nobody_knows_is_named_so(config: Config) -> None:
    assert not named(config.functions["orders"], FakeDocker()).base_known


def test_a_context_is_read_once_for_all_functions(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[Path] = []

    def reading(context: Path, dockerfile: Path) -> tuple[ContextFile, ...]:
        read.append(context)
        return context_files(context, dockerfile)

    monkeypatch.setattr(docker_images, "context_files", reading)
    tags = images().tags(tuple(config.functions.values()))
    assert tags["orders"] == tags["mail"]
    assert read == [config.folder]


def test_a_dockerfile_that_went_away_is_misuse(config: Config) -> None:
    (config.folder / "Dockerfile").unlink()
    with pytest.raises(Misused, match="no Dockerfile"):
        tags_of([config.functions["orders"]], lambda reference: None)


# ---- build


def test_a_build_gets_everything_that_the_configuration_says(config: Config) -> None:
    docker = FakeDocker()
    function = again(config, 'functions.orders.build_args={B="2", A="1"}', 'functions.orders.target="final"')
    maker = images(docker, config.folder / "logs")
    maker.build(function, tag("a"), Heard())
    (asked,) = docker.asked
    assert asked.spec == BuildSpec(
        context=config.folder,
        dockerfile=config.folder / "Dockerfile",
        platform="linux/arm64",
        tag=f"{maker.local_name}:{tag('a')}",
        target="final",
        build_args=(("A", "1"), ("B", "2")),
    )
    assert asked.log == config.folder / "logs" / "build-orders.log"


def test_build_arguments_are_not_shown_by_accident(config: Config) -> None:
    docker = FakeDocker()
    function = again(config, 'functions.orders.build_args={INDEX_URL="https://user:pw@pypi"}')
    images(docker).build(function, tag("a"), Heard())
    assert "user:pw" not in repr(docker.asked) and "user:pw" not in repr(function)


def test_the_environment_of_a_function_is_not_shown_by_accident(config: Config) -> None:
    function = again(config, 'functions.orders.environment.DSN="postgres://user:pw@db"')
    assert "user:pw" not in repr(function) and "user:pw" not in str(function)


def test_each_step_of_a_build_is_a_row(config: Config) -> None:
    steps = (
        BuildStep(5, "RUN pip install", "started"),
        BuildStep(5, "RUN pip install", "done", 3.2),
        BuildStep(6, "COPY", "cached"),
    )
    heard = Heard()
    images(FakeDocker().that_tells_of_a_build(*steps)).build(config.functions["orders"], tag("a"), heard)
    assert [(event.status, event.detail) for event in heard if isinstance(event, Task)] == [
        ("started", ""),
        ("done", "3.2s"),
        ("skipped", "cached"),
    ]


# ---- check


def test_the_handler_is_imported_as_lambda_would_with_the_function_s_own_environment(config: Config) -> None:
    docker = FakeDocker()
    function = again(config, 'functions.orders.environment.LEVEL="debug"')
    maker = images(docker)
    maker.check(function, tag("a"), Heard())
    (asked,) = docker.asked
    assert (asked.image, asked.handler) == (f"{maker.local_name}:{tag('a')}", "lambda_function.handler")
    assert asked.environment == {"AWS_REGION": REGION, "AWS_DEFAULT_REGION": REGION, "LEVEL": "debug"}


def test_a_doubt_about_the_import_is_a_caution_and_stops_nothing(config: Config) -> None:
    heard = Heard()
    images(FakeDocker().that_doubts("it wanted the network")).check(config.functions["orders"], tag("a"), heard)
    assert heard.cautions == ["it wanted the network"]


# ---- push


def test_a_push_goes_to_the_function_s_repository_under_the_name_of_its_inputs(config: Config) -> None:
    docker = FakeDocker()
    images(docker).push(config.functions["orders"], tag("a"), url("orders"), LOGIN, Heard())
    (asked,) = docker.asked
    assert asked.reference == f"{url('orders')}:{tag('a')}"
    assert asked.login == ("AWS", PASSWORD)


def test_each_layer_is_a_row_without_the_password(config: Config) -> None:
    layers = (
        LayerProgress("l1", "Pushing", 50, 200),
        LayerProgress("l1", "Pushed"),
        LayerProgress("l2", "Layer already exists"),
        LayerProgress("l3", "Preparing"),
    )
    heard = Heard()
    docker = FakeDocker().that_tells_of_a_push(*layers)
    images(docker).push(config.functions["orders"], tag("a"), url("orders"), LOGIN, heard)
    assert [(event.status, event.detail) for event in heard if isinstance(event, Task)] == [
        ("working", "25%"),
        ("done", "Pushed"),
        ("done", "Layer already exists"),
        ("working", "Preparing"),
    ]
    assert PASSWORD not in repr(heard)


def test_the_engine_keeps_no_name_of_what_was_pushed_its_own_goes_last(config: Config) -> None:
    docker = FakeDocker()
    maker = images(docker)
    maker.tidy(tag("a"), [url("mail"), url("orders")])
    pushed = (f"{url('mail')}:{tag('a')}", f"{url('orders')}:{tag('a')}")
    assert docker.untagged == (*pushed, f"{maker.local_name}:{tag('a')}")


def test_two_projects_with_the_same_sources_do_not_take_each_other_s_image_away(tmp_path: Path) -> None:
    one, other = (images(FakeDocker(), tmp_path / name / "logs") for name in ("one", "other"))
    assert one.local_name != other.local_name
    assert one.local_name == images(FakeDocker(), tmp_path / "one" / "logs").local_name


def test_the_name_of_an_image_is_a_tag_that_can_be_read_back(config: Config) -> None:
    made = named(config.functions["orders"])
    assert Tag.parse(str(made)) == made
