"""Maps: of places, and of what depends on what."""

from typing import Annotated, Any, Literal, Unpack

from dashkit.authoring import checks
from dashkit.authoring.arguments import Form, NotSayableError, option, used_by_helper
from dashkit.authoring.choices import Many, Number
from dashkit.authoring.fields import ValueOptions, by_threshold_or_series
from dashkit.authoring.panel import AS_TABLE, Kind, Panel, PanelOptions, QueryLike, build


def _read_view(value: Any) -> Any:
    if value.get("id") != "coords":
        return value.get("id")
    return value["lat"], value["lon"], value["zoom"]


def _write_view(value: Any) -> dict[str, Any]:
    if isinstance(value, tuple):
        latitude, longitude, zoom = value
        return {"allLayers": True, "id": "coords", "lat": latitude, "lon": longitude, "zoom": zoom}
    return {"allLayers": True, "id": value, "lat": 0, "lon": 0, "zoom": 1}


class GeomapOptions(ValueOptions, PanelOptions, total=False):
    """The options of `geomap`."""

    #: What is drawn at each place.
    layer: Annotated[Literal["markers", "heatmap"] | None, used_by_helper()]
    #: The column with the latitude. Without the columns of a place, Grafana looks for them itself.
    latitude: Annotated[str | None, used_by_helper()]
    #: The column with the longitude.
    longitude: Annotated[str | None, used_by_helper()]
    #: The column with a name that Grafana knows, such as the code of a country.
    place: Annotated[str | None, used_by_helper()]
    #: The column that markers are coloured by; their size follows it too.
    value: Annotated[str | None, used_by_helper()]
    #: The part of the world that is shown: ``zero`` for all, ``fit`` for the data, or latitude, longitude and zoom.
    view: Annotated[
        Literal["zero", "fit"] | tuple[Number, Number, Number] | None,
        option("view", "fit", form=Form(_write_view, _read_view)),
    ]
    #: The layers, as Grafana stores them, for what the other options cannot say.
    layers: Annotated[Many[dict[str, Any]] | None, option("layers")]
    #: The map below them, as Grafana stores it.
    basemap: Annotated[dict[str, Any] | None, option("basemap", {"config": {}, "name": "Layer 0", "type": "default"})]
    #: What readers can do, as Grafana stores it.
    controls: Annotated[
        dict[str, Any] | None, option("controls", {"mouseWheelZoom": True, "showAttribution": True, "showZoom": True})
    ]
    #: What the mouse shows.
    tooltip: Annotated[Literal["none", "details"] | None, option("tooltip.mode", "details")]


def _layers(given: dict[str, Any], _: int) -> dict[str, Any]:
    """Make the layer of `geomap` from the columns."""
    if "layers" in given:
        return given
    if given.get("place"):
        location: dict[str, Any] = {"lookup": given["place"], "mode": "lookup"}
    elif given.get("latitude") or given.get("longitude"):
        location = {"latitude": given.get("latitude"), "longitude": given.get("longitude"), "mode": "coords"}
    else:
        location = {"mode": "auto"}
    kind, value = given.get("layer") or "markers", given.get("value")
    column = {"field": value} if value else {}
    if kind == "markers":
        config: dict[str, Any] = {
            "style": {
                "color": {"fixed": "dark-green", **column}, "opacity": 0.6,
                "size": {"fixed": 5, "max": 15, "min": 2, **column},
                "symbol": {"fixed": "img/icons/marker/circle.svg", "mode": "fixed"},
            },
        }  # fmt: skip
    else:
        config = {"blur": 15, "radius": 5, "weight": {"fixed": 1, "max": 1, "min": 0, **column}}
    layer = {"config": config, "location": location, "name": "Layer 1", "tooltip": True, "type": kind}
    return {**given, "layers": [layer]}


def _columns(given: dict[str, Any], _: int) -> dict[str, Any]:
    """Undo `_layers`."""
    try:
        (layer,) = given["layers"]
        location, config = layer["location"], layer["config"]
        weight = config["style"]["size"] if layer["type"] == "markers" else config["weight"]
        found = {
            "layer": layer["type"] if layer["type"] != "markers" else None, "place": location.get("lookup"),
            "latitude": location.get("latitude"), "longitude": location.get("longitude"), "value": weight.get("field"),
        }  # fmt: skip
    except (KeyError, TypeError, ValueError):
        return given
    told = {name: value for name, value in given.items() if name != "layers"}
    told |= {name: value for name, value in found.items() if value}
    return told if _layers(told, 0)["layers"] == given["layers"] else given


GEOMAP = Kind(
    "geomap",
    GeomapOptions,
    {"color": by_threshold_or_series},
    _layers,
    _columns,
    texts=AS_TABLE,
)


def geomap(title: str, *queries: QueryLike, **options: Unpack[GeomapOptions]) -> Panel:
    """Show values on a map of the world, at latitudes and longitudes or at places by name."""
    return build(GEOMAP, title, queries, options)


def _write_arcs(value: dict[str, str]) -> list[dict[str, str]]:
    return [{"color": color, "field": field} for field, color in value.items()]


def _read_arcs(value: Any) -> dict[str, str]:
    if any(set(arc) != {"color", "field"} for arc in value):
        raise NotSayableError
    return {arc["field"]: arc["color"] for arc in value}


class NodeGraphOptions(PanelOptions, total=False):
    """The options of `node_graph`."""

    #: The unit of the first number of a node.
    node_unit: Annotated[str | None, option("nodes.mainStatUnit", check=checks.unit)]
    #: The unit of the second number of a node.
    node_second_unit: Annotated[str | None, option("nodes.secondaryStatUnit", check=checks.unit)]
    #: The unit of the first number of an edge.
    edge_unit: Annotated[str | None, option("edges.mainStatUnit", check=checks.unit)]
    #: The unit of the second number of an edge.
    edge_second_unit: Annotated[str | None, option("edges.secondaryStatUnit", check=checks.unit)]
    #: The parts of the ring around a node: columns and their colours.
    arcs: Annotated[
        dict[str, str] | None,
        option("nodes.arcs", form=Form(_write_arcs, _read_arcs)),
    ]
    #: How nodes are placed. Needs Grafana 12.
    arrangement: Annotated[Literal["layered", "force", "grid"] | None, option("layoutAlgorithm")]
    #: Whether the wheel zooms always, or only with a key. Needs Grafana 12.
    zoom: Annotated[Literal["cooperative", "greedy"] | None, option("zoomMode")]


NODE_GRAPH = Kind("nodeGraph", NodeGraphOptions)


def node_graph(title: str, *queries: QueryLike, **options: Unpack[NodeGraphOptions]) -> Panel:
    """Show what depends on what, such as services that call each other."""
    return build(NODE_GRAPH, title, queries, options)


KINDS = {"geomap": GEOMAP, "node_graph": NODE_GRAPH}
