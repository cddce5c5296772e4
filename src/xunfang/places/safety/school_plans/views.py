"""Safety plans of schools: the list with its honest count, one plan, its review."""

from datetime import date
from http import HTTPStatus

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods

from xunfang.accounts.decorators import capability_required
from xunfang.accounts.models import User
from xunfang.accounts.policies import Capability
from xunfang.core.errors import DomainError
from xunfang.places.models import KeyPlace
from xunfang.places.safety import policies
from xunfang.places.safety.editions import StaleEdition
from xunfang.places.safety.fields import SearchWords, ShownEdition
from xunfang.places.safety.pages import chosen_station, refused
from xunfang.places.safety.school_plans import forms as school_plans_forms
from xunfang.places.safety.school_plans import queries
from xunfang.places.safety.school_plans import services as school_plans
from xunfang.web import tables
from xunfang.web.http import see_other
from xunfang.web.pages import page_of

WRITERS = {
    "csv": (tables.write_csv, tables.CSV_TYPE),
    "xlsx": (tables.write_xlsx, tables.XLSX_TYPE),
}


class _List:
    """The list as somebody asked for it."""

    def __init__(self, request: HttpRequest, user: User) -> None:
        self.day = timezone.localdate()
        asked = request.GET.get("kind")
        self.kind = asked if asked in queries.KINDS else queries.KINDS[0]
        self.of_kind = queries.schools_visible_to(
            user, day=timezone.localdate()
        ).filter(kind=self.kind)
        self.stations = queries.stations_of(self.of_kind)
        self.station = chosen_station(request, user, self.stations)
        self.is_wanting = request.GET.get("wanting") == "1"
        self.search = SearchWords(request.GET)
        self.schools = queries.search_schools(
            self.of_kind,
            day=self.day,
            words=self.search.words,
            station_code=self.station,
            is_wanting=self.is_wanting,
        )


@require_GET
@capability_required(Capability.SEE_PLACES)
def index(request: HttpRequest, user: User) -> HttpResponse:
    """Show which schools have a plan, and name those without or overdue."""
    asked = _List(request, user)
    page = page_of(request, asked.schools)
    everywhere = queries.schools_visible_to(user, day=timezone.localdate())
    counted = everywhere
    if asked.station:
        counted = everywhere.filter(cell__area__station_code=asked.station)
    context = {
        "list": asked,
        "page": page,
        "rows": queries.school_rows(page.object_list, day=asked.day),
        "reports": [
            (kind, queries.report_plans(counted.filter(kind=kind), day=asked.day))
            for kind in queries.KINDS
        ],
    }
    return render(request, "places/school_plans.html", context)


@require_GET
@capability_required(Capability.SEE_PLACES)
def export(request: HttpRequest, user: User, form: str) -> HttpResponse:
    """Hand out the list as it is narrowed down, whole, as CSV or XLSX."""
    if form not in WRITERS:
        raise Http404
    asked = _List(request, user)
    write, content_type = WRITERS[form]
    rows = queries.school_rows(asked.schools, day=asked.day)
    content = write(_header(), [_line(row) for row in rows])
    name = f"{asked.kind}-plans-{asked.day}.{form}"
    return HttpResponse(
        content,
        content_type=content_type,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _header() -> list[str]:
    return [
        pgettext("school plan", "Code"),
        pgettext("school plan", "School"),
        pgettext("school plan", "Station"),
        pgettext("school plan", "Patrol area"),
        pgettext("school plan", "Standing"),
        pgettext("school plan", "Edition"),
        pgettext("school plan", "Reviewed"),
        pgettext("school plan", "Next review"),
        pgettext("school plan", "Posts"),
        pgettext("school plan", "Contacts at the school"),
        pgettext("school plan", "Checks"),
    ]


def _line(row: queries.SchoolRow) -> list[object]:
    area = row.place.cell.area
    said: list[object] = [None] * 6
    if row.plan is not None:
        text = row.plan.text
        said = [
            row.plan.edition,
            row.plan.reviewed_on,
            row.plan.next_review_on,
            "; ".join(
                f"{post.where} −{post.minutes_before} min ({post.holder})"
                for post in text.posts
            ),
            "; ".join(f"{each.office} {each.phone}" for each in text.contacts),
            "; ".join(f"{each.what} /{each.every_days} d" for each in text.checks),
        ]
    return [
        row.place.code,
        row.place.name,
        area.station_code,
        area.name,
        _standing_words()[row.standing],
        *said,
    ]


def _standing_words() -> dict[queries.PlanStanding, str]:
    return {
        queries.PlanStanding.HELD: pgettext("school plan", "In order"),
        queries.PlanStanding.OVERDUE: pgettext("school plan", "Review overdue"),
        queries.PlanStanding.NONE: pgettext("school plan", "No plan"),
    }


@require_GET
@capability_required(Capability.SEE_PLACES)
def show(request: HttpRequest, user: User, code: str) -> HttpResponse:
    """Show a school's plan and every edition before it."""
    place = get_object_or_404(
        queries.schools_visible_to(user, day=timezone.localdate()), code=code
    )
    editions = queries.editions_of(place)
    plan = next((row for row in editions if row.is_current), None)
    context = {
        "place": place,
        "plan": plan,
        "standing": queries.standing_of(plan, timezone.localdate()),
        "editions": [row for row in editions if not row.is_current],
        "bells": queries.bells_of(place),
        "can_edit": policies.can_edit(user, place.cell.area.station_code),
    }
    return render(request, "places/school_plan.html", context)


@require_http_methods(["GET", "POST"])
@capability_required(Capability.EDIT_PLACES)
def review(request: HttpRequest, user: User, code: str) -> HttpResponse:
    """Review a school's plan: everything is there to be changed, or to be left."""
    place = get_object_or_404(
        queries.schools_visible_to(user, day=timezone.localdate()), code=code
    )
    policies.check_can_edit(user, place.cell.area.station_code)
    plan = next((row for row in queries.editions_of(place) if row.is_current), None)
    today = timezone.localdate()
    if request.method == "GET":
        forms = school_plans_forms.PlanForms(plan, today=today)
        return _review_page(request, place, plan, forms, today=today)

    forms = school_plans_forms.PlanForms(plan, today=today, data=request.POST)
    newer = None
    status = HTTPStatus.UNPROCESSABLE_CONTENT
    if forms.is_valid():
        try:
            school_plans.review_school_plan(
                place=place,
                text=forms.text(),
                next_review_on=forms.review.cleaned_data["next_review_on"],
                shown_edition=ShownEdition(request.POST).number,
                by=user,
                at=timezone.now(),
            )
        except DomainError as refusal:
            is_date = isinstance(refusal, school_plans.ReviewTooFar)
            field = "next_review_on" if is_date else None
            status = refused(forms.review, refusal, field=field)
            newer = plan if isinstance(refusal, StaleEdition) else None
        else:
            return see_other(request, reverse("places:school-plan", args=[place.code]))
    return _review_page(
        request, place, plan, forms, today=today, newer=newer, status=status
    )


def _review_page(
    request: HttpRequest,
    place: KeyPlace,
    plan: object,
    forms: school_plans_forms.PlanForms,
    *,
    today: date,
    newer: object = None,
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    context = {
        "place": place,
        "plan": plan,
        "newer": newer,
        "forms": forms,
        "today": today,
        "bells": queries.bells_of(place),
        "title": _("Review the safety plan"),
    }
    return render(request, "places/school_plan_review.html", context, status=status)
