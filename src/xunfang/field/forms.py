"""The forms of the phone's screen: the same whether a script or the browser sends them.

Each is for one kind of entry and gives it typed (``what``).
"""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import pgettext_lazy

from xunfang.calls.models import Call
from xunfang.core.dispatching.sheets import PRESSES, Step
from xunfang.core.dispatching.unit_states import DutyStep
from xunfang.field.entries import (
    Declared,
    Duty,
    Feedback,
    Gear,
    GiveBack,
    Look,
    Point,
    Press,
    Seen,
    Tick,
    Undo,
)
from xunfang.field.entries import What as Entered
from xunfang.patrols.models import Observation
from xunfang.units.models import CrewDeclaration
from xunfang.units.models.stations import MODES

LONGEST_NOTE = 200
ON_THE_PHONE = [step for step in DutyStep if step is not DutyStep.RETURN]


class Names(forms.MultipleChoiceField):
    """Names of things that are ticked on a list the server does not know any more."""

    def valid_value(self, value: str) -> bool:
        """Take any name that could stand on a list."""
        return 0 < len(value) <= 40


def _text(longest: int = LONGEST_NOTE, *, is_required: bool = False) -> forms.CharField:
    return forms.CharField(max_length=longest, required=is_required, strip=True)


class EntryForm(forms.Form):
    """A form that becomes an entry."""

    def what(self) -> Entered:
        """Return what was entered; call it when the form is valid."""
        raise NotImplementedError


class Placed(EntryForm):
    """An entry that may say where it was made."""

    lon = forms.FloatField(min_value=-180, max_value=180, required=False)
    lat = forms.FloatField(min_value=-90, max_value=90, required=False)

    def point(self) -> Point | None:
        """Return where it was made, if the phone said so."""
        lon, lat = self.cleaned_data["lon"], self.cleaned_data["lat"]
        return None if lon is None or lat is None else (lon, lat)


class PressForm(EntryForm):
    """How far the crew is with a call."""

    dispatch = forms.IntegerField()
    step = forms.ChoiceField(choices=[(step.value, step.value) for step in PRESSES])

    def what(self) -> Press:
        """Return the press."""
        said = self.cleaned_data
        return Press(said["dispatch"], Step(said["step"]))


class GiveBackForm(EntryForm):
    """An order given back, with a reason."""

    dispatch = forms.IntegerField()
    reason = _text()

    def what(self) -> GiveBack:
        """Return the order and the reason."""
        return GiveBack(self.cleaned_data["dispatch"], self.cleaned_data["reason"])


class FeedbackForm(EntryForm):
    """How a call ended."""

    dispatch = forms.IntegerField()
    outcome = forms.ChoiceField(choices=Call.OUTCOMES)
    note = _text(300)

    def what(self) -> Feedback:
        """Return the outcome and a few words."""
        said = self.cleaned_data
        return Feedback(said["dispatch"], said["outcome"], said["note"])


class TickForm(EntryForm):
    """A step of the call's card that is done."""

    dispatch = forms.IntegerField()
    step = _text(30, is_required=True)

    def what(self) -> Tick:
        """Return the step."""
        return Tick(self.cleaned_data["dispatch"], self.cleaned_data["step"])


class LookForm(EntryForm):
    """That a restricted call was read without signal."""

    dispatch = forms.IntegerField()

    def what(self) -> Look:
        """Return whose order was read."""
        return Look(self.cleaned_data["dispatch"])


class DutyForm(Placed):
    """What the crew is doing from here on."""

    shift = forms.IntegerField()
    step = forms.ChoiceField(
        choices=[(step.value, step.value) for step in ON_THE_PHONE]
    )
    mode = forms.ChoiceField(choices=[("", ""), *MODES], required=False)
    note = _text()

    def clean(self) -> dict[str, Any]:
        """Want a way of moving where it changes."""
        said = super().clean() or self.cleaned_data
        if said.get("step") == DutyStep.MODE.value and not said.get("mode"):
            self.add_error("mode", pgettext_lazy("phone", "Choose how you go on."))
        return said

    def what(self) -> Duty:
        """Return the step."""
        said = self.cleaned_data
        step = DutyStep(said["step"])
        return Duty(said["shift"], step, said["mode"], said["note"], self.point())


class GearForm(EntryForm):
    """All there, something missing, or no time to look."""

    WAYS: ClassVar = [("all", "all"), ("missing", "missing"), ("without", "without")]

    shift = forms.IntegerField()
    way = forms.ChoiceField(choices=WAYS)
    missing = Names(required=False)
    reason = _text()

    def clean(self) -> dict[str, Any]:
        """Want the things that are missing, or the reason."""
        said = super().clean() or self.cleaned_data
        if said.get("way") == "missing" and not said.get("missing"):
            self.add_error("missing", pgettext_lazy("phone", "Tick what is missing."))
        if said.get("way") == "without" and not said.get("reason"):
            self.add_error(
                "reason", pgettext_lazy("phone", "Say why you go out without a look.")
            )
        return said

    def what(self) -> Gear:
        """Return what was found."""
        said = self.cleaned_data
        match said["way"]:
            case "missing":
                return Gear(said["shift"], tuple(said["missing"]))
            case "without":
                return Gear(said["shift"], overridden_because=said["reason"])
            case _:
                return Gear(said["shift"])


class SeenForm(Placed):
    """Something noticed about a place."""

    shift = forms.IntegerField()
    matter = forms.ChoiceField(choices=Observation.KINDS)
    stay = forms.IntegerField(required=False)
    place = _text(120)
    note = _text()

    def what(self) -> Seen:
        """Return what was noticed, and where."""
        said = self.cleaned_data
        return Seen(
            shift=said["shift"],
            kind=said["matter"],
            stay=said["stay"],
            place=said["place"],
            note=said["note"],
            point=None if said["stay"] else self.point(),
        )


class DeclaredForm(EntryForm):
    """What the crew says it has with it tonight; what is not ticked is taken back."""

    shift = forms.IntegerField()
    kinds = forms.MultipleChoiceField(choices=CrewDeclaration.KINDS, required=False)

    def what(self) -> Declared:
        """Return what was ticked."""
        said = self.cleaned_data
        return Declared(said["shift"], tuple(said["kinds"]))


class UndoForm(EntryForm):
    """That one's last entry was a mistake."""

    entry = forms.UUIDField()

    def what(self) -> Undo:
        """Return which entry."""
        return Undo(self.cleaned_data["entry"])


FORMS: dict[str, type[EntryForm]] = {
    "press": PressForm,
    "give_back": GiveBackForm,
    "feedback": FeedbackForm,
    "duty": DutyForm,
    "gear": GearForm,
    "declared": DeclaredForm,
    "observation": SeenForm,
    "tick": TickForm,
    "look": LookForm,
    "undo": UndoForm,
}
"""By the kind of the entry (``models.ENTRY_KINDS``)."""
