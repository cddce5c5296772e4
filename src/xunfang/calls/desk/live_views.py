"""What keeps a desk up to date: a stream of differences, or an answer to each question."""

from http import HTTPStatus

from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from xunfang.accounts.decorators import capability_required
from xunfang.accounts.models import User
from xunfang.accounts.policies import Capability
from xunfang.calls.desk.live import Viewer, events, hand_back_connection


@require_GET
@capability_required(Capability.SEE_POSITIONS)
def stream(request: HttpRequest, user: User) -> HttpResponse:
    """Send what changes, once a second, for as long as the desk listens.

    Behind a server that can keep no line open the answer is 204, and the desk asks
    again and again instead.
    """
    if not isinstance(request, ASGIRequest):
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    viewer = Viewer(user, get_language() or "", looks_on="looks_on" in request.GET)
    hand_back_connection()
    response = StreamingHttpResponse(
        events(viewer), content_type="text/event-stream; charset=utf-8"
    )
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Accel-Buffering"] = "no"
    # django-stubs knows no base of both answers that has their headers.
    return response  # type: ignore[return-value]  # see above


@require_GET
@capability_required(Capability.SEE_POSITIONS)
def now(request: HttpRequest, user: User) -> HttpResponse:
    """Answer with the whole board, or with its age alone if it is the one that is known."""
    viewer = Viewer(
        user,
        get_language() or "",
        looks_on="looks_on" in request.GET,
        known=request.GET.get("seen", ""),
    )
    return JsonResponse(viewer.next_message(timezone.now()) or {})
