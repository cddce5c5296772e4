"""What a page of a call shows of cards, tasks, help and results.

``context`` is all that ``calls/partials/care.html`` needs: any page of a call may include
it. Ten queries, however much there is.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.forms import Form
from django.utils import timezone

from xunfang.accounts.models import User
from xunfang.calls import policies
from xunfang.calls.care import forms, queries
from xunfang.calls.models import Call, HelpRequest
from xunfang.calls.resources import queries as resources
from xunfang.mediations import policies as mediation_policies
from xunfang.mediations import queries as mediations

OFTEN_ASKED_FOR = ("pump", "ladder", "keys", "generator", "towing")
"""Kinds of help named for a call whose class has no card."""


def context(
    user: User,
    call: Call,
    *,
    now: datetime,
    task_forms: Mapping[int, Form] | None = None,
    **bound: Any,
) -> dict[str, Any]:
    """Return what the partial needs.

    ``bound`` forms take the place of empty ones, ``task_forms`` those of tasks by key.
    """
    card = queries.card_of(call)
    dispute = None if call.restriction else mediations.find_of_call(call.number)
    return {
        "call": call,
        "card": card,
        "card_lines": queries.card_lines(call, now=now),
        "seconds_since": max(0, int((now - call.reported_at).total_seconds())),
        "tasks": [
            (task, (task_forms or {}).get(task.pk) or forms.form_to_end(task))
            for task in queries.tasks_for(call)
        ],
        "results": list(queries.results_for(call)),
        "help_lines": resources.near_call(
            call,
            kinds=card.help if card else OFTEN_ASKED_FOR,
            day=timezone.localdate(now),
        ),
        "help_requests": list(resources.requests_for(call)),
        "teams": list(call.dispatches.select_related("shift")),
        "dispute": dispute,
        "can_look_after": policies.can_look_after(user, call),
        "can_see_dispute": dispute is not None
        and mediations.visible_to(user).filter(pk=dispute.pk).exists(),
        "can_open_dispute": dispute is None
        and not call.restriction
        and mediation_policies.can_open(user, call.station),
        "now": now,
        "task_form": forms.BeginTask(),
        "result_form": forms.NoteResult(),
        "answers": HelpRequest.ANSWERS,
    } | bound
