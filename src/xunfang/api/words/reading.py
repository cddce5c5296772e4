"""What a gateway sends: is it signed, and what does it say."""

import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, Final

from xunfang.api.words.mail import Mail, Unreadable, read_mail
from xunfang.core.errors import DomainError
from xunfang.feedback.models import Channel

CLOCKS_APART: Final = timedelta(minutes=5)
CHANNELS: Final = {"sms": Channel.SMS, "chat": Channel.CHAT}
JSON_TYPE: Final = "application/json"
MAIL_TYPE: Final = "message/rfc822"
LONGEST: Final = {"id": 80, "from": 120, "place": 200}
DIGEST_SIGNS: Final = 40


class NotSigned(DomainError):
    """The signature is not that of a sender who may speak, or too old."""

    code = "api.not_signed"


class NotUnderstood(DomainError):
    """What was sent has not the form that was agreed."""

    code = "api.not_understood"


@dataclass(frozen=True, slots=True)
class Told:
    """A message that a gateway passes on."""

    id: str
    channel: Channel
    text: str
    said_at: datetime | None = None
    contact: str = ""
    place_words: str = ""
    lonlat: tuple[float, float] | None = None
    details: Sequence[str] = ()
    is_automatic: bool = False


def signature(secret: str, time: str, body: bytes) -> str:
    """Return the signature of a body sent at a time (seconds since 1970, as written).

    >>> signature("key", "1763600000", b"{}")[:16]
    'a3f2fffd1c04f046'
    """
    signed = time.encode("utf-8", "replace") + b"." + body
    return hmac.new(secret.encode(), signed, sha256).hexdigest()


def check_signed(
    *, secret: str, time: str, shown: str, body: bytes, at: datetime
) -> None:
    """Hold a signature against the secret, and its time against the clock.

    Raises
    ------
    NotSigned
        It is another's, or more than five minutes old or ahead.
    """
    shown = shown.strip().lower().removeprefix("sha256=")
    expected = signature(secret, time, body)
    # Compared as bytes: a text beyond ASCII could not be compared at all.
    if not hmac.compare_digest(shown.encode("utf-8", "replace"), expected.encode()):
        raise NotSigned("the signature is not that of the secret")
    is_number = time.isascii() and time.isdigit() and len(time) <= 12
    if not is_number or abs(int(time) - at.timestamp()) > CLOCKS_APART.total_seconds():
        raise NotSigned(f"signed at {time[:20]!r}")


def read(content_type: str, body: bytes) -> Told:
    """Read what was sent: JSON, or an e-mail as it came.

    Raises
    ------
    NotUnderstood
    """
    media_type = content_type.partition(";")[0].strip().lower()
    if media_type == JSON_TYPE:
        return _read_json(body)
    if media_type == MAIL_TYPE:
        try:
            return _of_mail(read_mail(body), body)
        except Unreadable as fault:
            raise NotUnderstood(f"e-mail: {fault}") from fault
    raise NotUnderstood(f"neither {JSON_TYPE} nor {MAIL_TYPE}")


def _read_json(body: bytes) -> Told:
    try:
        said = json.loads(body.decode())
    except (ValueError, RecursionError) as fault:
        raise NotUnderstood(f"not JSON in UTF-8: {type(fault).__name__}") from fault
    if not isinstance(said, dict):
        raise NotUnderstood("not an object")
    channel = _text(said, "channel")
    if channel not in CHANNELS:
        raise NotUnderstood("channel is sms or chat")
    for name in ("id", "text"):
        if not _text(said, name):
            raise NotUnderstood(f"{name} is missing")
    for name, most in LONGEST.items():
        if len(_text(said, name)) > most:
            raise NotUnderstood(f"{name} has more than {most} signs")
    return Told(
        id=_text(said, "id"),
        channel=CHANNELS[channel],
        text=_text(said, "text"),
        said_at=_moment(_text(said, "said_at")),
        contact=_text(said, "from"),
        place_words=_text(said, "place"),
        lonlat=_point(said),
    )


def _text(said: dict[str, Any], name: str) -> str:
    value = said.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise NotUnderstood(f"{name} is not text")
    return value.encode("utf-8", "replace").decode().replace("\x00", "").strip()


def _moment(text: str) -> datetime | None:
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            raise NotUnderstood(
                "said_at has no offset, as in 2026-11-20T08:00:00+08:00"
            )
        # The first and the last day of the calendar are not kept. In UTC: offsets of
        # sixteen hours, which the format allows, no database takes.
        return moment.astimezone(UTC)
    except (ValueError, OverflowError) as fault:
        raise NotUnderstood(f"said_at: {fault}") from fault


def _point(said: dict[str, Any]) -> tuple[float, float] | None:
    if said.get("lon") is None and said.get("lat") is None:
        return None
    return _degrees(said, "lon", most=180), _degrees(said, "lat", most=90)


def _degrees(said: dict[str, Any], name: str, *, most: int) -> float:
    value = said.get(name)
    # Whole numbers are compared as such: one of a thousand digits is no float.
    if (
        isinstance(value, bool)
        or not isinstance(value, int | float)
        or not -most <= value <= most
    ):
        raise NotUnderstood("lon and lat are not a point on earth")
    return float(value)


def _of_mail(mail: Mail, body: bytes) -> Told:
    details = [f"附件 {mail.n_attachments} 个(未收取)"] if mail.n_attachments else []
    text = "\n".join(part for part in (mail.subject, mail.text) if part)
    # A mailbox that is read twice brings the same; an id may be of any length.
    named = mail.id.encode("utf-8", "replace") or body
    return Told(
        id=f"mail:{sha256(named).hexdigest()[:DIGEST_SIGNS]}",
        channel=Channel.EMAIL,
        text=text,
        said_at=mail.said_at,
        contact=mail.writer[: LONGEST["from"]],
        details=details,
        is_automatic=mail.is_automatic,
    )
