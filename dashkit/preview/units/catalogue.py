"""The units of Grafana and what each shows.

The tables have units and what is written behind their numbers. A prefix that the numbers come with stands before a colon:
``mflops=M:FLOPS`` takes millions of FLOPS.
"""

from __future__ import annotations

from collections.abc import Callable

from dashkit.preview.units import durations, families
from dashkit.preview.units.families import Formatter

_SUFFIXED = """
    humidity=%H dB=dB pixel=px accMS2=m/sec² accFS2=f/sec² accG=g degree=° radian=rad grad=grad arcmin=arcmin
    arcsec=arcsec areaM2=m² areaF2=ft² areaMI2=mi² acres=ac hectares=ha ppm=ppm conppb=ppb conngm3=ng/m³
    conngNm3=ng/Nm³ conμgm3=μg/m³ conμgNm3=μg/Nm³ conmgm3=mg/m³ conmgNm3=mg/Nm³ congm3=g/m³ congNm3=g/Nm³
    conmgdL=mg/dL conmmolL=mmol/L flowgpm=gpm flowcms=cms flowcfs=cfs flowcfm=cfm litreh=L/h flowlpm=L/min
    flowmlpm=mL/min lux=lux masslb=lb masst=t lengthin=in lengthft=ft lengthmi=mi pressurehpa=hPa pressurekpa=kPa
    pressurehg="Hg rotrpm=rpm rotrads=rad/s rotdegs=°/s celsius=°C fahrenheit=°F kelvin=K velocityms=m/s
    velocitykmh=km/h velocitymph=mph velocityknot=kn m3=m³ Nm3=Nm³ dm3=dm³ gallons=gal
"""
_SI = """
    candela=cd flops=FLOPS mflops=M:FLOPS gflops=G:FLOPS tflops=T:FLOPS pflops=P:FLOPS eflops=E:FLOPS zflops=Z:FLOPS
    decbytes=B decbits=b deckbytes=k:B decmbytes=M:B decgbytes=G:B dectbytes=T:B decpbytes=P:B pps=p/s Bps=B/s
    bps=b/s KBs=k:B/s Kbits=k:b/s MBs=M:B/s Mbits=M:b/s GBs=G:B/s Gbits=G:b/s TBs=T:B/s Tbits=T:b/s PBs=P:B/s
    Pbits=P:b/s watt=W kwatt=k:W megwatt=M:W gwatt=G:W mwatt=m:W Wm2=W/m² voltamp=VA kvoltamp=k:VA voltampreact=VAr
    kvoltampreact=k:VAr watth=Wh watthperkg=Wh/kg kwatth=k:Wh kwattm=k:W-Min mwatth=M:Wh amph=Ah kamph=k:Ah
    mamph=m:Ah joule=J ev=eV amp=A kamp=k:A mamp=m:A volt=V kvolt=k:V mvolt=m:V dBm=dBm mohm=m:Ω ohm=Ω kohm=k:Ω
    Mohm=M:Ω farad=F µfarad=µ:F nfarad=n:F pfarad=p:F ffarad=f:F henry=H mhenry=m:H µhenry=µ:H lumens=Lm forceNm=Nm
    forcekNm=k:Nm forceN=N forcekN=k:N Hs=H/s KHs=k:H/s MHs=M:H/s GHs=G:H/s THs=T:H/s PHs=P:H/s EHs=E:H/s massmg=m:g
    massg=g masskg=k:g lengthmm=m:m lengthm=m lengthkm=k:m pressurembar=m:bar pressurebar=bar pressurekbar=k:bar
    pressurepa=Pa radbq=Bq radci=Ci radgy=Gy radrad=rad radsv=Sv radmsv=m:Sv radusv=µ:Sv radrem=rem radexpckg=C/kg
    radr=R radsvh=Sv/h radmsvh=m:Sv/h radusvh=µ:Sv/h rothz=Hz rotkhz=k:Hz rotmhz=M:Hz rotghz=G:Hz hertz=Hz
    mlitre=m:L litre=L yflops=Y:FLOPS
"""
_BINARY = """
    bytes=B bits=b kbytes=Ki:B mbytes=Mi:B gbytes=Gi:B tbytes=Ti:B pbytes=Pi:B binBps=B/s binbps=b/s KiBs=Ki:B/s
    Kibits=Ki:b/s MiBs=Mi:B/s Mibits=Mi:b/s GiBs=Gi:B/s Gibits=Gi:b/s TiBs=Ti:B/s Tibits=Ti:b/s PiBs=Pi:B/s
    Pibits=Pi:b/s
"""
_COUNTED = """
    cps=c/s ops=ops/s reqps=req/s rps=rd/s wps=wr/s iops=io/s eps=evt/s mps=msg/s recps=rec/s rowsps=rows/s cpm=c/m
    opm=ops/m reqpm=req/m rpm=rd/m wpm=wr/m epm=evts/m mpm=msgs/m recpm=rec/m rowspm=rows/m
"""
_MONEY = """
    currencyUSD=$ currencyGBP=£ currencyEUR=€ currencyJPY=¥ currencyRUB=₽ currencyUAH=₴ currencyBRL=R$
    currencyCZK=czk currencyCHF=CHF currencyPLN=PLN currencyBTC=฿ currencymBTC=mBTC currencyμBTC=μBTC currencyZAR=R
    currencyINR=₹ currencyKRW=₩ currencyIDR=Rp currencyPHP=PHP currencyMYR=RM currencyXPF=XPF currencyBGN=BGN
    currencyPYG=₲ currencyUYU=UYU currencyILS=₪
"""
_MONEY_BEHIND = """
    currencyDKK=kr currencyISK=kr currencyNOK=kr currencySEK=kr currencyVND=đ currencyTRY=₺
"""


