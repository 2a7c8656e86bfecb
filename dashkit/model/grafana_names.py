"""The names that are built into Grafana: units, panel types and transformations."""

from __future__ import annotations

import difflib

#: The ids of units in Grafana 12.3; 10.1 lacks a few currencies, ``mwatth`` and ``sishort``.
#: https://grafana.com/docs/grafana/latest/panels-visualizations/configure-standard-options/#unit
UNITS = frozenset(
    """
    Bps EHs GBs GHs Gbits GiBs Gibits Hs KBs KHs Kbits KiBs Kibits MBs MHs Mbits MiBs Mibits Mohm Nm3 PBs PHs
    Pbits PiBs Pibits TBs THs Tbits TiBs Tibits Wm2 accFS2 accG accMS2 acres amp amph arcmin arcsec areaF2
    areaM2 areaMI2 binBps binbps bits bool bool_on_off bool_yes_no bps bytes candela celsius clockms clocks
    congNm3 congm3 conmgNm3 conmgdL conmgm3 conmmolL conngNm3 conngm3 conppb conμgNm3 conμgm3 cpm cps
    currencyBGN currencyBRL currencyBTC currencyCHF currencyCZK currencyDKK currencyEUR currencyGBP currencyIDR
    currencyILS currencyINR currencyISK currencyJPY currencyKRW currencyMYR currencyNOK currencyPHP currencyPLN
    currencyPYG currencyRUB currencySEK currencyTRY currencyUAH currencyUSD currencyUYU currencyVND currencyXPF
    currencyZAR currencymBTC currencyμBTC d dB dBm dateTimeAsIso dateTimeAsIsoNoDateIfToday dateTimeAsLocal
    dateTimeAsLocalNoDateIfToday dateTimeAsSystem dateTimeAsUS dateTimeAsUSNoDateIfToday dateTimeFromNow decbits
    decbytes decgbytes deckbytes decmbytes decpbytes dectbytes degree dm3 dtdhms dtdurationms dtdurations dthms
    eflops epm eps ev fahrenheit farad ffarad flops flowcfm flowcfs flowcms flowgpm flowlpm flowmlpm forceN
    forceNm forcekN forcekNm gallons gbytes gflops grad gwatt h hectares henry hertz hex hex0x humidity iops
    joule kamp kamph kbytes kelvin kohm kvolt kvoltamp kvoltampreact kwatt kwatth kwattm lengthft lengthin
    lengthkm lengthm lengthmi lengthmm litre litreh locale lumens lux m m3 mamp mamph massg masskg masslb massmg
    masst mbytes megwatt mflops mhenry mlitre mohm mpm mps ms mvolt mwatt mwatth nfarad none ns ohm opm ops
    pbytes percent percentunit pfarad pflops pixel ppm pps pressurebar pressurehg pressurehpa pressurekbar
    pressurekpa pressurembar pressurepa pressurepsi radbq radci radexpckg radgy radian radmsv radmsvh radr
    radrad radrem radsv radsvh radusv radusvh recpm recps reqpm reqps rotdegs rotghz rothz rotkhz rotmhz rotrads
    rotrpm rowspm rowsps rpm rps s sci short sishort string tbytes tflops timeticks velocitykmh velocityknot
    velocitymph velocityms volt voltamp voltampreact watt watth watthperkg wpm wps yflops zflops µfarad µhenry
    µs
    """.split()
)
#: Prefixes of custom units: ``suffix:req``, ``si:W``, ``time:YYYY``.
OWN_UNITS = ("prefix:", "suffix:", "si:", "count:", "currency:", "bool:", "time:", "unit:")

