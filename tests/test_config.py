"""The configuration: what is taken, what is refused, and in which words."""

from pathlib import Path

import pytest

from lambda_alerts_cli.config import Config, find_file, load
from lambda_alerts_cli.errors import Misconfigured, Mistake, Misused

PROJECT = '[project]\nname = "shop"\nregion = "ap-northeast-1"\n'
ORDERS = PROJECT + "[functions.orders]\n"


class Folder:
    """A project's folder whose configuration can be read."""

    def __init__(self, path: Path) -> None:
        self.path = path
        (path / "Dockerfile").write_text("FROM scratch\n")

    @property
    def file(self) -> Path:
        return self.path / "lambda-alerts.toml"

    def read(self, text: str, *settings: str, **environment: str) -> Config:
        self.file.write_text(text, encoding="utf-8")
        return load(self.file, environment, settings)

    def mistakes(self, text: str, *settings: str, **environment: str) -> dict[str, Mistake]:
        with pytest.raises(Misconfigured) as refused:
            self.read(text, *settings, **environment)
        assert refused.value.exit_code == 2
        assert refused.value.where == str(self.file)
        return {mistake.path: mistake for mistake in refused.value.mistakes}

    def only_mistake(self, text: str, *settings: str, **environment: str) -> Mistake:
        [mistake] = self.mistakes(text, *settings, **environment).values()
        return mistake


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


# ---- what holds when little is said


def test_a_function_that_says_nothing_gets_every_default(folder: Folder) -> None:
    orders = folder.read(ORDERS).functions["orders"]
    assert (orders.timeout, orders.memory, orders.architecture) == (30, 512, "arm64")
    assert (orders.invoked, orders.handler) == (("sync", "async"), "lambda_function.handler")
    assert orders.alarms.errors is None


def test_paths_are_whole_and_seen_from_the_file(folder: Folder) -> None:
    (folder.path / "mail" / "docker").mkdir(parents=True)
    (folder.path / "mail" / "docker" / "Dockerfile").touch()
    mail = folder.read(PROJECT + '[functions.mail]\nsource = "mail"\ndockerfile = "docker/Dockerfile"\n').functions[
        "mail"
    ]
    assert mail.context == folder.path.resolve() / "mail"
    assert mail.dockerfile == folder.path.resolve() / "mail" / "docker" / "Dockerfile"


def test_the_project_is_the_first_part_of_a_function_s_name_in_aws(folder: Folder) -> None:
    assert folder.read(ORDERS).functions["orders"].full_name == "shop-orders"


def test_the_state_s_key_and_region_follow_the_project(folder: Folder) -> None:
    state = folder.read(ORDERS + '[state]\nbucket = "acme-state"\n').state
    assert state is not None
    assert (state.key, state.region) == ("shop/terraform.tfstate", "ap-northeast-1")


def test_without_state_and_slack_there_is_none(folder: Folder) -> None:
    config = folder.read(ORDERS)
    assert (config.state, config.slack, config.topic.customer_managed_key) == (None, None, False)


# ---- the cascade


def test_a_function_s_value_wins_over_the_defaults(folder: Folder) -> None:
    functions = folder.read(
        PROJECT + "[defaults]\ntimeout = 60\nmemory = 256\n[functions.orders]\ntimeout = 5\n[functions.mail]\n"
    ).functions
    assert (functions["orders"].timeout, functions["orders"].memory) == (5, 256)
    assert functions["mail"].timeout == 60


def test_a_value_that_equals_the_built_in_default_still_wins_over_the_defaults_section(folder: Folder) -> None:
    functions = folder.read(PROJECT + "[defaults]\ntimeout = 60\n[functions.orders]\ntimeout = 30\n").functions
    assert functions["orders"].timeout == 30


def test_environments_are_merged(folder: Folder) -> None:
    text = (
        PROJECT
        + '[defaults.environment]\nLEVEL = "info"\nSTAGE = "test"\n[functions.orders.environment]\nLEVEL = "debug"\n'
    )
    assert folder.read(text).functions["orders"].environment == {"LEVEL": "debug", "STAGE": "test"}


