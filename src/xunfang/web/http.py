"""Answers that read the same with and without scripts in the browser."""

from http import HTTPStatus
from urllib.parse import quote

from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.utils.http import url_has_allowed_host_and_scheme


def see_other(request: HttpRequest, to: Model | str) -> HttpResponse:
    """Send the browser on to another page once something has been done."""
    url = resolve_url(to)
    if "HX-Request" in request.headers:
        return HttpResponse(status=HTTPStatus.OK, headers={"HX-Redirect": url})
    return HttpResponse(status=HTTPStatus.SEE_OTHER, headers={"Location": url})


def pdf_inline(pdf: bytes, *, name: str) -> HttpResponse:
    """Answer with a PDF that the browser shows; saved, it has this name.

    A name in Chinese travels as RFC 5987 has it, with a plain one for what is older.
    """
    # Nothing in a name may end the header or lead into another folder.
    safe = "".join("-" if mark in '\\/:*?"<>|\r\n' else mark for mark in name)
    plain = safe.encode("ascii", "ignore").decode().strip(" -") or "xunfang"
    return HttpResponse(
        pdf,
        content_type="application/pdf",
        headers={
            "Content-Disposition": (
                f'inline; filename="{plain}.pdf"; '
                f"filename*=UTF-8''{quote(f'{safe}.pdf', safe='')}"
            ),
            # Another edition may replace it any minute.
            "Cache-Control": "private, no-cache",
        },
    )


def own_address(request: HttpRequest, url: str | None, *, default: str) -> str:
    """Return ``url`` if it leads to a page of ours, else ``default`` resolved.

    A link like ``/account/sign-in/?next=https://elsewhere`` must not carry a person
    who has just typed a password away from the site.
    """
    if url and url_has_allowed_host_and_scheme(
        url, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        return url
    return resolve_url(default)
