"""Turn SVG into PNG, without a browser and the same on each machine."""

from __future__ import annotations

from dashkit.preview.text import FAMILY, MONO_FAMILY, font_file

_FAMILIES = (FAMILY, MONO_FAMILY)


def png(svg: str, *, scale: float = 1) -> bytes:
    """Return a picture of an SVG; ``scale`` 2 has twice its width and height in pixels."""
    import resvg_py

    # Without the machine's own fonts a picture does not depend on which of them are installed.
    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=svg, zoom=scale, skip_system_fonts=True, font_files=[str(font_file(family)) for family in _FAMILIES],
            font_family=FAMILY, sans_serif_family=FAMILY, monospace_family=MONO_FAMILY,
        )
    )  # fmt: skip
