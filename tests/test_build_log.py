from lambda_alerts_cli.build_log import BuildLog, BuildStep

# Recorded from buildx 0.13 with --progress=plain.
FAILED = """\
#0 building with "default" instance using docker driver

#1 [internal] load build definition from Dockerfile
#1 transferring dockerfile: 111B done
#1 DONE 0.0s

#4 [1/3] FROM public.ecr.aws/lambda/python:3.12@sha256:0cd9
#4 resolve public.ecr.aws/lambda/python:3.12@sha256:0cd9 0.0s done
#4 CACHED

#6 [2/3] COPY x /x
#6 DONE 0.4s

#7 [3/3] RUN echo hello && exit 3
#7 0.221 hello
#7 ERROR: process "/bin/sh -c echo hello && exit 3" did not complete successfully: exit code: 3
------
 > [3/3] RUN echo hello && exit 3:
0.221 hello
------
Dockerfile:3
--------------------
   3 | >>> RUN echo hello && exit 3
--------------------
ERROR: failed to solve: process "/bin/sh -c echo hello && exit 3" did not complete successfully: exit code: 3
"""


def read(text: str) -> tuple[BuildLog, list[BuildStep]]:
    log = BuildLog()
    return log, [step for line in text.splitlines() if (step := log.read(line))]


def test_each_step_begins_and_ends_once_and_bookkeeping_is_left_out() -> None:
    _, steps = read(FAILED)
    assert steps == [
        BuildStep(4, "[1/3] FROM public.ecr.aws/lambda/python:3.12@sha256:0cd9", "started"),
        BuildStep(4, "[1/3] FROM public.ecr.aws/lambda/python:3.12@sha256:0cd9", "cached"),
        BuildStep(6, "[2/3] COPY x /x", "started"),
        BuildStep(6, "[2/3] COPY x /x", "done", 0.4),
        BuildStep(7, "[3/3] RUN echo hello && exit 3", "started"),
        BuildStep(7, "[3/3] RUN echo hello && exit 3", "failed"),
    ]


def test_the_failed_step_is_known_with_its_last_words() -> None:
    log, _ = read(FAILED)
    assert log.failed_step == "[3/3] RUN echo hello && exit 3"
    assert log.last_words == ("hello",)
    assert log.error.startswith("failed to solve: process")


def test_only_the_end_of_a_long_output_is_kept() -> None:
    lines = ["#2 [1/1] RUN make", *(f"#2 {n}.5 line {n}" for n in range(50)), "#2 ERROR: exit code: 1"]
    log, _ = read("\n".join(lines))
    assert log.last_words[-1] == "line 49"
    assert len(log.last_words) == 15


def test_a_step_that_another_failure_cancels_is_not_the_one_to_blame() -> None:
    text = "#2 [a 1/1] RUN one\n#3 [b 1/1] RUN two\n#2 ERROR: exit code: 1\n#3 CANCELED"
    log, steps = read(text)
    assert log.failed_step == "[a 1/1] RUN one"
    assert [step.status for step in steps] == ["started", "started", "failed", "failed"]


def test_a_build_that_succeeds_blames_nothing() -> None:
    log, _ = read("#2 [1/1] RUN one\n#2 DONE 0.1s")
    assert log.failed_step is None
    assert log.last_words == ()
