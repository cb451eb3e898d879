"""What a runtime prints."""

import os

from lambda_alerts_cli.sandbox.aws_lambda.output import Lines, PipeOutput


def test_lines_are_put_together_from_pieces() -> None:
    lines = Lines()
    for piece in (b"one\ntw", b"o\nthr", b"ee"):
        lines.feed(piece)
    assert [line.text for line in lines.take()] == ["one", "two", "three"]
    assert lines.take() == []


def test_a_traceback_that_the_runtime_joined_stays_one_event() -> None:
    lines = Lines()
    lines.feed(b"[ERROR] ValueError: no\rTraceback\r  File\n")
    assert [line.text for line in lines.take()] == ["[ERROR] ValueError: no\nTraceback\n  File"]


def test_what_is_no_text_is_shown_nevertheless() -> None:
    lines = Lines()
    lines.feed(b"\xff\xfe\n")
    assert [line.text for line in lines.take()] == ["��"]


def test_all_that_was_written_is_there_at_once() -> None:
    source, sink = os.pipe()
    output = PipeOutput(source)
    for number in range(200):
        os.write(sink, f"line {number}\n".encode())
        assert [line.text for line in output.take()] == [f"line {number}"]
    os.close(sink)


def test_a_writer_never_waits_for_a_reader() -> None:
    source, sink = os.pipe()
    output = PipeOutput(source)
    os.write(sink, b"x" * (1 << 20))  # sixteen times what a pipe holds
    os.write(sink, b"\nend\n")
    os.close(sink)
    assert [len(line.text) for line in output.take()] == [1 << 20, 3]
