"""Campaigns: which are running, what they have put on the street, and from which rows."""

from collections.abc import Callable
from datetime import date
from http import HTTPStatus
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xunfang.accounts.decorators import capability_required
from xunfang.accounts.models import User
from xunfang.accounts.policies import Capability
from xunfang.core.errors import DomainError
from xunfang.patrols import policies, queries, wording
from xunfang.patrols.campaigns import figures as campaign_figures
from xunfang.patrols.campaigns import forms as campaign_forms
from xunfang.patrols.campaigns import page as campaign_page
from xunfang.patrols.campaigns import services as campaigns
from xunfang.patrols.models import Campaign, CampaignReport, CampaignShift
from xunfang.patrols.wanted.statement import tonight as night_of
from xunfang.places import queries as places
from xunfang.web.http import see_other
from xunfang.web.names import local_name
from xunfang.web.pages import ROWS_PER_PAGE, page_of
from xunfang.web.refusals import STATUSES, sentence_for

ZONE = ZoneInfo(settings.TIME_ZONE)
NIGHTS_PER_PAGE = 31


@require_GET
@capability_required(Capability.SEE_TONIGHT)
def campaign_list(request: HttpRequest, user: User) -> HttpResponse:
    """List campaigns: running, coming, over."""
    form = campaign_forms.SearchCampaigns(request.GET)
    said = form.cleaned_data if form.is_valid() else {}
    rows = campaign_page.list_rows(user, _night(), places.get_town_calendar())
    found = campaign_page.found(
        rows, words=said.get("q", ""), state=said.get("state", "")
    )
    context = {
        "form": form,
        "page": Paginator(found, ROWS_PER_PAGE).get_page(request.GET.get("page")),
        "has_any": bool(rows),
        "can_order_city": policies.can_order_city(user),
    }
    return render(request, "patrols/campaigns.html", context)


@require_http_methods(["GET", "POST"])
@capability_required(Capability.ORDER_PRESENCE)
def campaign_new(request: HttpRequest, user: User) -> HttpResponse:
    """Begin a campaign, empty or as the calendar file announces it."""
    policies.check_can_order_city(user)
    announced = _announced(request.GET.get("code", ""))
    first = (
        {
            "code": announced.code,
            "name": announced.title,
            "name_en": announced.title_en,
            "begins_on": announced.first_day,
            "ends_on": announced.last_day,
        }
        if announced
        else {}
    )
    form = campaign_forms.CampaignForm(
        request.POST or None, initial=first, parents=Campaign.objects.all(), is_new=True
    )
    if request.method == "GET":
        return render(request, "patrols/campaign_form.html", {"form": form})

    def begin() -> Campaign:
        code = form.cleaned_data["code"]
        return campaigns.begin_campaign(
            code=code, plan=form.plan(), by=user, at=timezone.now()
        )

    return _answer(request, form, begin, {})


@require_http_methods(["GET", "POST"])
@capability_required(Capability.ORDER_PRESENCE)
def campaign_edit(request: HttpRequest, user: User, code: str) -> HttpResponse:
    """Change what is said of a campaign."""
    policies.check_can_order_city(user)
    campaign = get_object_or_404(_kept(), code=code)
    family = {row.pk for row in campaign_figures.family_of(campaign)}
    form = campaign_forms.CampaignForm(
        request.POST or None,
        initial=campaign_forms.said_of(campaign),
        parents=Campaign.objects.exclude(pk__in=family),
        is_new=False,
    )
    context = {"campaign": campaign}
    if request.method == "GET":
        return render(request, "patrols/campaign_form.html", context | {"form": form})

    def change() -> Campaign:
        return campaigns.change_campaign(
            campaign=campaign,
            plan=form.plan(),
            revision=form.cleaned_data["revision"] or 0,
            by=user,
            at=timezone.now(),
        )

    return _answer(request, form, change, context)


def _answer(
    request: HttpRequest,
    form: campaign_forms.CampaignForm,
    act: Callable[[], Campaign],
    context: dict[str, Any],
) -> HttpResponse:
    """Do it and go to the campaign, or show the form with what is wrong in it."""
    status = HTTPStatus.UNPROCESSABLE_CONTENT
    if form.is_valid():
        try:
            campaign = act()
        except DomainError as refusal:
            form.add_error(None, str(sentence_for(refusal)))
            status = STATUSES.get(refusal.code, HTTPStatus.CONFLICT)
            if isinstance(refusal, campaigns.CampaignChanged):
                context |= {"now": _kept().get(pk=context["campaign"].pk)}
        else:
            return see_other(request, reverse("patrols:campaign", args=[campaign.code]))
    return render(
        request,
        "patrols/campaign_form.html",
        context | {"form": form},
        status=status,
    )