def _each(table: str, make: Callable[[str], Formatter]) -> dict[str, Formatter]:
    pairs = (entry.split("=", 1) for entry in table.split())
    return {unit: make(shown) for unit, shown in pairs}


def _with_prefix(make: Callable[[str, str], Formatter]) -> Callable[[str], Formatter]:
    def made(shown: str) -> Formatter:
        prefix, _, unit = shown.rpartition(":")
        return make(unit, prefix)

    return made


FORMATTERS: dict[str, Formatter] = {
    **_each(_SUFFIXED, lambda suffix: families.suffixed(f" {suffix}")),
    **_each(_SI, _with_prefix(families.si)),
    **_each(_BINARY, _with_prefix(families.binary)),
    **_each(_COUNTED, families.count),
    **_each(_MONEY, families.currency),
    **_each(_MONEY_BEHIND, lambda symbol: families.currency(symbol, behind=True)),
    **{unit: durations.in_steps(unit) for unit in ("ns", "µs", "ms", "m", "h", "d")},
    "": families.suffixed(""),
    "none": families.suffixed(""),
    "string": families.plain,
    "short": families.short,
    "sishort": families.si(""),
    "percent": families.suffixed("%"),
    "percentunit": families.percent_of_one,
    "hex": families.hexadecimal(""),
    "hex0x": families.hexadecimal("0x"),
    "sci": families.scientific,
    "locale": families.grouped,
    "pressurepsi": families.psi,
    "s": durations.seconds,
    "timeticks": durations.ticks,
    "dtdurationms": durations.in_words(1),
    "dtdurations": durations.in_words(1000),
    "dthms": durations.colons,
    "dtdhms": durations.days_and_colons,
    "clockms": durations.clock(1),
    "clocks": durations.clock(1000),
    "bool": families.yes_or_no("True", "False"),
    "bool_yes_no": families.yes_or_no("Yes", "No"),
    "bool_on_off": families.yes_or_no("On", "Off"),
}
"""All units but those of dates."""
