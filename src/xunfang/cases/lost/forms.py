"""What somebody types about a thing that was found or is missed."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy, pgettext_lazy

from xunfang.cases.models import LostItem, LostReturn, ReturnConfirmation
from xunfang.cases.models.confirmations import TOLD
from xunfang.core.errors import DomainError
from xunfang.feedback.models import Word
from xunfang.feedback.photos import CleanPhoto, clean
from xunfang.web.refusals import sentence_for

AT = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
ANY = pgettext_lazy("lost and found", "Every")
SHOWN = [
    ("", pgettext_lazy("lost and found", "Open")),
    ("closed", pgettext_lazy("lost and found", "Closed")),
    ("all", pgettext_lazy("lost and found", "All")),
]


class SearchItems(forms.Form):
    """Filters of a list of things; every one may be left out."""

    q = forms.CharField(
        label=pgettext_lazy("lost and found", "Words, place or number"),
        max_length=80,
        required=False,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    side = forms.ChoiceField(
        label=pgettext_lazy("lost and found", "Found or missed"),
        choices=[("", ANY), *LostItem.SIDES],
        required=False,
    )
    kind = forms.ChoiceField(
        label=pgettext_lazy("lost and found", "Kind"),
        choices=[("", ANY), *LostItem.KINDS],
        required=False,
    )


class SearchOurs(SearchItems):
    """The same, and whether they are still open."""

    shown = forms.ChoiceField(
        label=pgettext_lazy("cases", "Show"), choices=SHOWN, required=False
    )


class EnterItem(forms.Form):
    """What it is, where, when, and what stands on it."""

    side = forms.ChoiceField(
        label=pgettext_lazy("lost and found", "Found or missed"), choices=LostItem.SIDES
    )
    kind = forms.ChoiceField(
        label=pgettext_lazy("lost and found", "Kind"), choices=LostItem.KINDS
    )
    description = forms.CharField(
        label=pgettext_lazy("lost and found", "What it looks like"),
        help_text=gettext_lazy(
            "Leave out one mark that only the owner knows: ask for it before you give "
            "it back. Numbers and names are covered."
        ),
        max_length=280,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    place_name = forms.CharField(
        label=pgettext_lazy("lost and found", "Where: a street or a place, no door"),
        max_length=80,
        required=False,
    )
    on = forms.DateField(
        label=pgettext_lazy("lost and found", "Day"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    owner_name = forms.CharField(
        label=pgettext_lazy("lost and found", "Name on it"),
        help_text=gettext_lazy("Only its first character is kept."),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    document_number = forms.CharField(
        label=pgettext_lazy("lost and found", "Number of the document or card"),
        help_text=gettext_lazy("Only its last four signs are kept."),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    photo = forms.FileField(
        label=pgettext_lazy("lost and found", "Photo"),
        help_text=gettext_lazy(
            "Blurred before it is kept, so that nothing on it can be read. Of documents "
            "and cards the public sees no photo at all."
        ),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )
    shows_photo = forms.BooleanField(
        label=pgettext_lazy(
            "lost and found", "No card, face or number is on the photo: keep it sharp"
        ),
        required=False,
    )
    word = forms.ModelChoiceField(
        label=pgettext_lazy("lost and found", "Whose word it is"),
        help_text=gettext_lazy(
            "With its receipt whoever misses the thing confirms that it is back."
        ),
        queryset=Word.objects.none(),
        to_field_name="number",
        required=False,
    )
    is_public = forms.BooleanField(
        label=pgettext_lazy("lost and found", "Put it on the public list"),
        required=False,
        initial=True,
    )

    field_order = ["side", "word"]

    def __init__(self, *args: Any, words: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["word"].queryset = words  # type: ignore[attr-defined]  # a ModelChoiceField

    def clean_photo(self) -> CleanPhoto | None:
        """Read the picture and write it anew, without what the camera wrote into it."""
        upload = self.cleaned_data["photo"]
        if upload is None:
            return None
        try:
            return clean(upload.read())
        except DomainError as error:
            raise forms.ValidationError(str(sentence_for(error))) from error


class GiveBack(forms.Form):
    """To whom it goes back, who gave it, what the owner has told us so far."""

    lost = forms.CharField(
        label=pgettext_lazy("lost and found", "Number of the other record"),
        max_length=20,
        required=False,
    )
    given_by = forms.ChoiceField(
        label=pgettext_lazy("lost and found", "Who gave it back"),
        choices=LostReturn.GIVERS,
    )
    confirmed = forms.ChoiceField(
        label=pgettext_lazy("lost and found", "How the owner told us"),
        help_text=gettext_lazy(
            "Not yet: they are asked on the page that follows their word, and the "
            "records stay open until they have said so."
        ),
        choices=[("", pgettext_lazy("owner confirmed", "Not yet")), *TOLD],
        required=False,
    )
    confirmed_at = forms.DateTimeField(
        label=pgettext_lazy("lost and found", "When the owner told us"),
        required=False,
        widget=AT,
    )


class OwnerSays(forms.Form):
    """What the owner told us of a return."""

    says = forms.ChoiceField(
        label=pgettext_lazy("lost and found", "The owner"),
        choices=ReturnConfirmation.SAYS,
    )
    channel = forms.ChoiceField(
        label=pgettext_lazy("lost and found", "How the owner told us"), choices=TOLD
    )
    said_at = forms.DateTimeField(
        label=pgettext_lazy("lost and found", "When the owner told us"), widget=AT
    )


class CloseItem(forms.Form):
    """What became of it without us."""

    outcome = forms.ChoiceField(
        choices=[
            each
            for each in LostItem.OUTCOMES
            if each[0] in {LostItem.OWN_FIND, LostItem.HANDED_ON}
        ]
    )
