"""Publish a night and withdraw it; open its sheets and the night's order as PDF."""

from datetime import date
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from xunfang.accounts.decorators import capability_required
from xunfang.accounts.models import User
from xunfang.accounts.policies import Capability
from xunfang.core.errors import DomainError
from xunfang.patrols import queries
from xunfang.patrols.models import Order, Publication
from xunfang.patrols.publishing import forms as publishing_forms
from xunfang.patrols.publishing import page as publishing_page
from xunfang.patrols.publishing import services as publishing
from xunfang.patrols.sheets.order import order_title, print_order
from xunfang.patrols.sheets.pdf import print_sheets, sheet_title
from xunfang.units.models import Station
from xunfang.web.http import pdf_inline, see_other
from xunfang.web.names import local_name
from xunfang.web.refusals import STATUSES, sentence_for


@require_GET
@capability_required(Capability.SEE_TONIGHT)
def show(request: HttpRequest, user: User, night: date, station: str) -> HttpResponse:
    """Show how a night stands with publishing: in force, draft, withdrawn, by whom."""
    place = get_object_or_404(queries.stations_visible_to(user), code=station)
    return render(request, "patrols/publication.html", _context(user, night, place))


@require_POST
@capability_required(Capability.PUBLISH_PLAN)
def publish(
    request: HttpRequest, user: User, night: date, station: str
) -> HttpResponse:
    """Publish the plan that the page showed."""
    place = get_object_or_404(queries.stations_visible_to(user), code=station)
    form = publishing_forms.PublishPlan(request.POST)
    status = HTTPStatus.UNPROCESSABLE_CONTENT
    sentence = ""
    if form.is_valid():
        try:
            publishing.publish_plan(
                station=place,
                night=night,
                plan_edition=form.cleaned_data["plan_edition"],
                accepts_warnings=form.cleaned_data["accepts_warnings"],
                by=user,
                at=timezone.now(),
            )
        except DomainError as refusal:
            sentence = str(sentence_for(refusal))
            status = STATUSES.get(refusal.code, HTTPStatus.CONFLICT)
        else:
            return see_other(request, _url(night, place))
    # The form is made anew: it carries the edition that the page shows now.
    context = _context(user, night, place) | {"refusal": sentence}
    return render(request, "patrols/publication.html", context, status=status)


@require_POST
@capability_required(Capability.PUBLISH_PLAN)
def withdraw(request: HttpRequest, user: User, publication: int) -> HttpResponse:
    """Withdraw what was published, with a reason; the page has asked whether to."""
    found = get_object_or_404(publishing_page.visible_to(user), pk=publication)
    form = publishing_forms.Withdraw(request.POST)
    if form.is_valid():
        publishing.withdraw_plan(
            publication=found,
            reason=form.cleaned_data["reason"],
            by=user,
            at=timezone.now(),
        )
        return see_other(request, _url(found.night, found.station))
    context = _context(user, found.night, found.station) | {"withdraw_form": form}
    return render(
        request,
        "patrols/publication.html",
        context,
        status=HTTPStatus.UNPROCESSABLE_CONTENT,
    )


@require_POST
@capability_required(Capability.PUBLISH_PLAN)
def publish_all(request: HttpRequest, user: User, night: date) -> HttpResponse:
    """Publish every station's night and give the night's order; name who is refused."""
    form = publishing_forms.PublishCity(request.POST)
    stations = list(queries.stations_visible_to(user))
    context: dict[str, object] = {"night": night}
    status = HTTPStatus.UNPROCESSABLE_CONTENT
    if form.is_valid():
        done = publishing.publish_city(
            night=night,
            stations=stations,
            by=user,
            at=timezone.now(),
            **form.cleaned_data,
        )
        if not done.refused:
            return see_other(request, reverse("patrols:city-night", args=[night]))
        status = HTTPStatus.CONFLICT
        context |= {
            "done": done,
            "published": [
                _name(station)
                for station in stations
                if station.code not in {row.station.code for row in done.refused}
            ],
            "refused": [
                {
                    "station": row.station,
                    "name": _name(row.station),
                    "sentence": sentence_for(row.error),
                    "findings": row.findings,
                }
                for row in done.refused
            ],
        }
    context |= publishing_page.city_context(
        user,
        night,
        queries.current_plans(user, night),
        now=timezone.now(),
        typed=form.cleaned_data if form.is_valid() else {},
    )
    if not form.is_valid():
        context["publish_city_form"] = form
    return render(request, "patrols/publish_city.html", context, status=status)


def _name(station: Station) -> str:
    return local_name(station.name, station.name_en)


@require_GET
@capability_required(Capability.SEE_TONIGHT)
def station_sheets(
    request: HttpRequest, user: User, night: date, station: str, crew: str = ""
) -> HttpResponse:
    """Answer with the sheets of a station's crews, or of one, as PDF.

    With ``?edition=`` an edition that no longer counts; each page says so.
    """
    place = get_object_or_404(queries.stations_visible_to(user), code=station)
    which = publishing_forms.WhichSheets(request.GET)
    edition = which.cleaned_data["edition"] if which.is_valid() else None
    found = publishing_page.to_print(user, night).filter(station=place)
    if edition:
        publications = [get_object_or_404(found, edition=edition)]
    else:
        publications = list(found.filter(is_in_force=True))
    return _sheets(request, user, publications, crew=crew)


@require_GET
@capability_required(Capability.SEE_TONIGHT)
def city_sheets(request: HttpRequest, user: User, night: date) -> HttpResponse:
    """Answer with the sheets of every crew of the night in one PDF."""
    found = publishing_page.to_print(user, night).filter(is_in_force=True)
    return _sheets(request, user, list(found))


def _sheets(
    request: HttpRequest,
    user: User,
    publications: list[Publication],
    *,
    crew: str = "",
) -> HttpResponse:
    document = print_sheets(publications, crew_code=crew)
    publishing.record_print(
        publications=publications, crew_code=crew, by=user, at=timezone.now()
    )
    return pdf_inline(document.pdf, name=sheet_title(publications, crew_code=crew))


@require_GET
@capability_required(Capability.SEE_TONIGHT)
def night_order(request: HttpRequest, user: User, night: date) -> HttpResponse:
    """Answer with the order for the night, of all stations one sees, as PDF."""
    stations = list(queries.stations_visible_to(user))
    found = publishing_page.to_print(user, night).filter(is_in_force=True)
    document = print_order(
        night=night,
        stations=stations,
        publications={publication.station.code: publication for publication in found},
        orders=Order.objects.filter(night=night, stations__station__in=stations)
        .distinct()
        .select_related("issued_by"),
    )
    return pdf_inline(document.pdf, name=order_title(night))


def _url(night: date, station: Station) -> str:
    url = reverse("patrols:station-night", args=[night, station.code])
    return f"{url}#publication"


def _context(user: User, night: date, station: Station) -> dict[str, object]:
    plan = queries.find_current_plan(user, night, station)
    return {
        "night": night,
        "station": station,
        "station_name": _name(station),
        "plan": plan,
        "refusal": "",
    } | publishing_page.station_context(user, night, station, plan, now=timezone.now())
