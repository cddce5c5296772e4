"""Light or night: the system's choice, unless the person chose otherwise."""

from enum import StrEnum
from typing import Any

from django.http import HttpRequest, HttpResponse

COOKIE = "xunfang_theme"
COOKIE_AGE_S = 365 * 24 * 60 * 60


class Theme(StrEnum):
    """Values are kept in cookies: never rename one."""

    AUTO = "auto"
    LIGHT = "light"
    NIGHT = "night"


def chosen_theme(request: HttpRequest) -> Theme:
    """Return what this browser's person chose; AUTO if nothing, or nonsense."""
    try:
        return Theme(request.COOKIES.get(COOKIE, ""))
    except ValueError:
        return Theme.AUTO


def remember_theme(response: HttpResponse, theme: Theme, *, is_secure: bool) -> None:
    """Keep the choice in this browser for a year."""
    response.set_cookie(
        COOKIE,
        theme.value,
        max_age=COOKIE_AGE_S,
        httponly=True,
        samesite="Lax",
        secure=is_secure,
    )


def theme(request: HttpRequest) -> dict[str, Any]:
    """Give templates ``theme``; base.html writes it on ``<html data-theme>``."""
    return {"theme": chosen_theme(request).value}
