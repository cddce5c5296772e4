"""Concentrated rounds: owed, planned, under way, closed; and orders of any night."""

from collections.abc import Callable
from datetime import date
from http import HTTPStatus
from typing import Any
from zoneinfo import ZoneInfo

from django import forms as django_forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xunfang.accounts.decorators import capability_required
from xunfang.accounts.models import User
from xunfang.accounts.policies import Capability
from xunfang.core.errors import DomainError
from xunfang.patrols import orders, policies, queries
from xunfang.patrols.models import Campaign, Order, Round
from xunfang.patrols.rounds import forms as round_forms
from xunfang.patrols.rounds import page as round_page
from xunfang.patrols.rounds import services as rounds
from xunfang.patrols.wanted.statement import tonight as night_of
from xunfang.places import queries as places
from xunfang.web.http import see_other
from xunfang.web.names import local_name
from xunfang.web.pages import page_of
from xunfang.web.refusals import STATUSES, sentence_for

ZONE = ZoneInfo(settings.TIME_ZONE)


@require_GET
@capability_required(Capability.SEE_TONIGHT)
def round_list(request: HttpRequest, user: User) -> HttpResponse:
    """List rounds: planned, under way, held, called off."""
    form = round_forms.SearchRounds(request.GET)
    said = form.cleaned_data if form.is_valid() else {}
    found = round_page.search(said.get("q", ""), said.get("state", ""))
    town, today = places.get_town_calendar(), timezone.localdate()
    context = {
        "form": form,
        "page": page_of(request, found),
        "duties": round_page.duty_names(town),
        "n_overdue": sum(
            len(duty.overdue) for duty in round_page.duty_rows(town, today)
        ),
        "can_order_city": policies.can_order_city(user),
    }
    return render(request, "patrols/rounds.html", context)


@require_GET
@capability_required(Capability.SEE_TONIGHT)
def rounds_due(request: HttpRequest, user: User) -> HttpResponse:
    """Show what is owed in each half-month, done, due and overdue."""
    context = {
        "duties": round_page.duty_rows(
            places.get_town_calendar(), timezone.localdate()
        ),
        "can_order_city": policies.can_order_city(user),
    }
    return render(request, "patrols/rounds_due.html", context)


@require_http_methods(["GET", "POST"])
@capability_required(Capability.ORDER_PRESENCE)
def round_new(request: HttpRequest, user: User) -> HttpResponse:
    """Plan a round, perhaps for an open half-month or for a campaign."""
    policies.check_can_order_city(user)
    origin = round_forms.NewRoundFrom(request.GET)
    said = origin.cleaned_data if origin.is_valid() else {}
    duty = said.get("duty", "")
    names = round_page.duty_names(places.get_town_calendar())
    campaign = Campaign.objects.filter(code=said.get("campaign", "")).first()
    first = {
        "night": round_forms.first_night(said.get("night"), _night()),
        "duty_code": duty,
        "title": names.get(duty, ""),
        "campaign": campaign.pk if campaign else None,
        "stations": [code for code, _name in _stations(user)],
    }
    form = _plan_form(user, request.POST or None, initial=first)
    if request.method == "GET":
        return render(request, "patrols/round_form.html", {"form": form})

    def plan() -> Round:
        return rounds.plan_round(
            plan=form.plan(), stations=_chosen(user, form), by=user, at=timezone.now()
        )

    return _answer(request, form, plan, {})


@require_http_methods(["GET", "POST"])
@capability_required(Capability.ORDER_PRESENCE)
def round_edit(request: HttpRequest, user: User, pk: int) -> HttpResponse:
    """Change a round that has not departed."""
    policies.check_can_order_city(user)
    row = get_object_or_404(_rounds(), pk=pk)
    form = _plan_form(
        user,
        request.POST or None,
        initial=round_forms.said_of(row),
        with_stations=row.order_id is None,
        duty_code=row.duty_code,
    )
    context = {"round": row}
    if request.method == "GET":
        return render(request, "patrols/round_form.html", context | {"form": form})

    def change() -> Round:
        return rounds.change_round(
            planned=row,
            plan=form.plan(),
            revision=form.cleaned_data["revision"] or 0,
            stations=_chosen(user, form),
            by=user,
            at=timezone.now(),
        )

    return _answer(request, form, change, context)


def _answer(
    request: HttpRequest,
    form: round_forms.PlanRound,
    act: Callable[[], Round],
    context: dict[str, Any],
) -> HttpResponse:
    """Do it and go to the round, or show the form with what is wrong in it."""
    status = HTTPStatus.UNPROCESSABLE_CONTENT
    if form.is_valid():
        try:
            row = act()
        except DomainError as refusal:
            status = _refuse(form, refusal)
            if isinstance(refusal, rounds.RoundChanged):
                context |= {"now": _rounds().get(pk=context["round"].pk)}
        else:
            return see_other(request, reverse("patrols:round", args=[row.pk]))
    return render(
        request, "patrols/round_form.html", context | {"form": form}, status=status
    )


def _refuse(form: django_forms.Form, refusal: DomainError) -> HTTPStatus:
    form.add_error(None, str(sentence_for(refusal)))
    return STATUSES.get(refusal.code, HTTPStatus.CONFLICT)


@require_GET
@capability_required(Capability.SEE_TONIGHT)
def round_show(request: HttpRequest, user: User, pk: int) -> HttpResponse:
    """Show a round: planned and actual, its order, who goes in which vehicle."""
    row = get_object_or_404(_rounds(), pk=pk)
    return render(request, "patrols/round.html", _context(user, row))