def test_redacted_keys_are_added_up_so_that_none_is_shown_by_mistake(folder: Folder) -> None:
    text = (
        PROJECT
        + '[defaults]\nredact = ["iban", "番号"]\nshow_payload = true\n[functions.orders]\nredact = ["note", "iban"]\n'
    )
    orders = folder.read(text).functions["orders"]
    assert (orders.show_payload, orders.redact) == (True, ("iban", "番号", "note"))


def test_alarms_cascade_per_alarm_and_per_key(folder: Folder) -> None:
    text = PROJECT + (
        "[defaults.alarms]\nerrors = { above = 3 }\nerror_rate = { above_percent = 10 }\nthrottles = false\n"
        "[functions.orders.alarms]\nerror_rate = { at_least_invocations = 50 }\n"
        "throttles = { above = 1 }\nerrors = false\n"
    )
    alarms = folder.read(text).functions["orders"].alarms
    assert alarms.errors is False
    assert alarms.error_rate and (alarms.error_rate.above_percent, alarms.error_rate.at_least_invocations) == (10, 50)
    assert alarms.throttles and alarms.throttles.above == 1


# ---- flag over environment over file over default


def test_the_environment_wins_over_the_file(folder: Folder) -> None:
    config = folder.read(ORDERS, LAMBDA_ALERTS_PROJECT_REGION="eu-west-1")
    assert config.project.region == "eu-west-1"


def test_a_setting_wins_over_the_environment(folder: Folder) -> None:
    config = folder.read(ORDERS, "project.region=us-east-1", LAMBDA_ALERTS_PROJECT_REGION="eu-west-1")
    assert config.project.region == "us-east-1"


def test_the_last_of_two_settings_wins(folder: Folder) -> None:
    config = folder.read(ORDERS, "functions.orders.timeout=5", "functions.orders.timeout=6")
    assert config.functions["orders"].timeout == 6


def test_the_environment_can_make_a_section(folder: Folder) -> None:
    config = folder.read(ORDERS, LAMBDA_ALERTS_SLACK_WORKSPACE="T0ABCDEF", LAMBDA_ALERTS_SLACK_CHANNEL="C0GHJKLMN")
    assert config.slack and config.slack.channel == "C0GHJKLMN"


def test_an_empty_variable_counts_as_not_set(folder: Folder) -> None:
    assert folder.read(ORDERS, LAMBDA_ALERTS_SLACK_CHANNEL="").slack is None


def test_variables_of_the_tool_that_are_no_configuration_are_left_alone(folder: Folder) -> None:
    assert folder.read(ORDERS, LAMBDA_ALERTS_SANDBOX="abc").project.name == "shop"


@pytest.mark.parametrize(
    ("setting", "key", "value"),
    [
        ("functions.orders.timeout=60", "timeout", 60),
        ("functions.orders.check_import=false", "check_import", False),
        ('functions.orders.invoked=["async"]', "invoked", ("async",)),
        ("functions.orders.handler=app.main", "handler", "app.main"),
        ('functions.orders.handler="app.main"', "handler", "app.main"),
        ("functions.orders.environment.LEVEL=5", "environment", {"LEVEL": "5"}),
        ("functions.orders.environment.DEBUG=true", "environment", {"DEBUG": "true"}),
        ("functions.orders.environment.EXPR=a=b", "environment", {"EXPR": "a=b"}),
        ("functions.orders.environment.SINCE=2026-01-01", "environment", {"SINCE": "2026-01-01"}),
    ],
)
def test_settings_are_read_by_tomls_rules_and_are_text_where_text_is_wanted(
    folder: Folder, setting: str, key: str, value: object
) -> None:
    assert getattr(folder.read(ORDERS, setting).functions["orders"], key) == value


def test_an_account_from_the_environment_may_begin_with_zero(folder: Folder) -> None:
    assert folder.read(ORDERS, LAMBDA_ALERTS_PROJECT_ACCOUNT="012345678901").project.account == "012345678901"
    assert folder.read(ORDERS, LAMBDA_ALERTS_PROJECT_ACCOUNT="123456789012").project.account == "123456789012"


def test_a_setting_switches_an_alarm_off(folder: Folder) -> None:
    config = folder.read(ORDERS, "functions.orders.alarms.errors=false")
    assert config.functions["orders"].alarms.errors is False


