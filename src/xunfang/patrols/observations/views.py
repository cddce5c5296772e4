"""The list of what crews noticed about places, and what became of it."""

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_POST

from xunfang.accounts.decorators import capability_required
from xunfang.accounts.models import User
from xunfang.accounts.policies import Capability
from xunfang.patrols.models import Observation
from xunfang.patrols.observations import policies, queries, services
from xunfang.patrols.observations.forms import SearchObservations, SettleObservation
from xunfang.web.http import see_other
from xunfang.web.pages import page_of
from xunfang.web.refusals import sentence_for


@require_GET
@capability_required(Capability.SEE_TONIGHT)
def observation_list(request: HttpRequest, user: User) -> HttpResponse:
    """List what was noticed, the newest first."""
    return _page(request, user)


@require_POST
@capability_required(Capability.ORDER_PRESENCE)
def settle(request: HttpRequest, user: User, observation: int) -> HttpResponse:
    """Note what became of one."""
    seen = get_object_or_404(queries.visible_to(user), pk=observation)
    form = SettleObservation(request.POST, prefix=f"settle-{seen.pk}")
    if form.is_valid():
        try:
            services.settle_observation(
                observation=seen,
                how=form.cleaned_data["how"],
                by=user,
                at=timezone.now(),
            )
        except services.ObservationSettled as error:
            form.add_error(None, str(sentence_for(error)))
        else:
            messages.success(request, pgettext("observations", "Settled."))
            return see_other(request, reverse("patrols:observations"))
    return _page(request, user, wrong={seen.pk: form})


def _page(
    request: HttpRequest,
    user: User,
    *,
    wrong: dict[int, SettleObservation] | None = None,
) -> HttpResponse:
    wrong = wrong or {}
    form = SearchObservations(request.GET)
    said = form.cleaned_data if form.is_valid() else {}
    everything = queries.visible_to(user)
    found = queries.search(
        everything,
        words=said.get("q", ""),
        kind=said.get("kind", ""),
        state=said.get("state", ""),
    )
    page = page_of(request, found)
    rows = [(seen, _form_for(seen, user, wrong)) for seen in page.object_list]
    context = {
        "form": form,
        "page": page,
        "rows": rows,
        "has_any": bool(rows) or everything.exists(),
    }
    status = HTTPStatus.UNPROCESSABLE_CONTENT if wrong else HTTPStatus.OK
    return render(request, "patrols/observations.html", context, status=status)


def _form_for(
    seen: Observation, user: User, wrong: dict[int, SettleObservation]
) -> SettleObservation | None:
    if seen.pk in wrong:
        return wrong[seen.pk]
    if seen.settled_at is not None or not policies.can_settle(user, seen):
        return None
    return SettleObservation(prefix=f"settle-{seen.pk}")
