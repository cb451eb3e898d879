"""A proof as JUnit XML: a suite for each scenario of a function, a case for each hop."""

from xml.etree.ElementTree import Element, SubElement, indent, tostring

from lambda_alerts_cli.proof.result import Proof, ProvenHop, ProvenScenario, trouble


def as_junit(proof: Proof) -> str:
    """The whole document."""
    root = Element("testsuites", name="lambda-alerts test-failure")
    for row in proof.scenarios:
        _suite(root, row, strict=proof.strict)
    indent(root)
    return tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _suite(root: Element, row: ProvenScenario, *, strict: bool) -> None:
    marks = [hop.outcome for hop in row.hops]
    suite = SubElement(
        root,
        "testsuite",
        name=f"{row.function} {row.name}",
        tests=str(len(marks)),
        failures=str(marks.count("failed") + (marks.count("unproven") if strict else 0)),
        skipped=str(marks.count("not reached") + (0 if strict else marks.count("unproven"))),
        time=f"{row.real_seconds:.1f}",
    )
    for hop in row.hops:
        _case(suite, row, hop, strict=strict)


def _case(suite: Element, row: ProvenScenario, hop: ProvenHop, *, strict: bool) -> None:
    # The latency is AWS's time, so it is told in the output and not as the time that the case took.
    case = SubElement(suite, "testcase", classname=f"{row.function}.{row.name}", name=hop.name)
    if hop.outcome == "failed" or (hop.outcome == "unproven" and strict):
        failure = SubElement(case, "failure", message=_clean(hop.text), type=hop.outcome)
        failure.text = _clean(trouble(row, hop))
    elif hop.outcome != "held":
        SubElement(case, "skipped", message=_clean(hop.text))
    else:
        after = "" if hop.after is None else f", {hop.after:g} s after the failure"
        SubElement(case, "system-out").text = _clean(f"{hop.text}{after}")


def _clean(text: str) -> str:
    """XML has no place for control characters, not even escaped."""
    return "".join(character for character in text if character >= " " or character in "\t\n\r")
