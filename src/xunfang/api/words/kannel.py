"""A text message as Kannel's smsbox posts it: the text is the body, headers say the rest.

What stands in them: Kannel 1.4.5, user guide, "Kannel POST". The number under which Kannel
keeps the message stands in the address (``%I``), and stays the same when it tries again.
"""

from base64 import b64decode
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from django.utils.http import parse_header_parameters

from xunfang.api.words.reading import LONGEST, NotUnderstood, Told
from xunfang.feedback.models import Channel

TEXT_TYPE: Final = "text/plain"
IN_CHINESE: Final = {"X-Kannel-Coding": "2"}
"""Send the answer as UCS-2. In the alphabet of GSM each Chinese sign would be a "?"."""


def key_in(authorization: str) -> str:
    """Return the key that is shown by HTTP Basic (RFC 7617); empty where none is.

    >>> key_in("Basic Z2F0ZXdheTprZXk=")
    'key'
    """
    scheme, _, shown = authorization.partition(" ")
    if scheme.lower() != "basic":
        return ""
    try:
        return b64decode(shown, validate=True).decode().partition(":")[2]
    except ValueError:
        return ""


def read(message: UUID, headers: Mapping[str, str], body: bytes) -> Told:
    """Read what Kannel posts.

    Raises
    ------
    NotUnderstood
        It is no text: a picture, settings for a telephone.
    """
    media_type, details = parse_header_parameters(headers.get("Content-Type", ""))
    if media_type != TEXT_TYPE:
        raise NotUnderstood(f"not {TEXT_TYPE}")
    try:
        # One broken sign does not keep the others from being read.
        text = body.decode(details.get("charset", "utf-8"), "replace")
    except (LookupError, UnicodeError) as fault:
        raise NotUnderstood(f"charset: {fault}") from fault
    return Told(
        id=str(message),
        channel=Channel.SMS,
        text=text,
        said_at=_moment(headers.get("X-Kannel-Time", "")),
        contact=headers.get("X-Kannel-From", "")[: LONGEST["from"]],
    )


def _moment(text: str) -> datetime | None:
    """Read Kannel's time, which is UTC; one that cannot be read is none."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC)
    except ValueError:
        return None