# ---- where the file is


def test_the_file_is_found_from_a_folder_below(folder: Folder) -> None:
    folder.file.touch()
    below = folder.path / "function" / "deep"
    below.mkdir(parents=True)
    assert find_file(below) == folder.file


def test_without_a_file_the_next_step_is_init(tmp_path: Path) -> None:
    with pytest.raises(Misused) as missing:
        find_file(tmp_path)
    assert missing.value.exit_code == 2
    assert "lambda-alerts init" in (missing.value.next_step or "")


def test_a_file_that_was_named_and_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(Misused) as missing:
        load(tmp_path / "other.toml", {})
    assert missing.value.where == str(tmp_path / "other.toml")


def test_a_folder_in_place_of_the_file_is_said_plainly(tmp_path: Path) -> None:
    with pytest.raises(Misused, match="cannot be read: Is a directory"):
        load(tmp_path, {})


# ---- files that are none


def test_broken_toml_is_told_with_line_and_column(folder: Folder) -> None:
    mistake = folder.only_mistake('[project]\nname = "shop\n')
    assert mistake.path == "line 2, column 13"
    assert "not TOML" in mistake.what


def test_a_table_that_is_there_twice_is_named_with_its_line(folder: Folder) -> None:
    mistake = folder.only_mistake(ORDERS + "[functions.orders]\n")
    assert mistake.path.startswith("line 5")
    assert mistake.what == "[functions.orders] is there twice"


def test_a_key_that_is_there_twice_is_told_with_its_line(folder: Folder) -> None:
    mistake = folder.only_mistake(ORDERS + "timeout = 1\ntimeout = 2\n")
    assert (mistake.path.partition(",")[0], mistake.what) == ("line 6", "this key is there twice")


def test_a_file_that_is_not_utf8_is_told_with_its_line(folder: Folder) -> None:
    folder.file.write_bytes(b'[project]\nname = "caf\xe9"\n')
    with pytest.raises(Misconfigured) as refused:
        load(folder.file, {})
    [mistake] = refused.value.mistakes
    assert (mistake.path, mistake.what) == ("line 2", "the file is not UTF-8 text")


def test_a_byte_order_mark_is_no_mistake(folder: Folder) -> None:
    assert folder.read("\ufeff" + ORDERS).project.name == "shop"


@pytest.mark.parametrize("text", ["", "\n# nothing yet\n"])
def test_an_empty_file_is_one_mistake(folder: Folder, text: str) -> None:
    assert folder.only_mistake(text).what == "the file says nothing"


# ---- keys


@pytest.mark.parametrize(
    ("text", "path", "next_step"),
    [
        (ORDERS + "timout = 3\n", "functions.orders.timout", "did you mean `timeout`?"),
        (
            ORDERS + "[functions.orders.alarms]\neror_rate = false\n",
            "functions.orders.alarms.eror_rate",
            "did you mean `error_rate`?",
        ),
        (ORDERS + "[function.orders]\n", "function", "did you mean `functions`?"),
        (ORDERS + "[slak]\n", "slak", "did you mean `slack`?"),
        (PROJECT + "timeout = 3\n[functions.orders]\n", "project.timeout", "`timeout` belongs in [functions.NAME]"),
        (
            ORDERS + "[defaults]\nsmoke_event = {}\n",
            "defaults.smoke_event",
            "`smoke_event` belongs in [functions.NAME]",
        ),
    ],
)
def test_an_unknown_key_is_refused_with_a_hint(folder: Folder, text: str, path: str, next_step: str) -> None:
    mistake = folder.only_mistake(text)
    assert (mistake.path, mistake.what, mistake.next_step) == (path, "is an unknown key", next_step)


def test_an_unknown_key_of_a_setting_names_its_source(folder: Folder) -> None:
    assert folder.only_mistake(ORDERS, "functions.orders.timout=3").what == "is an unknown key (from --set)"


def test_a_setting_for_a_function_that_is_not_there_deploys_no_new_one(folder: Folder) -> None:
    mistake = folder.only_mistake(ORDERS, "functions.order.timeout=3")
    assert mistake.next_step == "did you mean `orders`?"


