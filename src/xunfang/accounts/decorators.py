"""Hand a view its user, already known to be allowed in.

The view underneath takes the typed ``User`` as its second argument::

    @require_GET
    @capability_required(Capability.SEE_TONIGHT)
    def tonight(request: HttpRequest, user: User) -> HttpResponse: ...
"""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Concatenate

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import resolve_url

from xunfang.accounts.models import Role, User
from xunfang.accounts.policies import Capability, NotAllowed, check_can

type ViewWithUser[**P] = Callable[Concatenate[HttpRequest, User, P], HttpResponse]
type View[**P] = Callable[Concatenate[HttpRequest, P], HttpResponse]


def _guarded[**P](view: ViewWithUser[P], check: Callable[[User], None]) -> View[P]:
    @wraps(view)
    def wrapper(
        request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponse:
        if not isinstance(request.user, User):
            return _ask_to_sign_in(request)
        check(request.user)
        return view(request, request.user, *args, **kwargs)

    return wrapper


def _ask_to_sign_in(request: HttpRequest) -> HttpResponse:
    """Lead to the sign-in page and from there back to where the person was."""
    if request.headers.get("Accept", "") == "application/json":
        # A script that keeps what it could not send: it asks its person to sign in.
        return JsonResponse(
            {"sign_in": resolve_url(settings.LOGIN_URL)},
            status=HTTPStatus.UNAUTHORIZED,
        )
    if "HX-Request" not in request.headers:
        return redirect_to_login(request.get_full_path())
    # A part of a page asks: the whole page must go, and come back as a whole page.
    page = request.headers.get("HX-Current-URL", "")
    return HttpResponse(
        headers={"HX-Redirect": redirect_to_login(page).headers["Location"]}
    )


def sign_in_required[**P](view: ViewWithUser[P]) -> View[P]:
    """Let in everybody who has signed in; lead others to the sign-in page."""
    return _guarded(view, lambda user: None)


def role_required[**P](*roles: Role) -> Callable[[ViewWithUser[P]], View[P]]:
    """Let in people with one of ``roles``; NotAllowed for the others."""

    def check(user: User) -> None:
        if user.role not in roles:
            raise NotAllowed(f"{user.username} ({user.role}) is not one of {roles}")

    return lambda view: _guarded(view, check)


def capability_required[**P](
    capability: Capability,
) -> Callable[[ViewWithUser[P]], View[P]]:
    """Let in people whose role includes ``capability``; NotAllowed for the others."""
    return lambda view: _guarded(view, lambda user: check_can(user, capability))
