"""Names of modules."""

from __future__ import annotations

import keyword

from hypothesis import given
from hypothesis import strategies as st

from dashkit.importer.names import module_name


@given(st.text(max_size=30), st.text(max_size=30), st.lists(st.text(max_size=10), max_size=3))
def test_a_name_can_be_imported_and_is_free(title: str, uid: str, taken: list[str]) -> None:
    name = module_name(title, uid, taken)
    assert name.isidentifier()
    assert not keyword.iskeyword(name)
    assert not name.startswith("_")
    assert name not in taken
    assert name not in ("shared", "alerts")


def test_a_name_says_the_title() -> None:
    assert module_name("Über den Shop (v2)", "x", ()) == "uber_den_shop_v2"
    assert module_name("Shop", "abc", ("shop",)) == "shop_abc"
    assert module_name("2024", "abc", ()) == "dashboard_2024"
    assert module_name("import", "abc", ()) == "dashboard_import"
    assert module_name("日本", "abc-1", ()) == "abc_1"
