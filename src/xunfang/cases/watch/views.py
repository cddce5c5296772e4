"""What the clock has erased."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from xunfang.accounts.decorators import capability_required
from xunfang.accounts.models import User
from xunfang.accounts.policies import Capability
from xunfang.cases.watch import erasing
from xunfang.feedback.models import TextErasure
from xunfang.web.pages import page_of

OVERDUE_AFTER = timedelta(hours=2)
"""Erasure runs every hour: it may be this late before anybody is told."""


@require_safe
@capability_required(Capability.SEE_RECORD)
def erasures(request: HttpRequest, user: User) -> HttpResponse:
    """Show the certificates of erased texts."""
    del user
    context = {
        "page": page_of(request, TextErasure.objects.order_by("-erased_at", "-pk")),
        "overdue": erasing.is_due(at=timezone.now() - OVERDUE_AFTER),
    }
    return render(request, "cases/erasures.html", context)
