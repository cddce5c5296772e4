"""What somebody types to us, read with patience."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

import numpy as np
from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from xunfang.core.errors import DomainError
from xunfang.feedback.holding import Chosen, Held, PhotoGone
from xunfang.feedback.models import Asks, Word
from xunfang.feedback.photos import MAX_BYTES, CleanPhoto, PhotoTooLarge, clean
from xunfang.feedback.services import (
    MAX_PHOTOS,
    TooManyPhotos,
    WordEmpty,
    WordTooLong,
    plain,
)
from xunfang.web.refusals import sentence_for

ASKS = tuple(each for each in Asks if each is not Asks.UNSAID)
LONGEST_NAME = 80
SENTENCES = {
    Asks.QUESTION: _("I ask"),
    Asks.REPORT: _("I report"),
    Asks.SUGGESTION: _("I suggest"),
    Asks.CRITICISM: _("I criticise"),
    Asks.COMPLAINT: _("I complain about an officer"),
    Asks.THANKS: _("I thank"),
    Asks.OWN_DATA: _("It is about my data"),
}


def in_the_order_of(day: date) -> list[Asks]:
    """Return what it can be, in an order that is another one every day.

    >>> set(in_the_order_of(date(2026, 11, 20))) == set(ASKS)
    True
    """
    rng = np.random.default_rng(day.toordinal())
    return [ASKS[row] for row in rng.permutation(len(ASKS))]


class TypedText(forms.CharField):
    """Text as people type and paste it: what no database keeps is left out, unasked."""

    def to_python(self, value: Any) -> str:
        return plain(str(value or ""))


class _Files(forms.FileField):
    """Several files in one field, or none."""

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[bytes]]:
        return [each for each in data or [] if isinstance(each, UploadedFile)]


class _FilesInput(forms.FileInput):
    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return files.getlist(name) if hasattr(files, "getlist") else []


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed, once it can be taken in."""

    text: str
    where: str
    reach: str
    asks: Asks
    lonlat: tuple[float, float] | None
    photos: Sequence[CleanPhoto]
    about: str
    """Address of the published figure it is about; empty: of none."""
    external_id: str
    """The same words sent again from the same form are the same word; others are not."""


class SayForm(forms.Form):
    """What, where, how to reach you."""

    text = TypedText(
        label=_("What do you want to say?"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    where = TypedText(
        label=_("Where? (if it is about a place)"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    reach = TypedText(
        label=_("How can we reach you? (you need not say)"),
        help_text=_(
            "A telephone number or an e-mail address. It is encrypted, only those who "
            "answer you read it, and it is erased after the matter is closed. Without "
            "it you follow the matter with the code on your receipt."
        ),
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    asks = forms.ChoiceField(required=False)
    photos = _Files(
        label=_("Photos (three at most, if you like)"),
        help_text=_(
            "Where and when they were taken is removed from the files. Whether faces or "
            "number plates can be seen is for you to decide: we show photos to nobody "
            "but those who work on the matter."
        ),
        required=False,
        widget=_FilesInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )
    lon = forms.FloatField(required=False, min_value=-180, max_value=180)
    lat = forms.FloatField(required=False, min_value=-90, max_value=90)
    about = forms.CharField(required=False, max_length=80)
    key = forms.CharField(required=False, max_length=80)
    website = forms.CharField(
        label=_("Leave this field empty"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )
    """People do not see it; what fills in everything it finds, does."""

    def __init__(
        self,
        *args: Any,
        day: date,
        key: str = "",
        held: Sequence[Held] = (),
        n_gone: int = 0,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.held = list(held)
        """Photos that came with this form before, when it was refused."""
        self.n_gone = n_gone
        """How many of those are not kept any more."""
        self.chosen: list[Chosen] = []
        """Photos that came with it now and can be read."""
        self.loses_photos = False
        """Whether one that came now could not be kept until the form comes again."""
        self.asks_in_order = [
            (each.value, SENTENCES[each]) for each in in_the_order_of(day)
        ]
        self.fields["asks"] = forms.ChoiceField(
            choices=[("", ""), *self.asks_in_order], required=False
        )
        self.form_key = key or _key(self.data.get("key", "")) or uuid4().hex

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"]
        if not text:
            raise forms.ValidationError(str(sentence_for(WordEmpty())))
        if len(text) > Word.MAX_LENGTH:
            raise forms.ValidationError(str(sentence_for(WordTooLong())))
        return text

    def clean_website(self) -> str:
        if self.cleaned_data["website"]:
            raise forms.ValidationError(
                _("This field stays empty. Clear it and send again.")
            )
        return ""

    def clean_photos(self) -> list[CleanPhoto]:
        files: list[UploadedFile[bytes]] = self.cleaned_data["photos"]
        try:
            if len(self.held) + len(files) > MAX_PHOTOS:
                raise TooManyPhotos
            for each in files:
                name = plain(each.name or "")[:LONGEST_NAME]
                self.chosen.append(Chosen(name, _read(each)))
            if self.n_gone:
                raise PhotoGone
        except DomainError as error:
            raise forms.ValidationError(str(sentence_for(error))) from error
        return [each.photo for each in (*self.held, *self.chosen)]

    @property
    def typed(self) -> Typed:
        """What was typed; only of a valid form."""
        known = self.cleaned_data
        lon, lat = known.get("lon"), known.get("lat")
        said = "\0".join(
            (
                known["text"],
                known["where"],
                known["asks"],
                *(p.digest for p in known["photos"]),
            )
        )
        return Typed(
            text=known["text"],
            where=known["where"],
            reach=known["reach"],
            asks=Asks(known["asks"]),
            lonlat=None if lon is None or lat is None else (lon, lat),
            photos=known["photos"],
            about=known["about"],
            external_id=f"{self.form_key}-{sha256(said.encode()).hexdigest()[:32]}",
        )


def _key(text: str) -> str:
    """Return the hidden key of a form; empty where somebody has bent it."""
    try:
        return UUID(hex=text).hex
    except ValueError:
        return ""


def _read(file: UploadedFile[bytes]) -> CleanPhoto:
    if (file.size or 0) > MAX_BYTES:
        raise PhotoTooLarge(f"{file.size} bytes")
    return clean(file.read())
