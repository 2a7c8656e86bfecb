"""Logs of the shop, from Loki: errors, slow requests, what fails most."""

from __future__ import annotations

from dashkit.authoring import (
    custom_variable,
    datasource_variable,
    grid,
    logs,
    loki,
    row,
    table,
    text_variable,
    timeseries,
)

from ..shared.page import page, trace_link
from ..shared.systems import SHOP

LOKI = "${loki}"
STREAM = '{service=~"$service"}'
#: The parser first: a line filter on ERROR would also find the word in a message.
ERRORS = f'{STREAM} | json | level="ERROR"'
SERVER_ERRORS = f"{STREAM} | json | status >= 500"
ON_LOKI = {"type": "loki", "uid": LOKI}

course = row(
    "Course",
    grid(
        3,
        timeseries(
            "Lines by level",
            loki(f"sum by (level) (count_over_time({STREAM} | json [$__interval]))", "{{level}}"),
            datasource=ON_LOKI,
            stack=True,
            style="bars",
            description="Log lines by level. Good: no band of ERROR, and no sudden silence.",
            no_value="no lines",
        ),
        timeseries(
            "Server errors",
            loki(f"sum by (service) (count_over_time({SERVER_ERRORS} [$__interval]))", "{{service}}"),
            datasource=ON_LOKI,
            style="bars",
            stack=True,
            description="Requests logged with a 5xx status. Good: none.",
            no_value="no server errors",
        ),
        timeseries(
            "Slow requests",
            loki(
                f"sum by (service) (count_over_time({STREAM} | json | duration_ms > 1000 [$__interval]))", "{{service}}"
            ),
            datasource=ON_LOKI,
            style="bars",
            stack=True,
            description="Requests that took longer than a second. Good: hardly any.",
            no_value="no slow requests",
        ),
    ),
)

found = row(
    "Found",
    table(
        "Most frequent error messages",
        loki(f"topk(10, sum by (message) (count_over_time({ERRORS} [$__range])))", instant=True),
        datasource=ON_LOKI,
        rename={"message": "Message", "Value #A": "Lines"},
        order=["message", "Value #A"],
        sort_by="Lines",
        height=7,
        description="What is wrong most often, over the time shown.",
        no_value="no errors",
    ),
    logs(
        "Errors",
        loki(f'{ERRORS} |= "$search"'),
        links=[trace_link("$service")],
        description="The newest errors that hold the text searched for.",
    ),
)

slow = row(
    "Slow requests",
    logs(
        "Requests above one second",
        loki(f"{STREAM} | json | duration_ms > 1000"),
        description="The newest slow requests.",
    ),
    collapsed=True,
)

dashboard = page(
    "Shop: logs",
    uid="shop-logs",
    description="Errors and slow requests of the shop's services, from Loki.",
    tags=["operations", "shop"],
    system=SHOP,
    time="1h",
    variables=[
        datasource_variable("loki", "loki", label="Logs"),
        custom_variable("service", [service.name for service in SHOP.services], include_all=True),
        text_variable("search", "", label="Search"),
    ],
    drill=[("Service overview", "shop-service-overview")],
    traces=True,
    panels=[course, found, slow],
)