@pytest.mark.parametrize("setting", ["timeout", "=3", "functions..timeout=3", "functions.orders.timeout"])
def test_a_setting_that_is_none_is_refused(folder: Folder, setting: str) -> None:
    assert folder.only_mistake(ORDERS, setting).path == "--set"


def test_a_misspelled_variable_is_refused(folder: Folder) -> None:
    mistake = folder.only_mistake(ORDERS, LAMBDA_ALERTS_SLACK_CHANEL="C0GHJKLMN")
    assert (mistake.path, mistake.next_step) == (
        "LAMBDA_ALERTS_SLACK_CHANEL",
        "did you mean LAMBDA_ALERTS_SLACK_CHANNEL?",
    )


@pytest.mark.parametrize("key", ["name", "region"])
def test_a_missing_key_of_the_project_is_named(folder: Folder, key: str) -> None:
    text = "\n".join(line for line in ORDERS.splitlines() if not line.startswith(key))
    mistake = folder.only_mistake(text)
    assert (mistake.path, mistake.what) == (f"project.{key}", "is missing")
    assert mistake.next_step.endswith("below [project]")


@pytest.mark.parametrize("text", [PROJECT, PROJECT + "[functions]\n"])
def test_a_project_without_functions_is_refused(folder: Folder, text: str) -> None:
    mistake = folder.only_mistake(text)
    assert mistake.path == "functions"
    assert "[functions.NAME]" in mistake.next_step


# ---- types


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ('timeout = "30s"', '"30s" is text, a whole number is wanted'),
        ("timeout = 2.5", "2.5 is a number, a whole number is wanted"),
        ("timeout = true", "this is true, a whole number is wanted"),
        ("timeout = [1]", "this is a list, a whole number is wanted"),
        ("handler = 5", "5 is a whole number, text is wanted"),
        ("source = 5", "5 is a whole number, text is wanted"),
        ('check_import = "yes"', '"yes" is text, true or false is wanted'),
        ('invoked = "sync"', '"sync" is text, a list is wanted'),
        ('environment = "A=1"', "this is text, a table is wanted"),
        ("alarms = false", "this is false, a table is wanted"),
        ('alarms.errors = "on"', '"on" is text, a table is wanted'),
        ("alarms.errors = true", "this is true, its limits or false are wanted"),
        ("architecture = true", "this is true, and none of `arm64` or `x86_64`"),
        ("alarms.marker = 5", "5 is a whole number, text is wanted"),
        ("handler = 2026-01-01", "2026-01-01 is a date or time, text is wanted"),
    ],
)
def test_a_wrong_type_is_told_in_plain_words(folder: Folder, line: str, what: str) -> None:
    mistake = folder.only_mistake(ORDERS + line)
    assert (mistake.path, mistake.what) == (f"functions.orders.{line.partition(' ')[0]}", what)


@pytest.mark.parametrize(
    ("line", "next_step"),
    [
        ('architecture = "arm"', "did you mean `arm64`?"),
        ("log_retention_days = 31", "the nearest is 30"),
        ("alarms.errors = true", "for example errors = { above = 0 }"),
        ("alarms.marker = true", 'for example marker = "LAMBDA_ALERT"'),
    ],
)
def test_the_next_step_shows_what_could_be_meant(folder: Folder, line: str, next_step: str) -> None:
    assert folder.only_mistake(ORDERS + line).next_step == next_step


def test_a_long_value_is_shortened_in_its_message(folder: Folder) -> None:
    assert len(folder.only_mistake(ORDERS + f'handler = "{"x" * 5000}"').what) < 120


@pytest.mark.parametrize("path", ["a\\u0000b", "x" * 5000, "loop"])
def test_a_path_that_no_file_system_takes_is_a_mistake_like_any_other(folder: Folder, path: str) -> None:
    (folder.path / "loop").symlink_to("loop")
    assert folder.only_mistake(ORDERS + f'source = "{path}"').path == "functions.orders.source"


def test_a_function_that_is_no_table_is_refused(folder: Folder) -> None:
    assert folder.only_mistake(PROJECT + "[functions]\norders = 5\n").path == "functions.orders"