@require_GET
@capability_required(Capability.SEE_TONIGHT)
def campaign_show(request: HttpRequest, user: User, code: str) -> HttpResponse:
    """Show one campaign: its day, what it has put on the street, its branches."""
    return _show(request, user, code)


def _show(
    request: HttpRequest, user: User, code: str, *, tag_form: Any = None
) -> HttpResponse:
    town, night = places.get_town_calendar(), _night()
    campaign = _kept().filter(code=code).first()
    if campaign is None:
        announced = _announced(code)
        if announced is None:
            raise Http404
        context = {
            "days": announced,
            "name": local_name(announced.title, announced.title_en),
            "day_number": announced.day_number(night),
            "state": campaign_page.state_of(announced, night),
            "targets": [
                (campaign_page.measure_name(target.measure), target)
                for target in announced.targets
            ],
            "can_order_city": policies.can_order_city(user),
        }
        return render(request, "patrols/campaign_announced.html", context)
    view = campaign_page.view_of(user, campaign, night, town)
    family = campaign_figures.family_of(campaign)
    report = CampaignReport.objects.filter(campaign_code=code).first()
    is_closed = campaigns.is_closed(campaign)
    hours = (view.days.from_min, view.days.until_min)
    context = {
        "campaign": campaign,
        "name": local_name(campaign.name, campaign.name_en),
        "view": view,
        "days": view.days,
        "hours": ""
        if hours[0] is None or hours[1] is None
        else wording.windows_text([(hours[0], hours[1])]),
        "state": campaign_page.state_of(view.days, night),
        "day_number": view.days.day_number(night),
        "nights": Paginator(view.nights, NIGHTS_PER_PAGE).get_page(
            request.GET.get("page")
        ),
        "orders": campaign_page.orders_of(user, family),
        "rounds": campaign_page.rounds_of(family),
        "report": report,
        "frozen": None if report is None else _report_rows(report),
        "is_closed": is_closed,
        "of_one_station": bool(user.station_code),
        "can_tag": not is_closed and policies.can_order_somewhere(user),
        "can_change": not is_closed and policies.can_order_city(user),
        "may_close": night > view.days.last_day,
        "tag_form": tag_form or _tag_form(user, campaign, night),
    }
    status = HTTPStatus.OK if tag_form is None else HTTPStatus.UNPROCESSABLE_CONTENT
    return render(request, "patrols/campaign.html", context, status=status)


def _report_rows(report: CampaignReport) -> list[tuple[str, Any]]:
    return [
        (campaign_page.measure_name(row["measure"]), row)
        for row in report.figures["measures"]
    ]


@require_POST
@capability_required(Capability.ORDER_PRESENCE)
def campaign_tag(request: HttpRequest, user: User, code: str) -> HttpResponse:
    """Tag the crews of a night with one press."""
    campaign = get_object_or_404(_kept(), code=code)
    form = _tag_form(user, campaign, _night(), request.POST)
    if form.is_valid():
        said = form.cleaned_data
        shifts = campaign_page.crews_to_tag(
            user,
            said["night"],
            station=said["station"],
            only_seconded=said["crews"] == form.SECONDED,
        )
        try:
            tagged = campaigns.tag_shifts(
                campaign=campaign, shifts=shifts, by=user, at=timezone.now()
            )
        except DomainError as refusal:
            if refusal.code in STATUSES:
                raise
            form.add_error(None, str(sentence_for(refusal)))
        else:
            said_so = ngettext(
                "%(n)d crew of %(night)s now counts for this campaign.",
                "%(n)d crews of %(night)s now count for this campaign.",
                len(tagged),
            ) % {"n": len(tagged), "night": said["night"]}
            messages.success(request, said_so)
            return see_other(request, reverse("patrols:campaign", args=[code]))
    return _show(request, user, code, tag_form=form)


