"""The tree of classes: the bureau's own, and what 110 calls each of them."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from xunfang.accounts.decorators import sign_in_required
from xunfang.accounts.models import User
from xunfang.calls import policies
from xunfang.calls.classes import services
from xunfang.calls.classes.forms import EditClass
from xunfang.calls.classes.queries import tree
from xunfang.calls.models import CallClass
from xunfang.core.errors import DomainError
from xunfang.web.http import see_other
from xunfang.web.refusals import STATUSES, sentence_for


@require_safe
@sign_in_required
def index(request: HttpRequest, user: User) -> HttpResponse:
    """Show the tree, those out of use as well."""
    policies.check_can_edit_sources(user)
    context = {
        "lines": tree(is_current=None),
        "can_take": policies.can_take_calls(user),
        "hides_list": not policies.can_open_calls(user),
        "can_edit_sources": True,
    }
    return render(request, "calls/classes.html", context)


@require_POST
@sign_in_required
def load(request: HttpRequest, user: User) -> HttpResponse:
    """Take the shipped tree over where there is none."""
    policies.check_can_edit_sources(user)
    services.load_starter_tree(by=user, at=timezone.now())
    return see_other(request, "calls:classes")


@sign_in_required
def add(request: HttpRequest, user: User) -> HttpResponse:
    """Take up a class."""
    policies.check_can_edit_sources(user)
    initial: dict[str, object] = {
        "urgency": 3,
        "is_police_matter": True,
        "is_current": True,
    }
    if request.GET.get("below"):
        initial["parent"] = (
            CallClass.objects.filter(code=request.GET["below"])
            .values_list("pk", flat=True)
            .first()
        )
    form = EditClass(request.POST or None, initial=initial, lines=tree())
    return _form(request, user, form, None)


@sign_in_required
def edit(request: HttpRequest, user: User, code: str) -> HttpResponse:
    """Change a class, or say what 110 calls it."""
    policies.check_can_edit_sources(user)
    row = get_object_or_404(CallClass, code=code)
    initial = {name: getattr(row, name) for name in services.ClassValues.__slots__} | {
        "code": row.code,
        "parent": row.parent_id,
    }
    form = EditClass(request.POST or None, initial=initial, lines=tree())
    return _form(request, user, form, row)


def _form(
    request: HttpRequest, user: User, form: EditClass, row: CallClass | None
) -> HttpResponse:
    status = HTTPStatus.OK
    if request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_CONTENT
        if form.is_valid():
            try:
                services.save_class(
                    call_class=row,
                    code=form.cleaned_data["code"],
                    parent=form.cleaned_data["parent"],
                    values=form.values(),
                    by=user,
                    at=timezone.now(),
                )
            except DomainError as refusal:
                form.add_error(None, str(sentence_for(refusal)))
                status = STATUSES.get(refusal.code, HTTPStatus.CONFLICT)
            else:
                return see_other(request, "calls:classes")
    context = {
        "form": form,
        "row": row,
        "can_take": policies.can_take_calls(user),
        "hides_list": not policies.can_open_calls(user),
        "can_edit_sources": True,
    }
    return render(request, "calls/class_form.html", context, status=status)