def test_a_wrong_type_from_the_environment_names_its_source(folder: Folder) -> None:
    mistake = folder.only_mistake(ORDERS, LAMBDA_ALERTS_DEFAULTS_TIMEOUT="30s")
    assert mistake.what == '"30s" is text, a whole number is wanted (from LAMBDA_ALERTS_DEFAULTS_TIMEOUT)'


# ---- impossible values


@pytest.mark.parametrize(
    "line",
    [
        "timeout = 0",
        "timeout = 1000",
        "memory = 127",
        "memory = 10241",
        "reserved_concurrency = 0",
        "async_retries = 3",
        "async_max_age = 59",
        "log_retention_days = 31",
        'architecture = "arm"',
        "invoked = []",
        'invoked = ["sync", "sync"]',
        'invoked = ["streams"]',
        'handler = "handler"',
        'target = ""',
        'policy_arns = ["AmazonS3ReadOnlyAccess"]',
        "alarms.errors = { above = -1 }",
        "alarms.throttles = { above = 0.5 }",
        "alarms.error_rate = { above_percent = 100 }",
        "alarms.error_rate = { above_percent = 0 }",
        "alarms.error_rate = { above_percent = nan }",
        "alarms.error_rate = { at_least_invocations = 0 }",
        "alarms.duration = { p95_above_percent_of_timeout = 150 }",
        "alarms.near_timeout = { above_percent_of_timeout = 100 }",
        "alarms.near_memory = { above_percent_of_memory = 0 }",
        "alarms.async_age = { above_percent_of_max_age = 100 }",
        "alarms.iterator_age = { above_seconds = 31536000 }",
        "alarms.concurrency = {}",
        "alarms.not_running = { every_minutes = 10080 }",
        "alarms.not_running = {}",
        "alarms.dead_letters = {}",
        'alarms.dead_letters = { queue = "arn:aws:sqs:eu-west-1:123456789012:dead" }',
        'alarms.errors = { severity = "panic" }',
        'alarms.errors = { runbook = "ask Ann" }',
        'runbook = "ask Ann"',
        'alarms.marker = { term = "" }',
        'alarms.marker = ""',
        "alarms.marker = 'say \"no\"'",
        'show_payload = "yes"',
        "show_payload = 1",
        'redact = "iban"',
        'redact = [""]',
        'redact = ["iban,bic"]',
        'redact = ["_-"]',
        'redact = ["iban", "iban"]',
        "redact = [5]",
        f'redact = ["{"x" * 65}"]',
    ],
)
def test_an_impossible_value_is_refused_with_its_path_and_a_next_step(folder: Folder, line: str) -> None:
    mistake = folder.only_mistake(ORDERS + line)
    assert mistake.path.startswith(f"functions.orders.{line.partition(' ')[0]}")
    assert mistake.next_step


@pytest.mark.parametrize(
    "line", ["timeout = 1", "timeout = 900", "memory = 128", "memory = 10240", "async_retries = 0"]
)
def test_the_limits_themselves_are_allowed(folder: Folder, line: str) -> None:
    key, _, value = line.partition(" = ")
    assert getattr(folder.read(ORDERS + line).functions["orders"], key) == int(value)


def test_a_number_beyond_its_limit_is_told_with_the_limit_and_the_reason(folder: Folder) -> None:
    mistake = folder.only_mistake(ORDERS + "timeout = 1000")
    assert mistake.what == "1000 is more than 900: Lambda lets a function run for 1 to 900 seconds"
    assert mistake.next_step == "give at least 1 and at most 900"


def test_the_name_of_a_channel_is_no_id_and_slack_shows_where_the_id_is(folder: Folder) -> None:
    mistake = folder.only_mistake(ORDERS + '[slack]\nworkspace = "T0ABCDEF"\nchannel = "#alerts"\n')
    assert (mistake.path, mistake.what) == ("slack.channel", "`#alerts` is no id of a Slack channel")
    assert "About tab" in mistake.next_step


def test_each_severity_can_have_a_channel(folder: Folder) -> None:
    slack = '[slack]\nworkspace = "T0ABCDEF"\nchannel = "C0GHJKLMN"\n[slack.channels]\n'
    read = folder.read(ORDERS + slack + 'page = "C0PAGE111"\n').slack
    assert read and read.channels == {"page": "C0PAGE111"}
    assert folder.only_mistake(ORDERS + slack + 'page = "#page"\n').path == "slack.channels.page"
    assert "panic" in folder.only_mistake(ORDERS + slack + 'panic = "C0PAGE111"\n').path


