"""Selectors: matchers that are written once, and used behind any metric."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashkit.authoring import down_count, quantile, selector
from dashkit.authoring.selectors import matchers_of
from dashkit.promql.nodes import Selector
from dashkit.promql.tree import parse

CHOSEN = selector(environment="$environment", instance="=~$instance")


def test_a_selector_stands_behind_a_metric_and_takes_more_matchers() -> None:
    assert f"up{CHOSEN}" == 'up{environment="$environment", instance=~"$instance"}'
    assert CHOSEN(mode="!=idle") == '{environment="$environment", instance=~"$instance", mode!="idle"}'
    assert selector('job!~"a.*"', CHOSEN, x="!~b") == (
        '{job!~"a.*", environment="$environment", instance=~"$instance", x!~"b"}'
    )
    assert selector() == "{}"


def test_the_selector_of_a_metric_can_be_narrowed() -> None:
    total = CHOSEN.of("http_requests_total")
    assert total == f"http_requests_total{CHOSEN}"
    assert (
        total(status="=~5..") == 'http_requests_total{environment="$environment", instance=~"$instance", status=~"5.."}'
    )


def test_shapes_take_a_selector_with_and_without_braces() -> None:
    bare = 'job="api"'
    assert quantile(0.9, "x", selector(bare)) == quantile(0.9, "x", bare)
    assert down_count("Down", selector(job="api")).targets[0].json == down_count("Down", bare).targets[0].json
    assert matchers_of(bare) == bare


def test_a_value_that_is_no_text_is_refused() -> None:
    with pytest.raises(TypeError, match="status=500 is not a text"):
        selector(status=500)  # type: ignore[arg-type]


@given(st.text(max_size=20).filter(lambda text: "$" not in text and not text.startswith(("=~", "!~", "!="))))
def test_any_value_is_matched_as_it_is(value: str) -> None:
    root = parse(f"up{selector(job=value)}").tree
    assert isinstance(root, Selector)
    (matcher,) = root.matchers
    assert (matcher.label, matcher.value) == ("job", value)
