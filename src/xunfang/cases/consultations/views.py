"""Consultations: the list, one of them, and the form."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from xunfang.accounts.decorators import capability_required
from xunfang.accounts.models import User
from xunfang.accounts.policies import Capability
from xunfang.cases import queries as cases
from xunfang.cases.consultations import queries, services
from xunfang.cases.consultations.forms import LinkToCase, NoteConsultation
from xunfang.cases.consultations.services import PersonNamed
from xunfang.cases.models import Case, Consultation
from xunfang.core.errors import DomainError
from xunfang.web.http import see_other
from xunfang.web.pages import page_of
from xunfang.web.refusals import STATUSES, sentence_for


@require_safe
@capability_required(Capability.SEE_CASES)
def index(request: HttpRequest, user: User) -> HttpResponse:
    """List who was asked, the latest first."""
    words = request.GET.get("q", "").replace("\0", "").strip()[:80]
    page = page_of(request, queries.search(queries.visible_to(user), words))
    return render(request, "cases/consultations/list.html", {"page": page, "q": words})


@require_http_methods(["GET", "HEAD", "POST"])
@capability_required(Capability.SEE_CASES)
def consult(request: HttpRequest, user: User) -> HttpResponse:
    """Write a consultation down; what was typed stays when something is wrong."""
    if request.method != "POST":
        first = {
            "case": request.GET.get("case", "")[:20],
            "held_on": timezone.localdate(),
        }
        form = NoteConsultation(initial=first, station_code=user.station_code)
        return _form_page(request, form, HTTPStatus.OK)
    form = NoteConsultation(request.POST, station_code=user.station_code)
    case = _case_named(user, form)
    if not form.is_valid():
        return _form_page(request, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    known = form.cleaned_data
    try:
        consultation = services.note_consultation(
            place_name=known["place_name"],
            station=known["station"],
            held_on=known["held_on"],
            n_asked=form.n_asked,
            asked=known["asked"],
            heard=known["heard"],
            case=case,
            by=user,
            at=timezone.now(),
        )
    except PersonNamed as named:
        words = _("At sign %(at)s, “%(found)s” points to a person. Say it without.")
        form.add_error(named.field, words % {"at": named.at, "found": named.found})
        return _form_page(request, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    except DomainError as refusal:
        form.add_error(None, str(sentence_for(refusal)))
        status = STATUSES.get(refusal.code, HTTPStatus.UNPROCESSABLE_ENTITY)
        return _form_page(request, form, status)
    return see_other(request, _url_of(consultation))


def _form_page(
    request: HttpRequest, form: NoteConsultation, status: HTTPStatus
) -> HttpResponse:
    return render(
        request, "cases/consultations/new.html", {"form": form}, status=status
    )


def _case_named(user: User, form: NoteConsultation | LinkToCase) -> Case | None:
    """Return the case a form names; one that cannot be seen is a mistake of the form."""
    form.is_valid()
    number = form.cleaned_data.get("case", "").strip().upper()
    if not number:
        return None
    case = cases.visible_to(user).filter(number=number).first()
    if case is None:
        form.add_error("case", _("You see no case with this number."))
    return case


@require_http_methods(["GET", "HEAD", "POST"])
@capability_required(Capability.SEE_CASES)
def consultation(request: HttpRequest, user: User, number: str) -> HttpResponse:
    """Show one, with the cases it led to; link it to a further one."""
    found = get_object_or_404(queries.visible_to(user), number=number)
    form, status = LinkToCase(request.POST or None), HTTPStatus.OK
    if request.method == "POST":
        case = _case_named(user, form)
        if case is not None:
            services.link_to_case(
                consultation=found, case=case, by=user, at=timezone.now()
            )
            return see_other(request, _url_of(found))
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    context = {
        "consultation": found,
        "led_to": cases.visible_to(user).filter(consultation_links__consultation=found),
        "form": form,
    }
    return render(request, "cases/consultations/one.html", context, status=status)


def _url_of(consultation: Consultation) -> str:
    return reverse("cases:consultation", args=[consultation.number])