def test_a_thread_is_an_event_or_a_release(folder: Folder) -> None:
    slack = '[slack]\nworkspace = "T0ABCDEF"\nchannel = "C0GHJKLMN"\n'
    chosen = [folder.read(ORDERS + slack + line).slack for line in ("", 'threads = "release"\n')]
    assert [read and read.threads for read in chosen] == ["event", "release"]
    assert "message" in folder.only_mistake(ORDERS + slack + 'threads = "message"\n').what


def test_a_schedule_has_to_say_how_often_it_runs(folder: Folder) -> None:
    mistake = folder.only_mistake(ORDERS + 'invoked = ["schedule"]\n')
    assert mistake.path == "functions.orders.alarms.not_running"
    assert "every_minutes" in mistake.next_step
    assert folder.read(ORDERS + 'invoked = ["schedule"]\nalarms.not_running = false\n')
    assert folder.read(ORDERS + 'invoked = ["schedule"]\nalarms.not_running = { every_minutes = 60 }\n')


def test_a_marker_can_be_text_or_a_table(folder: Folder) -> None:
    text = (
        "[defaults.alarms]\nmarker = 'OH_NO'\n" + ORDERS + "[functions.orders.alarms]\nmarker = { severity = 'warn' }\n"
    )
    marker = folder.read(text).functions["orders"].alarms.marker
    assert marker and not isinstance(marker, str) and marker.severity == "warn"


@pytest.mark.parametrize("name", ["Orders", "or_ders", "-a", "a-", "a--b", "1a", "", "ä", "a\\n"])
def test_a_function_needs_a_name_that_all_parts_of_aws_take(folder: Folder, name: str) -> None:
    mistakes = folder.mistakes(PROJECT + f'[functions.ok]\n[functions."{name}"]\n')
    assert len(mistakes) == 1


@pytest.mark.parametrize("name", ["Shop", "shop_1", "shop-", "a--b", "x" * 31])
def test_a_project_needs_a_name_that_all_parts_of_aws_take(folder: Folder, name: str) -> None:
    assert folder.only_mistake(ORDERS.replace("shop", name)).path == "project.name"


def test_a_name_without_room_for_its_suffixes_is_refused(folder: Folder) -> None:
    fits, too_long = "f" * 50, "f" * 51
    assert folder.read(PROJECT + f"[functions.{fits}]\n").functions[fits].full_name == f"shop-{fits}"
    assert "56 characters" in folder.only_mistake(PROJECT + f"[functions.{too_long}]\n").what


def test_a_folder_that_does_not_exist_is_named(folder: Folder) -> None:
    mistake = folder.only_mistake(ORDERS + 'source = "src/orders"\n')
    assert (mistake.path, mistake.what) == ("functions.orders.source", "there is no folder src/orders")


def test_a_dockerfile_that_does_not_exist_is_named(folder: Folder) -> None:
    mistake = folder.only_mistake(ORDERS + 'dockerfile = "Containerfile"\n')
    assert (mistake.path, mistake.what) == ("functions.orders.dockerfile", "there is no file Containerfile")


@pytest.mark.parametrize("name", ["AWS_REGION", "aws_lambda_function_name", "_HANDLER", "1A", "A", "MY-NAME", ""])
def test_an_environment_name_that_lambda_does_not_take_is_refused(folder: Folder, name: str) -> None:
    assert len(folder.mistakes(ORDERS + f'environment = {{ "{name}" = "x" }}\n')) == 1


def test_an_environment_that_is_too_large_is_refused_after_the_cascade(folder: Folder) -> None:
    half = f'environment.{{}} = "{"x" * 2100}"\n'
    text = PROJECT + "[defaults]\n" + half.format("AA") + "[functions.orders]\n" + half.format("BB")
    assert folder.only_mistake(text).path == "functions.orders.environment"


