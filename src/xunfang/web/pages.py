"""Long lists, one page at a time."""

from collections.abc import Sequence
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Model, QuerySet
from django.http import HttpRequest

ROWS_PER_PAGE = 50


def page_of[M: Model](
    request: HttpRequest, rows: QuerySet[M], *, n_rows: int = ROWS_PER_PAGE
) -> Page[M]:
    """Return the page of ``rows`` named by ``?page=``; the nearest one if it is wrong.

    ``rows`` must be ordered. Draw the result with ``web/partials/pagination.html``.
    """
    paginator: Paginator[Any] = Paginator(rows, n_rows)
    return paginator.get_page(request.GET.get("page"))


def page_of_list(
    request: HttpRequest, rows: Sequence[Any], *, n_rows: int = ROWS_PER_PAGE
) -> Page[Any]:
    """Return the page of rows that are no query, as ``page_of`` does."""
    return Paginator(rows, n_rows).get_page(request.GET.get("page"))
