"""Ask before you pay."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from xunfang.cases.advice.queries import topic_of
from xunfang.cases.log import ZONE
from xunfang.core.casework.scam_desk import CLOSES, OPENS, answer_by
from xunfang.public.ask.forms import AskForm
from xunfang.public.say.views import keep_photos, receive, sent


# As on the page "Say something": nobody is signed in, nothing rides on a cookie.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Show the form, with what to do meanwhile; take in the question."""
    day = timezone.now().astimezone(ZONE).date()
    if request.method != "POST":
        return _page(request, AskForm(day=day), HTTPStatus.OK)
    form, status = sent(request, AskForm, day=day)
    if status == HTTPStatus.OK:
        answer = receive(request, form, topic=topic_of(form.typed.text))
        if isinstance(answer, HttpResponse):
            return answer
        status = answer
    keep_photos(request, form)
    return _page(request, form, status)


def _page(request: HttpRequest, form: AskForm, status: HTTPStatus) -> HttpResponse:
    at = timezone.now()
    by = answer_by(at, zone=ZONE)
    context = {
        "form": form,
        "by": by,
        "is_today": by.date() == at.astimezone(ZONE).date(),
        "opens": OPENS,
        "closes": CLOSES,
    }
    return render(request, "public/ask.html", context, status=status)
