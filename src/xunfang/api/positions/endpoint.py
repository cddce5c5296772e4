"""The addresses at which devices report, in front of everything that pages need.

Plain ASGI: no session, no middleware, no view. A request is answered 200 when what it
says is on disk, or need never be; then the device forgets it. 503 means: keep it, and
come back later. A fix from a device that is with no crew on duty is answered 200 too,
for the device shall not send it for ever, and is not kept.
"""

import json
import logging
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Awaitable, Callable, MutableMapping
from functools import cache
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import unquote_plus

from django.db import DatabaseError

from xunfang.api.intake import Intake, NoRoom
from xunfang.api.positions import fixes, osmand, owntracks
from xunfang.api.positions.reading import NOTHING, Said, Unreadable
from xunfang.units.positions.queries import KnownDevice
from xunfang.units.positions.receiving import Outcome, Upload
from xunfang.units.positions.services import digest_of

log = logging.getLogger(__name__)

type Scope = MutableMapping[str, Any]
type Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
type Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

MOST_BYTES: Final = 256 * 1024
RETRY_AFTER_S: Final = 5
PREFIX: Final = "/positions/"


class Refused(Exception):
    """The request is answered with something other than 200."""

    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(status)
        self.status = status


def _read_osmand(query: dict[str, str], body: bytes, now_s: float) -> Said:
    if body[:1] == b"{":
        return osmand.read_json(_json(body), now_s=now_s)
    return osmand.read_query(query | _fields(body), now_s=now_s)


def _read_owntracks(query: dict[str, str], body: bytes, now_s: float) -> Said:
    del query, now_s
    # A friend removed in the app is an empty message.
    return owntracks.read_json(_json(body)) if body.strip() else NOTHING


def _read_fixes(query: dict[str, str], body: bytes, now_s: float) -> Said:
    del query
    return fixes.read_json(_json(body), now_s=now_s)


type Reader = Callable[[dict[str, str], bytes, float], Said]

FORMATS: Final[dict[str, tuple[Reader, frozenset[str], bytes]]] = {
    "osmand": (_read_osmand, frozenset({"GET", "POST"}), b""),
    "owntracks": (_read_owntracks, frozenset({"POST"}), b"[]"),
    "fixes": (_read_fixes, frozenset({"POST"}), b""),
}
"""By the last part of the address: how it is read, its methods, and what is answered."""


class Positions:
    """Answers devices, and hands every other request on to ``pages``, an application."""

    def __init__(self, pages: Any, intake: Intake) -> None:
        self._pages = pages
        self._intake = intake

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http" or not scope["path"].startswith(PREFIX):
            await self._pages(scope, receive, send)
            return
        said = FORMATS.get(scope["path"].removeprefix(PREFIX).rstrip("/"))
        if said is None:
            await _answer(send, HTTPStatus.NOT_FOUND)
            return
        read, methods, answer = said
        if scope["method"] not in methods:
            await _answer(send, HTTPStatus.METHOD_NOT_ALLOWED)
            return
        try:
            await self._take(scope, receive, read)
        except Refused as refusal:
            await _answer(send, refusal.status)
        else:
            await _answer(send, HTTPStatus.OK, answer)

    async def _take(self, scope: Scope, receive: Receive, read: Reader) -> None:
        """Return once what a request says is on disk.

        Raises
        ------
        Refused
        """
        try:
            await self._intake.get_ready()
        except DatabaseError as fault:
            # One line each: devices come back all the time.
            log.error("devices could not be read: %s", fault)  # noqa: TRY400 -- one line, as said
            raise Refused(HTTPStatus.SERVICE_UNAVAILABLE) from None
        query = _fields(scope["query_string"])
        device = self._device(scope, query)
        body = await _body(receive) if scope["method"] == "POST" else b""
        try:
            said = read(query, body, self._intake.clock().timestamp())
        except Unreadable as fault:
            log.info("%s sent what cannot be read: %s", device.code, fault)
            raise Refused(HTTPStatus.BAD_REQUEST) from None
        if said.code is not None and said.code != device.code:
            # Two devices with one secret would seem to be one that is in two places.
            raise Refused(HTTPStatus.NOT_FOUND)
        if not said.spots and not said.n_unusable:
            return
        try:
            outcome = await self._intake.hand_in(
                Upload(device, said.spots, said.n_unusable, said.is_clock_right)
            )
        except NoRoom:
            raise Refused(HTTPStatus.SERVICE_UNAVAILABLE) from None
        if outcome is None:
            raise Refused(HTTPStatus.SERVICE_UNAVAILABLE)
        if outcome is Outcome.REVOKED:
            raise Refused(HTTPStatus.UNAUTHORIZED)

    def _device(self, scope: Scope, query: dict[str, str]) -> KnownDevice:
        """Return the device whose secret the request shows.

        Looking a digest up takes no longer for a secret that is nearly right: digests of
        nearly equal secrets have nothing in common.

        Raises
        ------
        Refused
            It shows none that holds, or a user name that is not the device's.
        """
        user, secret = _shown(scope, query)
        device = self._intake.known.by_digest.get(digest_of(secret)) if secret else None
        if device is None or user not in {None, device.code}:
            raise Refused(HTTPStatus.UNAUTHORIZED)
        return device


def _shown(scope: Scope, query: dict[str, str]) -> tuple[str | None, str]:
    """Return the user name and the secret that a request shows.

    ``Authorization: Basic`` (OwnTracks) or ``Bearer``, or ``token`` in the address for
    clients that know no other place (OsmAnd, Traccar Client).
    """
    for name, value in scope["headers"]:
        if name == b"authorization":
            scheme, _, rest = value.partition(b" ")
            if scheme.lower() == b"bearer":
                return None, rest.strip().decode("latin-1")
            if scheme.lower() == b"basic":
                try:
                    user, _, secret = b64decode(rest, validate=True).partition(b":")
                    return user.decode(), secret.decode()
                except (NotBase64, ValueError):
                    return None, ""
    return None, query.get("token", "")


def _fields(text: bytes) -> dict[str, str]:
    """Read a query, or a form; five times as fast as the library, which counts here."""
    fields: dict[str, str] = {}
    for pair in text.decode("latin-1").split("&") if text else ():
        name, _, value = pair.partition("=")
        fields[name] = unquote_plus(value) if "%" in value or "+" in value else value
    return fields


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise Unreadable("not JSON") from None


async def _body(receive: Receive) -> bytes:
    message = await receive()
    body: bytes = message.get("body", b"")
    while message.get("more_body"):
        message = await receive()
        body += message.get("body", b"")
        if len(body) > MOST_BYTES:
            break
    if len(body) > MOST_BYTES:
        raise Refused(HTTPStatus.CONTENT_TOO_LARGE)
    return body


async def _answer(send: Send, status: HTTPStatus, body: bytes = b"") -> None:
    start, end = _messages(status, body)
    await send(start)
    await send(end)


@cache
def _messages(status: HTTPStatus, body: bytes) -> tuple[dict[str, Any], dict[str, Any]]:
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
    ]
    if status is HTTPStatus.SERVICE_UNAVAILABLE:
        headers.append((b"retry-after", str(RETRY_AFTER_S).encode()))
    if status is HTTPStatus.UNAUTHORIZED:
        headers.append((b"www-authenticate", b'Basic realm="xunfang"'))
    return (
        {"type": "http.response.start", "status": status.value, "headers": headers},
        {"type": "http.response.body", "body": body},
    )
