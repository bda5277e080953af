"""Alerts as signed posts, by the Standard Webhooks specification (standardwebhooks.com, 1.0).

`webhook-id` is the same in every attempt, `webhook-timestamp` that of the attempt (whole seconds), and
`webhook-signature` "v1," and the base64 of HMAC-SHA-256 over `id.timestamp.body`. A receiver checks the signature
over the bytes as they came, turns timestamps away that are more than minutes off, and drops ids that it knows.
"""

import base64
import binascii
import hmac
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from collectors.secret_file import Secret, read_secret
from collectors.web import Web
from data.errors import SettingsError
from data.fetching import Posted
from data.judgement.alerts import News
from data.settings import Settings
from data.tlp import DEFAULT

_PREFIX = "whsec_"
_KEY_BYTES = 24
"""Standard Webhooks asks for 24 to 64 bytes."""


class Letter(Protocol):
    """What a channel must know of an alert."""

    @property
    def key(self) -> str: ...
    @property
    def news(self) -> News: ...
    @property
    def created_at(self) -> datetime: ...


def signing_key(settings: Settings) -> Secret:
    """The secret of the settings. Raises SettingsError where there is none that can be used."""
    path = settings.alert_webhook_secret_file
    if path is None:
        raise SettingsError(
            "RELAYWATCH_ALERT_WEBHOOK_SECRET_FILE is not set; alerts are posted signed only. Make a file with: "
            "(umask 077; openssl rand -hex 32 > FILE)"
        )
    secret = read_secret(path, SettingsError)
    if len(_key(secret)) < _KEY_BYTES:
        raise SettingsError(f"{path} holds no secret of {_KEY_BYTES} bytes or more, or no base64 after {_PREFIX}.")
    return secret


def post_alert(web: Web, url: str, secret: Secret, letter: Letter, link: str, at: datetime) -> Posted:
    """Posts an alert once; whatever the receiver does is an outcome."""
    body = json.dumps(as_object(letter, link), separators=(",", ":")).encode("ascii")
    return web.post(url, body, signed(body, letter.key, secret, at))


def as_object(letter: Letter, link: str) -> dict[str, object]:
    """The body of a post: `text` is what chat systems with incoming webhooks show."""
    news = letter.news
    told: dict[str, object] = {
        "id": letter.key,
        "kind": news.kind,
        "subject": news.subject,
        "text": f"{news.text} {link}".strip(),
        "tlp": DEFAULT,
        "created_at": f"{letter.created_at:%Y-%m-%dT%H:%M:%SZ}",
        "figures": dict(news.figures),
    }
    return {**told, "link": link} if link else told


def signed(body: bytes, key: str, secret: Secret, at: datetime) -> Mapping[str, str]:
    """Header fields of a post, its signature among them."""
    stamp = str(int(at.timestamp()))
    digest = hmac.digest(_key(secret), f"{key}.{stamp}.".encode() + body, "sha256")
    return {
        "Content-Type": "application/json",
        "Idempotency-Key": key,
        "webhook-id": key,
        "webhook-timestamp": stamp,
        "webhook-signature": f"v1,{base64.b64encode(digest).decode('ascii')}",
    }


def _key(secret: Secret) -> bytes:
    if not secret.value.startswith(_PREFIX):
        return secret.value.encode("utf-8")
    try:
        return base64.b64decode(secret.value.removeprefix(_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        return b""