@require_POST
@capability_required(Capability.ORDER_PRESENCE)
def round_depart(request: HttpRequest, user: User, pk: int) -> HttpResponse:
    """Let the round depart, if nobody is without a place."""
    policies.check_can_order_city(user)
    row = get_object_or_404(_rounds(), pk=pk)
    form = round_forms.Depart(request.POST, now=timezone.now())

    def act() -> None:
        rounds.depart(
            planned=row,
            departed_at=form.cleaned_data["departed_at"],
            by=user,
            at=timezone.now(),
        )

    return _step(request, user, row, form, act, "depart_form")


@require_POST
@capability_required(Capability.ORDER_PRESENCE)
def round_close(request: HttpRequest, user: User, pk: int) -> HttpResponse:
    """Close the round; a short one asks why."""
    policies.check_can_order_city(user)
    row = get_object_or_404(_rounds(), pk=pk)
    form = round_forms.CloseRound(request.POST, now=timezone.now())

    def act() -> None:
        rounds.close_round(
            under_way=row,
            ended_at=form.cleaned_data["ended_at"],
            reason=form.cleaned_data["reason"],
            by=user,
            at=timezone.now(),
        )

    return _step(request, user, row, form, act, "close_form")


@require_POST
@capability_required(Capability.ORDER_PRESENCE)
def round_call_off(request: HttpRequest, user: User, pk: int) -> HttpResponse:
    """Call the round off, with a reason."""
    policies.check_can_order_city(user)
    row = get_object_or_404(_rounds(), pk=pk)
    form = round_forms.CallOff(request.POST)

    def act() -> None:
        rounds.call_off(
            planned=row,
            reason=form.cleaned_data["reason"],
            by=user,
            at=timezone.now(),
        )

    return _step(request, user, row, form, act, "call_off_form")


def _step(
    request: HttpRequest,
    user: User,
    row: Round,
    form: django_forms.Form,
    act: Callable[[], None],
    name: str,
) -> HttpResponse:
    """Take a step of the round, or show its page with what is wrong in the form."""
    status = HTTPStatus.UNPROCESSABLE_CONTENT
    filled: dict[str, Any] = {name: form}
    if form.is_valid():
        try:
            act()
        except DomainError as refusal:
            status = _refuse(form, refusal)
            if isinstance(refusal, rounds.ShortRoundUnexplained):
                ended_at = form.cleaned_data["ended_at"]
                filled |= {"refused_length": rounds.length_until(row, ended_at)}
        else:
            return see_other(request, reverse("patrols:round", args=[row.pk]))
    context = _context(user, row) | filled
    return render(request, "patrols/round.html", context, status=status)


def _context(user: User, row: Round) -> dict[str, Any]:
    now = timezone.now()
    can_change = policies.can_order_city(user)
    standing = None
    if row.order_id is not None:
        mine = orders.standings_of(
            Order.objects.filter(pk=row.order_id), queries.stations_visible_to(user)
        )
        standing = mine[0] if mine else None
    names = round_page.duty_names(places.get_town_calendar())
    return {
        "round": row,
        "duty": names.get(row.duty_code, row.duty_code),
        "muster": round_page.muster_of(user, row),
        "standing": standing,
        "length": round_page.length_of(row),
        "can_change": can_change,
        "depart_form": round_forms.Depart(now=now),
        "close_form": round_forms.CloseRound(now=now),
        "call_off_form": round_forms.CallOff(),
        "of_one_station": bool(user.station_code),
    } | round_page.may_be_closed(row, now)


@require_GET
@capability_required(Capability.SEE_TONIGHT)
def order_list(request: HttpRequest, user: User) -> HttpResponse:
    """List the orders of all nights, how far each is and who has not begun."""
    form = round_forms.SearchOrders(request.GET)
    words = form.cleaned_data["q"] if form.is_valid() else ""
    mine = orders.orders_to(orders.search(words), queries.stations_visible_to(user))
    page = page_of(request, mine)
    context = {
        "form": form,
        "words": words,
        "page": page,
        "standings": [orders.standing_of(order) for order in page.object_list],
    }
    return render(request, "patrols/orders.html", context)


@require_GET
@capability_required(Capability.SEE_TONIGHT)
def order_show(request: HttpRequest, user: User, order: int) -> HttpResponse:
    """Show one order: when each station accepted, started and finished."""
    mine = orders.orders_to(orders.search(""), queries.stations_visible_to(user))
    found = get_object_or_404(mine, pk=order)
    steppable = {
        row.pk
        for row in found.stations.all()
        if row.next_step and policies.can_solve(user, row.station)
    }
    context = {"standing": orders.standing_of(found), "steppable": steppable}
    return render(request, "patrols/order.html", context)


def _plan_form(
    user: User,
    data: Any,
    *,
    initial: dict[str, Any],
    with_stations: bool = True,
    duty_code: str = "",
) -> round_forms.PlanRound:
    duties = round_page.duty_names(places.get_town_calendar())
    if duty_code:
        # The calendar may have changed since the round was planned for this duty.
        duties.setdefault(duty_code, duty_code)
    return round_forms.PlanRound(
        data,
        initial=initial,
        duties=list(duties.items()),
        stations=_stations(user) if with_stations else [],
    )


def _stations(user: User) -> list[tuple[str, str]]:
    return [
        (row.code, local_name(row.name, row.name_en))
        for row in queries.stations_visible_to(user)
    ]


def _chosen(user: User, form: round_forms.PlanRound) -> Any:
    codes = form.cleaned_data.get("stations") or []
    return queries.stations_visible_to(user).filter(code__in=codes)


def _rounds() -> Any:
    return Round.objects.select_related("campaign", "order")


def _night() -> date:
    return night_of(timezone.now(), ZONE)
