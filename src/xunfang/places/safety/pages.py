"""What the pages of safety plans, service points, measures and ideas have in common."""

from collections.abc import Callable
from http import HTTPStatus

from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import HttpRequest

from xunfang.accounts.models import User
from xunfang.core.errors import DomainError
from xunfang.web.refusals import STATUSES, sentence_for


def refused(
    form: Form, refusal: DomainError, *, field: str | None = None
) -> HTTPStatus:
    """Put a refusal into the form, so that what was typed stays; return the status."""
    form.add_error(field, str(sentence_for(refusal)))
    return STATUSES.get(refusal.code, HTTPStatus.CONFLICT)


def act_on(form: Form, act: Callable[[], object]) -> HTTPStatus | None:
    """Do it if the form is right; None when done, else the status of the form's page.

    A refusal stands in the form as an error of its code.
    """
    if not form.is_valid():
        return HTTPStatus.UNPROCESSABLE_CONTENT
    try:
        act()
    except DomainError as refusal:
        sentence = str(sentence_for(refusal))
        form.add_error(None, ValidationError(sentence, code=refusal.code))
        return STATUSES.get(refusal.code, HTTPStatus.CONFLICT)
    return None


def chosen_station(request: HttpRequest, user: User, stations: list[str]) -> str:
    """Return the station a list is narrowed to: as asked, or one's own; "" for all."""
    asked = request.GET.get("station")
    wanted = user.station_code if asked is None else asked
    return wanted if wanted in stations else ""