@require_POST
@capability_required(Capability.ORDER_PRESENCE)
def campaign_untag(request: HttpRequest, user: User, code: str) -> HttpResponse:
    """Take the tag off one shift, or off all of a night."""
    campaign = get_object_or_404(_kept(), code=code)
    tags = CampaignShift.objects.filter(
        campaign=campaign, shift__station__in=queries.stations_visible_to(user)
    )
    shift, night = request.POST.get("shift", ""), _date_of(request.POST.get("night"))
    if shift.isdecimal():
        tags = tags.filter(shift=int(shift))
    elif night is not None:
        tags = tags.filter(shift__night=night)
    else:
        raise Http404
    n_untagged = campaigns.untag_shifts(
        campaign=campaign,
        shifts=[tag.shift for tag in tags.select_related("shift")],
        by=user,
        at=timezone.now(),
    )
    messages.success(
        request,
        ngettext(
            "%(n)d crew no longer counts for this campaign.",
            "%(n)d crews no longer count for this campaign.",
            n_untagged,
        )
        % {"n": n_untagged},
    )
    back = reverse("patrols:campaign-shifts", args=[code])
    return see_other(request, f"{back}?night={night}" if night else back)


@require_GET
@capability_required(Capability.SEE_TONIGHT)
def campaign_shifts(request: HttpRequest, user: User, code: str) -> HttpResponse:
    """List the shifts behind a figure of a campaign, each once."""
    campaign = get_object_or_404(_kept(), code=code)
    chosen = campaign_forms.ChosenShifts(request.GET).filters()
    rows = campaign_page.shift_rows(user, campaign, **chosen)
    stations = queries.stations_visible_to(user)
    family = campaign_figures.family_of(campaign)
    context = {
        "campaign": campaign,
        "name": local_name(campaign.name, campaign.name_en),
        "page": page_of(request, rows),
        "sums": campaign_page.sum_of(rows),
        "chosen": chosen,
        "station": stations.filter(code=chosen["station"]).first(),
        "branch": next((row for row in family if row.code == chosen["branch"]), None),
        "can_tag": policies.can_order_somewhere(user)
        and not campaigns.is_closed(campaign),
    }
    return render(request, "patrols/campaign_shifts.html", context)


@require_GET
@capability_required(Capability.SEE_TONIGHT)
def campaign_checks(request: HttpRequest, user: User, code: str) -> HttpResponse:
    """List the checks of key places behind a figure of a campaign."""
    campaign = get_object_or_404(_kept(), code=code)
    night = _date_of(request.GET.get("night"))
    days = campaign_figures.days_of(campaign, places.get_town_calendar())
    context = {
        "campaign": campaign,
        "name": local_name(campaign.name, campaign.name_en),
        "night": night,
        "page": page_of(request, campaign_page.check_rows(user, days, night=night)),
    }
    return render(request, "patrols/campaign_checks.html", context)


@require_POST
@capability_required(Capability.ORDER_PRESENCE)
def campaign_close(request: HttpRequest, user: User, code: str) -> HttpResponse:
    """Write the closing report; the page has asked whether that is meant."""
    policies.check_can_order_city(user)
    campaign = get_object_or_404(_kept(), code=code)
    campaigns.close_campaign(campaign=campaign, by=user, at=timezone.now())
    messages.success(request, _("The campaign is closed. Its figures stand."))
    return see_other(request, reverse("patrols:campaign", args=[code]))


def _tag_form(
    user: User, campaign: Campaign, night: date, data: Any = None
) -> campaign_forms.TagCrews:
    stations = [
        (row.code, local_name(row.name, row.name_en))
        for row in queries.stations_visible_to(user)
    ]
    if not user.station_code:
        stations.insert(0, ("", pgettext("campaign", "All stations")))
    last = max(campaign.begins_on, min(night, campaign.ends_on))
    return campaign_forms.TagCrews(
        data,
        stations=stations,
        first_day=campaign.begins_on,
        last_day=campaign.ends_on,
        initial={"night": last},
    )


def _kept() -> Any:
    return Campaign.objects.select_related(
        "lead_unit", "parent", "changed_by"
    ).prefetch_related("targets")


def _announced(code: str) -> Any:
    """Return the campaign of the calendar file with this code, if there is one."""
    town = places.get_town_calendar()
    return next((c for c in town.campaigns if c.code == code), None)


def _night() -> date:
    return night_of(timezone.now(), ZONE)


def _date_of(text: str | None) -> date | None:
    form = campaign_forms.ChosenNight({"night": text or ""})
    return form.cleaned_data["night"] if form.is_valid() else None
