"""The pages that belong to no room: the theme switch and what went wrong."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.http import require_POST

from xunfang.web.http import own_address, see_other
from xunfang.web.themes import Theme, chosen_theme, remember_theme


@require_POST
def set_theme(request: HttpRequest) -> HttpResponse:
    """Keep the chosen palette and return to the page the person came from."""
    try:
        theme = Theme(request.POST.get("theme", ""))
    except ValueError:
        theme = Theme.AUTO
    response = see_other(
        request, own_address(request, request.POST.get("next"), default="home")
    )
    remember_theme(response, theme, is_secure=request.is_secure())
    return response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request that makes no sense."""
    return render(request, "web/errors/400.html", status=HTTPStatus.BAD_REQUEST)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a person who may not be here."""
    return render(request, "web/errors/403.html", status=HTTPStatus.FORBIDDEN)


def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form that did not come from a page of ours, or came too late."""
    return render(request, "web/errors/form_expired.html", status=HTTPStatus.FORBIDDEN)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer an address that leads nowhere."""
    return render(request, "web/errors/404.html", status=HTTPStatus.NOT_FOUND)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer when we failed, without asking the database or the session again."""
    page = render_to_string(
        "web/errors/500.html", {"theme": chosen_theme(request).value}
    )
    return HttpResponse(page, status=HTTPStatus.INTERNAL_SERVER_ERROR)
