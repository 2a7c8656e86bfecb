"""Ranges of colours that heatmaps offer by name, from few to many.

The diverging ranges and those of one or two hues are Cynthia Brewer's, https://colorbrewer2.org. The others are known by
formulas or long tables; the colours here make the same curve but for a few of 255 steps.
"""

from __future__ import annotations

from functools import lru_cache

from dashkit.preview.display.colour import Colour, same, spline

#: From red or brown over something pale to blue or green.
_DIVERGING = {
    "BrBG": "543005 8c510a bf812d dfc27d f6e8c3 f5f5f5 c7eae5 80cdc1 35978f 01665e 003c30",
    "PiYG": "8e0152 c51b7d de77ae f1b6da fde0ef f7f7f7 e6f5d0 b8e186 7fbc41 4d9221 276419",
    "PRGn": "40004b 762a83 9970ab c2a5cf e7d4e8 f7f7f7 d9f0d3 a6dba0 5aae61 1b7837 00441b",
    "PuOr": "2d004b 542788 8073ac b2abd2 d8daeb f7f7f7 fee0b6 fdb863 e08214 b35806 7f3b08",
    "RdBu": "67001f b2182b d6604d f4a582 fddbc7 f7f7f7 d1e5f0 92c5de 4393c3 2166ac 053061",
    "RdGy": "67001f b2182b d6604d f4a582 fddbc7 ffffff e0e0e0 bababa 878787 4d4d4d 1a1a1a",
    "RdYlBu": "a50026 d73027 f46d43 fdae61 fee090 ffffbf e0f3f8 abd9e9 74add1 4575b4 313695",
    "RdYlGn": "a50026 d73027 f46d43 fdae61 fee08b ffffbf d9ef8b a6d96a 66bd63 1a9850 006837",
    "Spectral": "9e0142 d53e4f f46d43 fdae61 fee08b ffffbf e6f598 abdda4 66c2a5 3288bd 5e4fa2",
}
#: From pale to deep.
_DEEPER = {
    "Blues": "f7fbff deebf7 c6dbef 9ecae1 6baed6 4292c6 2171b5 08519c 08306b",
    "Greens": "f7fcf5 e5f5e0 c7e9c0 a1d99b 74c476 41ab5d 238b45 006d2c 00441b",
    "Greys": "ffffff f0f0f0 d9d9d9 bdbdbd 969696 737373 525252 252525 000000",
    "Oranges": "fff5eb fee6ce fdd0a2 fdae6b fd8d3c f16913 d94801 a63603 7f2704",
    "Purples": "fcfbfd efedf5 dadaeb bcbddc 9e9ac8 807dba 6a51a3 54278f 3f007d",
    "Reds": "fff5f0 fee0d2 fcbba1 fc9272 fb6a4a ef3b2c cb181d a50f15 67000d",
    "BuGn": "f7fcfd e5f5f9 ccece6 99d8c9 66c2a4 41ae76 238b45 006d2c 00441b",
    "BuPu": "f7fcfd e0ecf4 bfd3e6 9ebcda 8c96c6 8c6bb1 88419d 810f7c 4d004b",
    "GnBu": "f7fcf0 e0f3db ccebc5 a8ddb5 7bccc4 4eb3d3 2b8cbe 0868ac 084081",
    "OrRd": "fff7ec fee8c8 fdd49e fdbb84 fc8d59 ef6548 d7301f b30000 7f0000",
    "PuBuGn": "fff7fb ece2f0 d0d1e6 a6bddb 67a9cf 3690c0 02818a 016c59 014636",
    "PuBu": "fff7fb ece7f2 d0d1e6 a6bddb 74a9cf 3690c0 0570b0 045a8d 023858",
    "PuRd": "f7f4f9 e7e1ef d4b9da c994c7 df65b0 e7298a ce1256 980043 67001f",
    "RdPu": "fff7f3 fde0dd fcc5c0 fa9fb5 f768a1 dd3497 ae017e 7a0177 49006a",
    "YlGnBu": "ffffd9 edf8b1 c7e9b4 7fcdbb 41b6c4 1d91c0 225ea8 253494 081d58",
    "YlGn": "ffffe5 f7fcb9 d9f0a3 addd8e 78c679 41ab5d 238443 006837 004529",
    "YlOrBr": "ffffe5 fff7bc fee391 fec44f fe9929 ec7014 cc4c02 993404 662506",
    "YlOrRd": "ffffcc ffeda0 fed976 feb24c fd8d3c fc4e2a e31a1c bd0026 800026",
}
#: From dark to bright, in both themes.
_BRIGHTER = {
    "Turbo": "261720 543dc2 456af4 3295fe 23bee3 26debd 3cf592 63ff6d 95fd4f c5ee3a f2d32d ffad24 ff831e f65516 cb2d0e"
    " 9e0e00 8d0b00",
    "Cividis": "002053 002f6c 203e6e 3c4d6e 585c6d 6d6c70 7f7c75 908c78 a39d79 bbae72 d4c165 f1d552 feea45",
    "Viridis": "440154 4a2073 453a85 3b538c 30698e 287c8e 20918e 1ca586 33b87b 5dca61 8fd848 cbe113 ffe722",
    "Magma": "000003 0c0d2a 2c1366 520d81 722281 942b82 b6377a da436c f45f59 fd895e ffb177 fed899 fcfec1",
    "Inferno": "000002 0d0e2e 350867 570e6e 791e6f 9b2765 bd3656 d94b3c f06929 f98e00 ffb513 eee353 f9ffa9",
    "Plasma": "100788 3e049c 5d01a7 7f00aa 9c189f b72f8c cc4777 de6065 ee7952 f99541 ffb42c fdd623 effa26",
    "Warm": "6e40aa 8f3db4 b23bb3 d23da9 f04297 ff4d7e fe5d63 fe724a ff8b37 f0a72c d9c22f c1dc3d aff05a",
    "Cool": "6e40aa 6450c5 5465d8 417de2 2e96e2 20b0d7 18c8c3 1adca9 26eb8d 3ef472 5ff75f 86f554 aff05a",
    "Cubehelix": "010000 1f0d28 192d50 115450 257337 5e7d28 a47842 d27984 d88ccb c5b3f3 bddaf5 d6f4e9 fffffd",
}
#: Around the wheel of colours.
_CYCLICAL = {
    "Rainbow": "6d40ab a13cb8 d23caa ff468c fd5c63 ff7e3d f6a72c c8d02f b5f460 70f752 3df673 1ce59a 16c9c5 25a3df 417de4"
    " 5e58d1 6e40ab",
    "Sinebow": "ff3f3f f57f0b c1c300 80f30c 3dff3d 0cf37f 00c2c2 0c7ff3 3d3dff 800cf3 c100c3 f50b7f ff3f3f",
}
_SCHEMES = {**_DIVERGING, **_DEEPER, **_BRIGHTER, **_CYCLICAL}
_USUAL = "Spectral"


@lru_cache(maxsize=64)
def scheme_colours(name: str, steps: int, *, reverse: bool = False) -> tuple[Colour, ...]:
    """Return so many colours of a range, from that of the fewest to that of the most.

    What is most frequent stands out from a panel: pale on a dark one, deep on a bright one, and red if a range ends there.
    """
    known = name if name in _SCHEMES else _USUAL
    along = spline([same(f"#{paint}") for paint in _SCHEMES[known].split()])
    bright = [along(number / max(1, steps - 1)).dark for number in range(steps)]
    back = bright[::-1]
    dark, light = bright, bright
    if known in _DEEPER:
        dark = back
    elif known in _DIVERGING or known in _CYCLICAL:
        dark, light = back, back
    colours = tuple(Colour(*paints) for paints in zip(dark, light, strict=True))
    return colours[::-1] if reverse else colours
