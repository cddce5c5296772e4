"""Search calls, and gather what the page of one call shows."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, tzinfo

from django.db.models import Exists, OuterRef, Q, QuerySet

from xunfang.accounts.models import User
from xunfang.calls import queries
from xunfang.calls.models import Call, CallClass, CallerWords, CallLink


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody searches for; empty: whatever."""

    text: str = ""
    status: str = ""
    classes: Collection[int] = ()
    """Keys of a class and of everything below it."""
    reporter: str = ""
    first_on: date | None = None
    last_on: date | None = None


def search(user: User, wanted: Wanted, *, zone: tzinfo) -> QuerySet[Call]:
    """Return the calls a person may see and wants, newest first.

    What was said on a restricted call is not searched: a hit would tell it.
    """
    calls = queries.visible_to(user).select_related(
        "initial_class", "final_class", "station", "merged_into"
    )
    if wanted.text:
        said = CallerWords.objects.filter(
            call=OuterRef("pk"), words__icontains=wanted.text
        )
        calls = calls.filter(
            Q(number__icontains=wanted.text)
            | Q(restriction="", place_text__icontains=wanted.text)
            | Q(Exists(said), restriction="")
        )
    if wanted.status:
        calls = calls.filter(status=wanted.status)
    if wanted.classes:
        calls = calls.filter(
            Q(final_class__in=wanted.classes)
            | Q(final_class=None, initial_class__in=wanted.classes)
        )
    if wanted.reporter:
        calls = calls.filter(reporter=wanted.reporter)
    if wanted.first_on:
        calls = calls.filter(
            reported_at__gte=datetime.combine(wanted.first_on, time(), zone)
        )
    if wanted.last_on:
        ends = datetime.combine(wanted.last_on, time.max, zone)
        calls = calls.filter(reported_at__lte=ends)
    return calls.prefetch_related("words").order_by("-reported_at", "-id")


def with_all_below(call_class: CallClass) -> set[int]:
    """Return the keys of a class and of every class below it; one query."""
    parents = dict(CallClass.objects.values_list("pk", "parent"))
    found = {call_class.pk}
    while more := {
        key for key, parent in parents.items() if parent in found and key not in found
    }:
        found |= more
    return found


def merged_here(call: Call) -> list[Call]:
    """Return the calls that are worked on as part of this one, through others too."""
    found: list[Call] = []
    ahead = [call.pk]
    while ahead:
        more = list(
            Call.objects.filter(merged_into__in=ahead)
            .prefetch_related("words")
            .order_by("reported_at", "pk")
        )
        found.extend(more)
        ahead = [one.pk for one in more]
    return found


def links_of(call: Call) -> QuerySet[CallLink]:
    """Return the links to and from a call, those taken back as well."""
    return (
        CallLink.objects.filter(Q(call=call) | Q(to=call))
        .select_related("call", "to", "made_by", "undone_by")
        .order_by("made_at", "pk")
    )
