"""Queries: a function for each kind of datasource, and the table of its arguments."""

from dashkit.authoring.queries.databases import AZURE, CLOUDWATCH, GRAPHITE, INFLUXDB, SQL, TEMPO
from dashkit.authoring.queries.expressions import MATH, REDUCE, RESAMPLE
from dashkit.authoring.queries.logs import LOKI
from dashkit.authoring.queries.prometheus import PROMETHEUS

QUERY_KINDS = (PROMETHEUS, LOKI, SQL, INFLUXDB, GRAPHITE, TEMPO, CLOUDWATCH, AZURE, MATH, REDUCE, RESAMPLE)
