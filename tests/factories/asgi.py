"""Asks an ASGI application as a web server would, without one."""

from base64 import b64encode
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Answer:
    """What the application answered."""

    status: int
    headers: dict[str, str]
    body: bytes


async def ask(
    application: Any,
    path: str,
    *,
    method: str = "POST",
    query: str = "",
    body: bytes = b"",
    headers: dict[str, str] | None = None,
) -> Answer:
    """Send one request; the body comes in two parts."""
    parts = [body[: len(body) // 2], body[len(body) // 2 :]]
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        part = parts.pop(0)
        return {"type": "http.request", "body": part, "more_body": bool(parts)}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "query_string": query.encode(),
        "headers": [
            (name.lower().encode(), value.encode())
            for name, value in (headers or {}).items()
        ],
    }
    await application(scope, receive, send)
    start, end = sent
    return Answer(
        start["status"],
        {name.decode(): value.decode() for name, value in start["headers"]},
        end["body"],
    )


def basic(user: str, secret: str) -> dict[str, str]:
    """Return the header of somebody with a user name and a password."""
    return {"Authorization": "Basic " + b64encode(f"{user}:{secret}".encode()).decode()}
