"""Problems in the formats of CI systems: JUnit XML, and GitHub's workflow commands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from xml.etree import ElementTree

from dashkit.model.problem import Problem, Severity
from dashkit.report.problems import about, one_line

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def junit(problems: Iterable[Problem], paths: Iterable[str]) -> str:
    """Return a test case for each file that was checked. It fails if there is an error or a warning in the file."""
    found: dict[str, list[Problem]] = defaultdict(list)
    for problem in problems:
        found[problem.location.path].append(problem)
    files = sorted({*paths, *found})
    failing = {path: [problem for problem in found[path] if problem.severity >= Severity.WARNING] for path in files}
    failed = sum(1 for entries in failing.values() if entries)
    suite = ElementTree.Element(
        "testsuite", name="dashkit check", tests=str(len(files)), failures=str(failed), errors="0"
    )
    for path in files:
        case = ElementTree.SubElement(suite, "testcase", classname="dashkit.check", name=path)
        for problem in failing[path][:1]:
            failure = ElementTree.SubElement(case, "failure", type=problem.rule, message=one_line(problem.message))
            failure.text = "\n".join(_line(entry) for entry in failing[path])
        infos = [problem for problem in found[path] if problem.severity < Severity.WARNING]
        if infos:
            ElementTree.SubElement(case, "system-out").text = "\n".join(_line(entry) for entry in infos)
    return junit_document(suite)


def junit_document(suite: ElementTree.Element) -> str:
    """Return the XML document of one test suite."""
    root = ElementTree.Element("testsuites")
    root.append(suite)
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def _line(problem: Problem) -> str:
    # XML 1.0 allows no control characters.
    place = f" ({about(problem)})" if about(problem) else ""
    return one_line(f"{problem.location}: {problem.severity.word} {problem.rule}: {problem.message}{place}")


def github(problems: Iterable[Problem]) -> Iterator[str]:
    """Yield an annotation for each problem.

    https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
    """
    for problem in problems:
        place = f"{about(problem)}: " if about(problem) else ""
        hint = f"\n{problem.hint}" if problem.hint else ""
        properties = f"title={_property(problem.rule)}"
        if problem.location.path:
            properties = f"file={_property(problem.location.path)},line={max(1, problem.location.line)},{properties}"
        yield f"::{_COMMANDS[problem.severity]} {properties}::{_value(place + problem.message + hint)}"


def _value(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _value(text).replace(":", "%3A").replace(",", "%2C")
