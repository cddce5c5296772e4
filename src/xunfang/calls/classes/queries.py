"""Find a class by what somebody types: its code, its letters, or its name."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from xunfang.calls.models import CallClass


@dataclass(frozen=True, slots=True)
class Line:
    """A class in the tree."""

    call_class: CallClass
    path: str
    """Names of the classes above it and its own, in Chinese."""
    is_leaf: bool


def tree(*, is_current: bool | None = True) -> list[Line]:
    """Return the classes in the order of the tree; one query."""
    classes = list(CallClass.objects.all())
    if is_current is not None:
        classes = [one for one in classes if one.is_current == is_current]
    by_id = {one.pk: one for one in classes}
    parents = {one.parent_id for one in classes}

    def above(one: CallClass) -> list[CallClass]:
        upper = by_id.get(one.parent_id or 0)
        return [*(above(upper) if upper is not None else []), one]

    paths = {one.pk: above(one) for one in classes}
    classes.sort(key=lambda one: [part.code for part in paths[one.pk]])
    return [
        Line(
            one,
            " › ".join(part.name for part in paths[one.pk]),
            one.pk not in parents,
        )
        for one in classes
    ]


def typed(text: str, classes: Sequence[CallClass] | None = None) -> list[CallClass]:
    """Return the classes somebody may mean: one where it is clear, else all that fit.

    The whole code, letters or name; else what begins so; else what holds it.
    """
    said = text.strip().casefold().split(" ")[0]
    whole = text.strip().casefold()
    if not said:
        return []
    if classes is None:
        classes = list(CallClass.objects.filter(is_current=True).order_by("code"))

    def codes(one: CallClass) -> list[str]:
        return [key.casefold() for key in (one.code, one.letters) if key]

    def names(one: CallClass) -> list[str]:
        return [key.casefold() for key in (one.name, one.name_en) if key]

    ways: tuple[Callable[[CallClass], bool], ...] = (
        lambda one: said in codes(one),
        lambda one: whole in names(one),
        lambda one: any(key.startswith(said) for key in codes(one)),
        lambda one: any(whole in key for key in names(one)),
    )
    for fits in ways:
        if found := [one for one in classes if fits(one)]:
            return found
    return []
