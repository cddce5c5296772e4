"""What a supervisor types to publish a figure, to withdraw one, to name a word."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xunfang.public.claims.kinds import KINDS
from xunfang.public.claims.services import ClaimText


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def _words(label: object, *, required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label,  # type: ignore[arg-type]  # a lazy text
        required=required,
        max_length=600 if required else 900,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class PublishClaim(forms.Form):
    """What is counted, of which days, and the words beside it."""

    kind = forms.ChoiceField(
        label=pgettext_lazy("claim", "What is counted"),
        choices=[(code, kind.name) for code, kind in KINDS.items()],
    )
    first_on = forms.DateField(label=pgettext_lazy("claim", "First day"), widget=_day())
    last_on = forms.DateField(label=pgettext_lazy("claim", "Last day"), widget=_day())
    slug = forms.SlugField(
        label=_("Its address"),
        help_text=_(
            "Small letters, digits and hyphens. The same address once more is another "
            "edition of the same figure."
        ),
        max_length=40,
    )
    title = forms.CharField(label=_("Title, in Chinese"), max_length=80)
    title_en = forms.CharField(
        label=_("Title, in English"), max_length=120, required=False
    )
    effort = _words(_("What was done, in Chinese"))
    effort_en = _words(_("What was done, in English"), required=False)
    outcome = _words(_("What came of it, in Chinese"))
    outcome_en = _words(_("What came of it, in English"), required=False)

    @property
    def text(self) -> ClaimText:
        """The words beside the figure; only of a valid form."""
        return ClaimText(
            **{name: self.cleaned_data[name] for name in ClaimText.__slots__}
        )


class WithdrawClaim(forms.Form):
    """Why it is withdrawn, as everybody will read it."""

    because = forms.CharField(
        label=_("Why it is withdrawn"),
        help_text=_("Everybody reads it. The figure and what was said about it stay."),
        max_length=300,
    )


class NoteWord(forms.Form):
    """A word that is about the figure and came another way."""

    number = forms.CharField(label=_("Number of the word"), max_length=20)
