"""Look whether something was found, or is missed."""

from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from xunfang.cases.lost.forms import SearchItems
from xunfang.public.lost import queries
from xunfang.web.pages import page_of

N_ON_A_PAGE = 20


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List what is open, the latest first."""
    form = SearchItems(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    page = page_of(request, queries.search(**wanted), n_rows=N_ON_A_PAGE)
    context = {
        "form": form,
        "page": page,
        "items": [queries.public_item(item) for item in page.object_list],
        "is_filtered": any(wanted.values()),
    }
    return render(request, "public/lost.html", context)


@require_safe
def photo(request: HttpRequest, number: str) -> HttpResponse:
    """Answer with the picture of a thing that is no document."""
    item = get_object_or_404(queries.with_photo(), number=number)
    path = Path(settings.MEDIA_ROOT) / item.photo_path
    if not path.exists():
        raise Http404
    return HttpResponse(path.read_bytes(), content_type="image/jpeg")