def test_redacted_keys_count_in_the_environment(folder: Folder) -> None:
    keys = ", ".join(f'"{number:060}"' for number in range(70))
    assert not folder.read(ORDERS + f"redact = [{keys}]\n").functions["orders"].show_payload
    assert (
        folder.only_mistake(ORDERS + f"redact = [{keys}]\nshow_payload = true\n").path == "functions.orders.environment"
    )


@pytest.mark.parametrize("name", ["aws:team", "lambda-alerts:project", "a|b"])
def test_a_tag_name_that_aws_or_the_tool_needs_itself_is_refused(folder: Folder, name: str) -> None:
    assert len(folder.mistakes(PROJECT + f'tags = {{ "{name}" = "x" }}\n[functions.orders]\n')) == 1


def test_a_tag_may_be_japanese(folder: Folder) -> None:
    assert folder.read(PROJECT + 'tags = { "部署" = "受注" }\n[functions.orders]\n').project.tags == {"部署": "受注"}


# ---- secrets


@pytest.mark.parametrize(
    "name",
    [
        "DB_PASSWORD",
        "db_passwd",
        "CLIENT_SECRET",
        "SLACK_BOT_TOKEN",
        "STRIPE_API_KEY",
        "SSH_PRIVATE_KEY",
        "CREDENTIALS",
    ],
)
def test_a_name_that_looks_secret_is_refused_with_the_remedy_and_without_its_value(folder: Folder, name: str) -> None:
    mistake = folder.only_mistake(ORDERS + f'environment = {{ {name} = "hunter2" }}\n')
    assert "Secrets Manager or SSM" in mistake.next_step
    assert "hunter2" not in mistake.what + mistake.next_step


def test_the_name_of_a_secret_is_no_secret(folder: Folder) -> None:
    text = ORDERS + 'environment = { DB_PASSWORD_ARN = "arn:x", TOKENS_PER_MINUTE = "5" }\n'
    assert len(folder.read(text).functions["orders"].environment) == 2


@pytest.mark.parametrize("section", ["environment", "build_args", "smoke_event"])
def test_values_that_may_be_secret_appear_in_no_message_and_no_repr(folder: Folder, section: str) -> None:
    config = folder.read(ORDERS + f'{section} = {{ HARMLESS = "hunter2" }}\n')
    assert "hunter2" not in repr(config)
    refused = folder.mistakes(ORDERS + f'{section} = "hunter2"\n')
    assert "hunter2" not in str(refused)


def test_a_wrong_type_in_the_environment_does_not_show_the_value(folder: Folder) -> None:
    assert "8675309" not in folder.only_mistake(ORDERS + "environment = { PIN = 8675309 }\n").what


def test_a_secret_for_the_build_is_refused(folder: Folder) -> None:
    mistake = folder.only_mistake(ORDERS + 'build_args = { PIP_TOKEN = "hunter2" }\n')
    assert mistake.path == "functions.orders.build_args.PIP_TOKEN"


# ---- all at once


def test_all_mistakes_are_told_at_once_whatever_their_kind(folder: Folder) -> None:
    mistakes = folder.mistakes(
        '[project]\nname = "Shop"\n[slack]\nchannel = "#alerts"\n[defaults]\ntimout = 3\n'
        '[functions.orders]\ntimeout = 0\nsource = "nowhere"\n[functions.Mail]\n',
        "functions.orders.memory=1",
        "nonsense",
        LAMBDA_ALERTS_STATE_BUCKET="UPPER",
    )
    assert set(mistakes) == {
        "--set",
        "project.name",
        "project.region",
        "state.bucket",
        "slack.workspace",
        "slack.channel",
        "defaults.timout",
        "functions.orders.timeout",
        "functions.orders.source",
        "functions.orders.memory",
        "functions.Mail",
    }


def test_a_checked_configuration_does_not_change(folder: Folder) -> None:
    config = folder.read(ORDERS)
    with pytest.raises(ValueError, match="frozen"):
        config.functions["orders"].timeout = 5  # type: ignore[misc]


def test_a_list_whose_only_member_is_refused_is_not_called_empty_as_well(folder: Folder) -> None:
    with pytest.raises(Misconfigured) as refused:
        folder.read(ORDERS + 'invoked = ["cron"]\n')
    [mistake] = refused.value.mistakes
    assert mistake.what.startswith('"cron" is text, and none of')
