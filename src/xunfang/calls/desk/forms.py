"""What the buttons of the desk send."""

from uuid import UUID, uuid4, uuid5

from django import forms

from xunfang.calls.desk.wording import STAND_DOWN_REASONS
from xunfang.core.dispatching.sheets import PRESSES
from xunfang.core.dispatching.unit_states import DutyStep
from xunfang.units.models import CrewDeclaration

BOTH = "both"
"""The unit keeps the call it has, and takes this one as well."""
REPORTABLE = (
    *(DutyStep.PATROL, DutyStep.WAIT, DutyStep.STAND_BY, DutyStep.PAUSE),
    *(DutyStep.RETURN, DutyStep.OFF),
)


class WithKey(forms.Form):
    """A form that may be sent again without doing anything twice."""

    key = forms.UUIDField(required=False, empty_value=None)

    def clean_key(self) -> object:
        return self.cleaned_data["key"] or uuid4()

    def key_with(self, typed: str) -> UUID:
        """Return the key of what was typed: the same words again are the same order.

        After no answer came, somebody may send what stands there, or type another thing.
        """
        return uuid5(self.cleaned_data["key"], typed)


class Send(WithKey):
    """A unit out of a list that was shown."""

    list = forms.IntegerField()
    shift = forms.IntegerField()
    preempts = forms.CharField(required=False)
    """Empty: ask if it is bound. BOTH, or which of its dispatches it leaves."""


class Press(WithKey):
    """How far a unit is with its call."""

    step = forms.ChoiceField(choices=[(step.value, step.value) for step in PRESSES])


class StandDown(WithKey):
    """Why a unit is taken off."""

    reason = forms.ChoiceField(choices=[(key, key) for key in STAND_DOWN_REASONS])


class Report(WithKey):
    """What a unit does now."""

    step = forms.ChoiceField(choices=[(step.value, step.value) for step in REPORTABLE])


class Note(WithKey):
    """A note for the log of a call."""

    words = forms.CharField(max_length=300, required=False)


class Undo(forms.Form):
    """Which line is taken back: c and its number in the log of calls, d in the crews'."""

    line = forms.RegexField(r"^[cd][0-9]{1,18}$")


class Command(WithKey):
    """A line that was typed."""

    line = forms.CharField(max_length=400, required=False)
    call = forms.IntegerField(required=False)
    """The call that was shown."""


class Shown(forms.Form):
    """What the page is to show: a call, and what its units must have."""

    call = forms.IntegerField(required=False)
    need = forms.MultipleChoiceField(choices=CrewDeclaration.KINDS, required=False)
    all = forms.BooleanField(required=False)
    """Every unit that is offered, not only the first."""
