"""What somebody types about disputes."""

from django import forms
from django.utils.translation import pgettext_lazy

from xunfang.mediations.models import Dispute, DisputeState


class SearchDisputes(forms.Form):
    """Which disputes are listed."""

    q = forms.CharField(
        label=pgettext_lazy("dispute", "Number, place or words"), required=False
    )
    state = forms.ChoiceField(
        label=pgettext_lazy("dispute", "State"),
        required=False,
        choices=[("", pgettext_lazy("dispute", "All")), *DisputeState.choices],
    )


class NoteDispute(forms.Form):
    """What was done about a dispute, made from a revision of it."""

    note = forms.CharField(
        label=pgettext_lazy("dispute", "What was done, or how it ended"),
        help_text=pgettext_lazy(
            "dispute",
            "No names of the people and nothing about their health or belief.",
        ),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    revision = forms.IntegerField(widget=forms.HiddenInput)

    @classmethod
    def of(cls, dispute: Dispute) -> "NoteDispute":
        """Return the form as a dispute stands."""
        return cls(initial={"note": dispute.note, "revision": dispute.revision})
