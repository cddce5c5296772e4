"""An e-mail as it came (RFC 5322), read for what its writer says. Nothing in it is run.

A header may hold anything, also what makes a reader of headers stumble: then it counts as
absent. Attachments are counted and left.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from html.parser import HTMLParser

BREAKS = {"p", "br", "div", "tr", "li", "h1", "h2", "h3", "table", "blockquote"}
UNSEEN = {"script", "style", "head", "title"}


class Unreadable(Exception):
    """There is no text in it, or it is built so that nobody can read it."""


@dataclass(frozen=True, slots=True)
class Mail:
    """What is taken of an e-mail."""

    id: str
    """Empty where it has none."""
    writer: str
    subject: str
    text: str
    said_at: datetime | None
    n_attachments: int
    is_automatic: bool
    """An out-of-office note or a bounce: answering it would never end."""


def read_mail(raw: bytes) -> Mail:
    """Read an e-mail.

    Raises
    ------
    Unreadable
    """
    try:
        message = message_from_bytes(raw, policy=policy.default)
        text = _text(message)
        n_attachments = sum(1 for _ in message.iter_attachments())
    except Exception as fault:
        # The library stumbles in many ways over what was built to make it stumble.
        raise Unreadable(f"{type(fault).__name__}: {fault}") from fault
    subject = _header(message, "Subject")
    if not text and not subject:
        raise Unreadable("no text")
    automatic = _header(message, "Auto-Submitted").lower()
    return Mail(
        id=_header(message, "Message-ID"),
        writer=_header(message, "From"),
        subject=subject,
        text=text,
        said_at=_date(_header(message, "Date")),
        n_attachments=n_attachments,
        is_automatic=automatic not in {"", "no"} or _is_bounce(message),
    )


def _is_bounce(message: EmailMessage) -> bool:
    return message.get_content_type() == "multipart/report"


def _header(message: EmailMessage, name: str) -> str:
    try:
        return " ".join(str(message[name] or "").split())
    except Exception:
        # As above: a header that cannot be read is none.
        return ""


def _date(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
        moment.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return moment if moment.tzinfo is not None else None


def _text(message: EmailMessage) -> str:
    part = message.get_body(("plain", "html"))
    if part is None:
        return ""
    try:
        content = part.get_content()
    except (LookupError, UnicodeError, ValueError):
        # A charset nobody knows, or not the one that it says.
        payload = part.get_payload(decode=True)
        content = (
            payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""
        )
    if not isinstance(content, str):
        return ""
    if part.get_content_subtype() == "html":
        reader = _Words()
        reader.feed(content)
        reader.close()
        content = "".join(reader.words)
    lines = (" ".join(line.split()) for line in content.splitlines())
    return "\n".join(line for line in lines if line)


class _Words(HTMLParser):
    """Keeps what somebody would read of a page; addresses behind links are dropped."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self._n_unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in UNSEEN:
            self._n_unseen += 1
        elif tag in BREAKS:
            self.words.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in UNSEEN:
            self._n_unseen = max(0, self._n_unseen - 1)

    def handle_data(self, data: str) -> None:
        if not self._n_unseen:
            self.words.append(data)
