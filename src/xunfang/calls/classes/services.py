"""Look after the tree of classes: begin with ours, then make it the bureau's own."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib import resources
from typing import Any

from django.db import transaction

from xunfang.accounts.models import User
from xunfang.audit import services as audit
from xunfang.calls import policies
from xunfang.calls.models import CallClass
from xunfang.core.errors import DomainError

DEEPEST = 4


class ClassesThere(DomainError):
    """There are classes already: the starter tree is only for an empty one."""

    code = "calls.classes_there"


class ClassCodeTaken(DomainError):
    """Another class has this code."""

    code = "calls.class_code_taken"


class ClassTooDeep(DomainError):
    """A tree has four levels; this would be a fifth, or below itself."""

    code = "calls.class_too_deep"


class MirrorCodeTaken(DomainError):
    """Another class is mapped to this code of 110's."""

    code = "calls.mirror_code_taken"


@dataclass(frozen=True, slots=True)
class ClassValues:
    """What is kept of a class."""

    name: str
    name_en: str = ""
    letters: str = ""
    mirror_code: str = ""
    urgency: int = 3
    restriction: str = ""
    is_police_matter: bool = True
    transfer_to: str = ""
    is_current: bool = True


def starter_tree() -> list[dict[str, Any]]:
    """Return the tree that is shipped: neutral words of ours, no national codes."""
    text = resources.files("xunfang.calls.classes").joinpath("data/classes.json")
    found: list[dict[str, Any]] = json.loads(text.read_text(encoding="utf-8"))
    return found


@transaction.atomic
def load_starter_tree(*, by: User | None, at: datetime) -> int:
    """Take the shipped tree over where there is none; return how many classes it has.

    Raises
    ------
    NotAllowed, ClassesThere
    """
    if by is not None:
        policies.check_can_edit_sources(by)
    if CallClass.objects.exists():
        raise ClassesThere("there are classes")
    n_classes = _load(starter_tree(), None, 1, {})
    audit.record(
        kind="call_class.tree_loaded", subject="classes", by=by, at=at, n=n_classes
    )
    return n_classes


def _load(
    branches: list[dict[str, Any]],
    parent: CallClass | None,
    depth: int,
    above: Mapping[str, Any],
) -> int:
    """Write branches and what hangs on them; what a branch says holds below it."""
    n_classes = 0
    for branch in branches:
        values = {**above, **branch}
        below = values.pop("below", [])
        row = CallClass.objects.create(
            **{
                key: values[key]
                for key in (
                    *("code", "name", "name_en", "letters", "urgency", "restriction"),
                    *("protocol", "is_police_matter", "transfer_to", "bands"),
                )
                if key in values
            },
            parent=parent,
            depth=depth,
        )
        handed_down: dict[str, Any] = {
            key: values[key]
            for key in ("urgency", "is_police_matter", "transfer_to", "bands")
            if key in values
        }
        n_classes += 1 + _load(below, row, depth + 1, handed_down)
    return n_classes


@transaction.atomic
def save_class(
    *,
    call_class: CallClass | None,
    code: str,
    parent: CallClass | None,
    values: ClassValues,
    by: User,
    at: datetime,
) -> CallClass:
    """Take up a class, or change one. A code that calls bear is never reused.

    Raises
    ------
    NotAllowed, ClassCodeTaken, ClassTooDeep, MirrorCodeTaken
    """
    policies.check_can_edit_sources(by)
    others = CallClass.objects.all()
    if call_class is not None:
        others = others.exclude(pk=call_class.pk)
    if others.filter(code=code).exists():
        raise ClassCodeTaken(code)
    if values.mirror_code and others.filter(mirror_code=values.mirror_code).exists():
        raise MirrorCodeTaken(values.mirror_code)
    row = call_class or CallClass(code=code)
    depth = 1 if parent is None else parent.depth + 1
    upper = parent
    while upper is not None:
        if call_class is not None and upper.pk == call_class.pk:
            raise ClassTooDeep(code)
        upper = upper.parent
    if depth + (0 if call_class is None else _height(call_class)) > DEEPEST:
        raise ClassTooDeep(code)
    row.code, row.parent, row.depth = code, parent, depth
    for key in ClassValues.__slots__:
        setattr(row, key, getattr(values, key))
    row.save()
    _set_depths(row)
    audit.record(
        kind="call_class.saved",
        subject=code,
        by=by,
        at=at,
        mirror_code=values.mirror_code,
        is_new=call_class is None,
    )
    return row


def _height(row: CallClass) -> int:
    """Return how many levels hang below a class."""
    return max((1 + _height(child) for child in row.children.all()), default=0)


def _set_depths(row: CallClass) -> None:
    for child in row.children.all():
        if child.depth != row.depth + 1:
            child.depth = row.depth + 1
            child.save(update_fields=["depth"])
            _set_depths(child)