#: What people write for a unit, and how Grafana calls it.
_MEANT_UNITS = {
    "%": "percent", "byte": "bytes", "kb": "kbytes", "mb": "mbytes", "gb": "gbytes", "celcius": "celsius",
    "day": "d", "days": "d", "hour": "h", "hours": "h", "hrs": "h", "min": "m", "mins": "m", "minute": "m", "minutes": "m",
    "sec": "s", "secs": "s", "second": "s", "seconds": "s", "msec": "ms", "msecs": "ms", "millis": "ms", "millisecond": "ms",
    "milliseconds": "ms", "us": "µs", "usec": "µs", "microseconds": "µs", "nanoseconds": "ns", "nsec": "ns",
    "reqsec": "reqps", "req/s": "reqps", "requests/s": "reqps", "rpm/s": "reqpm", "ops/s": "ops", "opsec": "ops",
    "percentage": "percent", "ratio": "percentunit", "number": "none", "usd": "currencyUSD", "eur": "currencyEUR",
    "dollars": "currencyUSD", "bytes/s": "Bps", "bits/s": "bps", "packets/s": "pps", "writes/s": "wps", "reads/s": "rps",
}  # fmt: skip


def unit_meant(value: str) -> str:
    """Return the unit that somebody meant who wrote ``value``, or nothing if that is a unit, or a word of one's own."""
    if value in UNITS or value.startswith(OWN_UNITS):
        return ""
    meant = _MEANT_UNITS.get(value) or _MEANT_UNITS.get(value.lower(), "")
    if meant or len(value) < 4 or "$" in value or " " in value:
        return meant
    return next(iter(difflib.get_close_matches(value, UNITS, n=1, cutoff=0.85)), "")


#: Built-in panel types, with the first and the last version of Grafana that has them; 0 if it still exists.
PANEL_TYPES: dict[str, tuple[int, int]] = {
    **dict.fromkeys(
        """
    alertlist annolist barchart bargauge candlestick canvas dashlist datagrid flamegraph gauge geomap
    gettingstarted heatmap histogram live logs news nodeGraph piechart row stat state-timeline status-history
    table text timeseries traces trend welcome xychart
    """.split(),
        (9, 0),
    ),
    "alertGroups": (9, 11),
    "graph": (9, 11),
    "table-old": (9, 11),
    "radialbar": (12, 0),
    "debug": (9, 0),
}
#: Angular panel types that Grafana converts when it opens the dashboard.
MIGRATED_PANELS = {
    "graph": "timeseries",
    "table-old": "table",
    "singlestat": "stat",
    "grafana-singlestat-panel": "stat",
    "grafana-piechart-panel": "piechart",
    "grafana-worldmap-panel": "geomap",
    "natel-discrete-panel": "state-timeline",
}
#: Angular panel types that are not converted: since Grafana 12 they show an error.
#: https://grafana.com/docs/grafana/v10.4/developers/angular_deprecation/angular-plugins/
GONE_PANELS = frozenset(
    """
    agenty-flowcharting-panel aidanmountford-html-panel alexandra-trackmap-panel bessler-pictureit-panel
    blackmirror1-singlestat-math-panel blackmirror1-statusbygroup-panel citilogics-geoloop-panel
    corpglory-progresslist-panel digrich-bubblechart-panel farski-blendstat-panel fatcloud-windrose-panel
    flant-statusmap-panel gretamosa-topology-panel marcuscalidus-svg-panel michaeldmoore-annunciator-panel
    michaeldmoore-multistat-panel mtanda-heatmap-epoch-panel mtanda-histogram-panel mxswat-separator-panel
    natel-influx-admin-panel natel-plotly-panel neocat-cal-heatmap-panel novalabs-annotations-panel
    petrslavotinek-carpetplot-panel pr0ps-trackmap-panel ryantxu-ajax-panel ryantxu-annolist-panel
    satellogic-3d-globe-panel savantly-heatmap-panel smartmakers-trafficlight-panel snuids-radar-panel
    snuids-trafficlights-panel yesoreyeram-boomtable-panel zuburqan-parity-report-panel
    """.split()
)

TRANSFORMATIONS = frozenset(
    """
    append reduce order organize rename calculateField seriesToColumns seriesToRows merge concatenate
    labelsToFields filterFields filterFieldsByName filterFrames filterByRefId renameByRegex filterByValue noop
    ensureColumns groupBy sortBy histogram configFromData rowsToFields prepareTimeSeries convertFieldType
    convertFrameType fieldLookup heatmap spatial joinByField joinByLabels extractFields groupingToMatrix limit
    partitionByValues timeSeriesTable transpose formatTime formatString regression groupToNestedTable
    """.split()
)
