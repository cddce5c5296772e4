"""What teams are there for, and what patrols found of it around a market."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET, require_POST

from xunfang.accounts.decorators import capability_required
from xunfang.accounts.models import User
from xunfang.accounts.policies import Capability
from xunfang.patrols import policies, queries
from xunfang.patrols.campaigns import focus
from xunfang.patrols.campaigns.forms import day_field
from xunfang.patrols.models import TeamFocus
from xunfang.patrols.wanted.lines import MARKET_TEAM
from xunfang.patrols.wording import windows_text
from xunfang.places.models import MarketGround
from xunfang.units.models import TeamTemplate
from xunfang.web.http import see_other
from xunfang.web.pages import page_of


class ChooseFocus(forms.Form):
    """The types of incident a team is there for."""

    categories = forms.MultipleChoiceField(
        label=pgettext_lazy("focus", "Focus"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.fields["categories"].choices = choices  # type: ignore[attr-defined]  # a ChoiceField


class ChosenPeriod(forms.Form):
    """A night or a period; empty means all there is."""

    first = day_field(pgettext_lazy("focus", "First day"), required=False)
    last = day_field(pgettext_lazy("focus", "Last day"), required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and last and last < first:
            self.add_error("last", gettext_lazy("It must end after it begins."))
        return cleaned


@require_GET
@capability_required(Capability.SEE_TONIGHT)
def focus_list(request: HttpRequest, user: User) -> HttpResponse:
    """List teams with what they are there for, and the markets one can look at."""
    return render(request, "patrols/focus.html", _list_context(request, user))


def _list_context(request: HttpRequest, user: User) -> dict[str, Any]:
    can_change = policies.can_order_city(user)
    choices = focus.categories() if can_change else []
    chosen: dict[int, list[str]] = {}
    for row in TeamFocus.objects.all():
        chosen.setdefault(row.template_id, []).append(row.category)
    teams = [
        (
            template,
            names,
            ChooseFocus(
                choices=choices,
                initial={"categories": chosen.get(template.pk, [])},
                prefix=template.code,
            ),
        )
        for template, names in focus.focus_by_team(list(TeamTemplate.objects.all()))
    ]
    grounds = MarketGround.objects.filter(
        station_code__in=queries.stations_visible_to(user).values("code")
    )
    return {
        "teams": teams,
        "page": page_of(request, grounds),
        "market_team": MARKET_TEAM,
        "has_market_team": any(team.code == MARKET_TEAM for team, *_ in teams),
        "can_change": can_change,
    }


@require_POST
@capability_required(Capability.ORDER_PRESENCE)
def focus_set(request: HttpRequest, user: User, team: str) -> HttpResponse:
    """Say what a team is there for."""
    policies.check_can_order_city(user)
    template = get_object_or_404(TeamTemplate, code=team)
    form = ChooseFocus(request.POST, choices=focus.categories(), prefix=template.code)
    if not form.is_valid():
        context = _list_context(request, user) | {"errors": form.errors["categories"]}
        return render(request, "patrols/focus.html", context, status=422)
    focus.set_focus(
        template=template,
        chosen=form.cleaned_data["categories"],
        by=user,
        at=timezone.now(),
    )
    return see_other(request, reverse("patrols:focus"))


@require_GET
@capability_required(Capability.SEE_TONIGHT)
def focus_report(
    request: HttpRequest, user: User, team: str, market: str
) -> HttpResponse:
    """Report what patrols found around a market, by what its team is there for."""
    stations = queries.stations_visible_to(user)
    ground = get_object_or_404(
        MarketGround.objects.filter(station_code__in=stations.values("code")),
        code=market,
    )
    template = get_object_or_404(TeamTemplate, code=team)
    form = ChosenPeriod(request.GET)
    said = form.cleaned_data if form.is_valid() else {}
    found = focus.report(
        template=template,
        ground=ground,
        first_day=said.get("first"),
        last_day=said.get("last"),
    )
    if not form.is_bound or not request.GET:
        form = ChosenPeriod(initial={"first": found.first_day, "last": found.last_day})
    context = {
        "template": template,
        "ground": ground,
        "form": form,
        "report": found,
        "hours": "" if found.hours is None else windows_text([found.hours]),
    }
    return render(request, "patrols/focus_report.html", context)
