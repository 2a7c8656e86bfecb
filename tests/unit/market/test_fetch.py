"""The cache in front of the marketplace, and what a digest is of."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from dashkit.errors import ServerError
from dashkit.market import cache
from dashkit.market.client import Marketplace, marketplace
from dashkit.market.fetch import ChangedError, fetch
from tests.support.market import Market, fault, serving

DOCUMENT = {"title": "Hösts", "panels": [{"id": 1, "min": 1.0}]}


@pytest.fixture
def market() -> Iterator[Market]:
    with serving() as running:
        running.publish(1860, DOCUMENT)
        yield running


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The cache."""
    return tmp_path / "cache"


@pytest.fixture
def nowhere(monkeypatch: pytest.MonkeyPatch) -> Marketplace:
    """A marketplace that cannot be reached."""
    monkeypatch.setattr("dashkit._http.connection.sleep", lambda seconds: None)
    return marketplace("http://127.0.0.1:9")


def test_what_is_pinned_and_cached_needs_no_network(folder: Path, market: Market, nowhere: Marketplace) -> None:
    first = fetch(marketplace(market.url), folder, 1860, 1)
    assert first.document == DOCUMENT
    assert fetch(nowhere, folder, 1860, 1, first.sha256) == first


def test_the_digest_is_that_of_the_file_in_the_cache(folder: Path, market: Market) -> None:
    fetched = fetch(marketplace(market.url), folder, 1860, 1)
    (path,) = folder.iterdir()
    assert path.name == f"{fetched.sha256}.json"
    assert hashlib.sha256(path.read_bytes()).hexdigest() == fetched.sha256


def test_spaces_and_the_order_of_keys_do_not_count(folder: Path, market: Market) -> None:
    one = fetch(marketplace(market.url), None, 1860, 1)
    reordered = dict(reversed(DOCUMENT.items()))
    market.faults.append(fault(json.dumps(reordered, separators=(",", ":"), ensure_ascii=False).encode()))
    other = fetch(marketplace(market.url), None, 1860, 1)
    assert (other, list(other.document)) == (one, list(one.document))


def test_other_content_for_a_pinned_revision_is_refused(folder: Path, market: Market) -> None:
    pinned = fetch(marketplace(market.url), None, 1860, 1).sha256
    market.publish(1860, {**DOCUMENT, "title": "Cuckoo"}, revision=1)
    with pytest.raises(ChangedError, match="revision 1 of dashboard 1860 is no longer what") as error:
        fetch(marketplace(market.url), folder, 1860, 1, pinned)
    assert "dashkit.lock" in error.value.hint
    assert not folder.exists()


@pytest.mark.parametrize("data", [b"", b'{"title": "Cuckoo"}', None])
def test_what_was_changed_in_the_cache_is_downloaded_again(
    folder: Path, market: Market, nowhere: Marketplace, data: bytes | None
) -> None:
    pinned = fetch(marketplace(market.url), folder, 1860, 1).sha256
    (path,) = folder.iterdir()
    if data is None:
        path.unlink()
        path.mkdir()
    else:
        path.write_bytes(data)
    with pytest.raises(ServerError):
        fetch(nowhere, folder, 1860, 1, pinned)
    assert fetch(marketplace(market.url), folder, 1860, 1, pinned).document == DOCUMENT
    assert cache.read(folder, pinned) is not None or data is None


def test_a_fresh_one_is_asked_for_even_if_it_is_cached(folder: Path, market: Market) -> None:
    pinned = fetch(marketplace(market.url), folder, 1860, 1).sha256
    fetch(marketplace(market.url), folder, 1860, 1, pinned, fresh=True)
    assert len(market.asked) == 2


def test_where_nothing_can_be_cached_all_works_but_offline(folder: Path, market: Market) -> None:
    folder.write_text("")
    for place in (None, folder / "cache"):
        assert fetch(marketplace(market.url), place, 1860, 1).document == DOCUMENT


def test_the_cache_is_where_the_environment_says(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert cache.directory({"XDG_CACHE_HOME": str(folder)}) == folder / "dashkit/market"
    assert cache.directory({"XDG_CACHE_HOME": "relative"}) == Path.home() / ".cache/dashkit/market"

    def homeless() -> Path:
        raise RuntimeError

    monkeypatch.setattr(Path, "home", homeless)
    assert cache.directory({}) is None
