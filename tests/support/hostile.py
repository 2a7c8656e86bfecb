"""Texts that would break code which is put together from them, for property tests."""

from __future__ import annotations

from hypothesis import strategies as st

_PIECES = (
    '"', "'", '"""', "'''", "\\", "\\n", "\n", "\r", "\t", "\0", "{", "}", "{x}", "${HOME}", "{{ $value }}", "$values.B.Value",
    "#", "__import__('os').abort()", "\u2028", "\x85", "é", "😀", "a", " ", ")", "]", "%s", "$",
)  # fmt: skip

hostile = (
    st.lists(st.one_of(st.sampled_from(_PIECES), st.text(max_size=3)), max_size=6)
    .map("".join)
    .filter(lambda text: not any(0xD800 <= ord(one) < 0xE000 for one in text))
)
"""Any text without halves of a pair, which no file can hold."""

words = hostile.filter(lambda text: bool(text.strip()))
"""Those that are not blank."""
