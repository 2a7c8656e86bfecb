"""Transformations: what a panel makes of its data before it draws it.

https://grafana.com/docs/grafana/latest/panels-visualizations/query-transform-data/transform-data/
"""

from dashkit.preview.transform.apply import Transformed, transformed

__all__ = ["Transformed", "transformed"]
