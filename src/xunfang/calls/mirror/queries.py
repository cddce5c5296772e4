"""Sources, feeds and imports: who may read which."""

from django.db.models import Q, QuerySet

from xunfang.accounts.models import User
from xunfang.calls.models import CallFeed, CallImport, CallSetAside, CallSource


def sources_of(user: User) -> QuerySet[CallSource]:
    """Return the sources through which a person may bring calls in."""
    sources = CallSource.objects.filter(is_active=True).select_related("station")
    if user.station_code:
        sources = sources.filter(Q(station=None) | Q(station__code=user.station_code))
    return sources


def all_sources() -> QuerySet[CallSource]:
    """Return every source, for who looks after them."""
    return CallSource.objects.select_related("station", "saved_by")


def all_feeds() -> QuerySet[CallFeed]:
    """Return every machine that brings calls."""
    return CallFeed.objects.select_related("source", "added_by")


def imports_visible_to(user: User) -> QuerySet[CallImport]:
    """Return tables that were brought in: of one's station's people, or all of them."""
    imports = CallImport.objects.select_related("source", "feed", "imported_by").defer(
        "content"
    )
    if user.station_code:
        imports = imports.filter(imported_by__station_code=user.station_code)
    return imports


def lines_to_mend(done: CallImport) -> QuerySet[CallSetAside]:
    """Return the lines of an import that are still as they stood."""
    return CallSetAside.objects.filter(call_import=done, deleted_at=None).order_by(
        "line"
    )
