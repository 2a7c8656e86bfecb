"""Contact points for Terraform: each kind has a block of its own, with names of its own for Grafana's settings.

https://registry.terraform.io/providers/grafana/grafana/latest/docs/resources/contact_point, version 4.45.1.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from dashkit.deploy.routing import Point, points
from dashkit.errors import RefusedError
from dashkit.export.terraform_text import input_value, literal
from dashkit.model.paths import inside, keys_of
from dashkit.model.routing import Contact, PagerDuty, Receiver, Routing, Slack

#: The arguments of each block. A setting is an argument of its name in snake case, or as `_OTHERS` says.
ARGUMENTS = {
    "alertmanager": "basic_auth_password basic_auth_user url",
    "dingding": "message message_type title url",
    "discord": "avatar_url message title url use_discord_username",
    "email": "addresses message single_email subject",
    "googlechat": "hide_open_button hide_version_info message title url",
    "jira": "api_token api_url dedup_key_field description fields issue_type labels password priority project reopen_duration "
    "reopen_transition resolve_transition summary user wont_fix_resolution",
    "kafka": "api_version cluster_id description details password rest_proxy_url topic username",
    "line": "description title token",
    "oncall": "authorization_credentials authorization_scheme basic_auth_password basic_auth_user http_method max_alerts "
    "message title url",
    "opsgenie": "api_key auto_close description message override_priority responders send_tags_as url",
    "pagerduty": "class client client_url component details group integration_key severity source summary url",
    "pushover": "api_token device expire message ok_priority ok_sound priority retry sound title upload_image user_key",
    "sensugo": "api_key check entity handler message namespace url",
    "slack": "color endpoint_url icon_emoji icon_url mention_channel mention_groups mention_users recipient text title token "
    "url username",
    "sns": "access_key assume_role_arn auth_provider body external_id message_format secret_key subject topic",
    "teams": "message section_title title url",
    "telegram": "chat_id disable_notifications disable_web_page_preview message message_thread_id parse_mode protect_content "
    "token",
    "threema": "api_secret description gateway_id recipient_id title",
    "victorops": "description message_type title url",
    "webex": "api_url message room_id token",
    "webhook": "authorization_credentials authorization_scheme basic_auth_password basic_auth_user headers hmac_config "
    "http_config http_method max_alerts message payload title tls_config url",
    "wecom": "agent_id corp_id message msg_type secret title to_user url",
}
_BLOCKS = {"prometheus-alertmanager": "alertmanager", "LINE": "line"}
_OTHERS = {
    "dingding": {"msgType": "message_type"},
    "kafka": {"kafkaRestProxy": "rest_proxy_url", "kafkaTopic": "topic", "kafkaClusterId": "cluster_id"},
    "oncall": {"username": "basic_auth_user", "password": "basic_auth_password"},
    "opsgenie": {"apiUrl": "url"},
    "sensugo": {"apikey": "api_key"},
    "sns": {"assumeRoleARN": "assume_role_arn"},
    "teams": {"sectiontitle": "section_title"},
    "telegram": {"chatid": "chat_id", "bottoken": "token"},
    "webex": {"bot_token": "token"},
    "webhook": {"username": "basic_auth_user", "password": "basic_auth_password"},
    "wecom": {"msgtype": "msg_type", "touser": "to_user"},
}
#: The arguments that hold Grafana's own names, which are written in snake case as well.
_NESTED = ("hmac_config", "http_config", "tls_config", "oauth2", "proxy_config")


def contact_point(receiver: Receiver) -> dict[str, Any]:
    """Return the blocks of a contact point.

    Raises:
        RefusedError: the provider knows no such kind, or cannot set one of the settings.
    """
    result: dict[str, Any] = {"name": literal(receiver.name), "disable_provenance": True}
    for point in points(receiver):
        block = _BLOCKS.get(point.kind, point.kind)
        if block not in ARGUMENTS:
            raise RefusedError(
                f"Terraform's grafana_contact_point has no block for {point.kind!r}",
                where=f"receiver {receiver.name}", hint="use `dashkit export provisioning`, or `dashkit rules push --routing`",
            )  # fmt: skip
        result.setdefault(block, []).append(_block(block, point, receiver))
    return result


def secrets_of(routing: Routing) -> list[str]:
    """Return the names of the secrets that contact points need, as the source calls them."""
    found: list[str] = []
    for way in (way for receiver in routing.receivers for way in receiver.ways):
        match way:
            case PagerDuty():
                found.append(way.key)
            case Slack():
                found.append(way.url)
            case Contact():
                found += way.secrets.values()
    return found


def _block(block: str, point: Point, receiver: Receiver) -> dict[str, Any]:
    known, result, more = ARGUMENTS[block].split(), {}, {}
    for setting, value in _filled(point).items():
        argument = _OTHERS.get(block, {}).get(setting) or _snake(setting)
        if argument in known:
            result[argument] = _value(block, argument, value)
        elif isinstance(value, str | int | float):
            more[setting] = str(value).lower() if isinstance(value, bool) else str(value)
        else:
            raise RefusedError(
                f"Terraform's block {block!r} of grafana_contact_point cannot set {setting!r}, which holds others",
                where=f"receiver {receiver.name}",
                hint="use `dashkit export provisioning`, or `dashkit rules push --routing`",
            )
    quiet = {} if point.resolved else {"disable_resolve_message": True}
    return {**result, **({"settings": more} if more else {}), **quiet}


def _filled(point: Point) -> dict[str, Any]:
    """Return the settings, with references to inputs in the place of secrets."""
    settings: dict[str, Any] = literal(point.settings)
    for path, name in sorted(point.variables.items()):
        *above, last = keys_of(path)
        place: Any = settings
        for key in above:
            if isinstance(place, dict):
                place.setdefault(key, {})
            place = inside(place, key)
        if isinstance(place, dict):
            place[last] = input_value(name)
    return settings


def _value(block: str, argument: str, value: Any) -> Any:
    if (block, argument) == ("email", "addresses") and isinstance(value, str):
        return [entry.strip() for entry in re.split(r"[;,\n]", value) if entry.strip()]
    return _nested(value) if argument in _NESTED else value


def _nested(value: Any) -> Any:
    if not isinstance(value, Mapping):
        return value
    names = {key: _snake(key) for key in value}
    return {names[key]: _nested(item) if names[key] in _NESTED else item for key, item in value.items()}


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", name).lower()
