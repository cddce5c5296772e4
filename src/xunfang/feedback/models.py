"""What was said, and what belongs to it.

``Word`` and ``Hiding`` are only ever added to. What may have to be erased one day, the
text of an emergency and how somebody is reached, lies in tables beside it; the log in
``audit`` holds a salted commitment to it and nothing else.
"""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from xunfang.audit.append_only import AppendOnlyModel, refuse


class Channel(models.TextChoices):
    """How it reached us. Values are stored: never rename one."""

    WEB = "web", pgettext_lazy("channel", "Form")
    OPEN311 = "open311", pgettext_lazy("channel", "Open311")
    SMS = "sms", pgettext_lazy("channel", "Text message")
    CHAT = "chat", pgettext_lazy("channel", "Chat")
    EMAIL = "email", pgettext_lazy("channel", "E-mail")
    PHONE = "phone", pgettext_lazy("channel", "Telephone")
    FACE = "face", pgettext_lazy("channel", "Face to face")
    MEETING = "meeting", pgettext_lazy("channel", "Meeting")
    PAPER = "paper", pgettext_lazy("channel", "Paper")
    PATROL = "patrol", pgettext_lazy("channel", "On patrol")


class Asks(models.TextChoices):
    """What the sender said it is. Values are stored: never rename one."""

    UNSAID = "", pgettext_lazy("asks", "Not said")
    QUESTION = "question", pgettext_lazy("asks", "Question")
    REPORT = "report", pgettext_lazy("asks", "Report")
    SUGGESTION = "suggestion", pgettext_lazy("asks", "Suggestion")
    CRITICISM = "criticism", pgettext_lazy("asks", "Criticism")
    COMPLAINT = "complaint", pgettext_lazy("asks", "Complaint about an officer")
    THANKS = "thanks", pgettext_lazy("asks", "Thanks")
    OWN_DATA = "own_data", pgettext_lazy("asks", "My data")


class Word(AppendOnlyModel):
    """One thing that somebody said to us."""

    MAX_LENGTH = 4000
    """Signs of a text, as Open311 has it."""

    number = models.CharField(max_length=20, unique=True)
    """For talking about it; gives nothing away."""
    code_digest = models.CharField(max_length=64, unique=True)
    """Of the code on its receipt; see ``codes``."""
    channel = models.CharField(max_length=10, choices=Channel.choices)
    asks = models.CharField(max_length=12, choices=Asks.choices, blank=True)
    received_at = models.DateTimeField()
    said_at = models.DateTimeField(null=True, blank=True)
    """When it was said, where that was earlier and somebody knows."""
    lon = models.FloatField(null=True, blank=True)
    lat = models.FloatField(null=True, blank=True)
    source = models.CharField(max_length=40, blank=True)
    """Which sender, file or form it came by, where that gives numbers of its own."""
    external_id = models.CharField(max_length=120, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    """Who wrote it down for somebody else; null where the sender did."""
    ledger_index = models.PositiveBigIntegerField(unique=True)
    """Where the commitment to it stands in the log."""

    class Meta:
        ordering = ["-received_at", "-id"]
        indexes = [models.Index(fields=["-received_at"], name="feedback_word_received")]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "external_id"],
                condition=~Q(external_id=""),
                name="feedback_a_word_comes_once",
            ),
            models.CheckConstraint(
                condition=Q(lon=None, lat=None)
                | Q(lon__gte=-180, lon__lte=180, lat__gte=-90, lat__lte=90),
                name="feedback_a_place_is_on_earth",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class SaidQuerySet(models.QuerySet["Said"]):
    """What was said can be read, added and, when its time is over, erased."""

    update = refuse
    bulk_update = refuse
    update_or_create = refuse


class Said(models.Model):
    """The words themselves. Erased when the law says so, never changed."""

    word = models.OneToOneField(
        Word, models.PROTECT, primary_key=True, related_name="said"
    )
    text = models.TextField()
    place_words = models.CharField(max_length=200, blank=True)
    """Where, in the sender's words."""
    search_form = models.TextField(default="")
    """Text and place as they are looked up: one script, one width (``core.language``).
    Here, so that it goes with the words when they are erased."""
    salt = models.BinaryField(max_length=16)

    objects = SaidQuerySet.as_manager()

    def __str__(self) -> str:
        return self.word.number

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Add the words; once added they stay as they are."""
        if not self._state.adding:
            refuse()
        # Its key is the word's: without this Django would look for a row to change first.
        super().save(*args, **kwargs | {"force_insert": True})


class Contact(models.Model):
    """How the sender wants to be reached: encrypted, for a time."""

    word = models.OneToOneField(Word, models.PROTECT, related_name="contact")
    sealed = models.BinaryField()
    digest = models.CharField(max_length=64, db_index=True)
    """By which somebody's own words are found when they ask for their data."""
    erase_on = models.DateField(null=True, blank=True)
    """Null while the matter is open."""

    def __str__(self) -> str:
        return self.word.number


class Photo(models.Model):
    """A picture that came with a word, without what the camera wrote into it."""

    word = models.ForeignKey(Word, models.PROTECT, related_name="photos")
    number = models.PositiveSmallIntegerField()
    digest = models.CharField(max_length=64)
    """SHA-256 of the file we keep; part of what the log commits to."""
    path = models.CharField(max_length=200)
    """Below the data folder."""
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()

    class Meta:
        ordering = ["word", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["word", "number"], name="feedback_photos_are_numbered"
            )
        ]

    def __str__(self) -> str:
        return f"{self.word.number}/{self.number}"


class Hiding(AppendOnlyModel):
    """That a word is not shown to the public for a legal reason, or is shown again.

    The last one counts. The stub says reason, law and date; counts never change.
    """

    REASONS = [
        ("privacy", pgettext_lazy("hiding", "Private life of a third person")),
        ("minor", pgettext_lazy("hiding", "A child is concerned")),
        ("proceedings", pgettext_lazy("hiding", "Open proceedings")),
        ("insult", pgettext_lazy("hiding", "Insult or threat against a person")),
        ("unlawful", pgettext_lazy("hiding", "Content the law forbids to publish")),
    ]

    word = models.ForeignKey(Word, models.PROTECT, related_name="hidings")
    is_hidden = models.BooleanField()
    reason = models.CharField(max_length=12, choices=REASONS)
    law = models.CharField(max_length=120)
    """Which article of which law."""
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["word", "-at", "-id"]

    def __str__(self) -> str:
        return f"{self.word.number} {self.reason}"


class Where(models.TextChoices):
    """Where staff are shown words beside the page of their matter. Values are stored:
    never rename one."""

    INBOX = "inbox", pgettext_lazy("where", "List of cases")
    SEARCH = "search", pgettext_lazy("where", "Search among cases")
    SORTING = "sorting", pgettext_lazy("where", "While sorting what is new")
    SIMILAR = "similar", pgettext_lazy("where", "Beside a matter that sounds like it")
    HOT = "hot", pgettext_lazy("where", "What is said most")
    CAUSES = "causes", pgettext_lazy("where", "Causes and repeats")
    ADVICE = "advice", pgettext_lazy("where", "Questions before paying")
    SAVINGS = "savings", pgettext_lazy("where", "Stated savings")
    DESK = "desk", pgettext_lazy("where", "Matters of life and death, duty desk")
    CALL = "call", pgettext_lazy("where", "While making a call of it")
    LOST = "lost", pgettext_lazy("where", "While entering a thing lost or found")
    LIVELIHOOD = "livelihood", pgettext_lazy("where", "While looking for a taker")
    RECEIPT = "receipt", pgettext_lazy("where", "Receipt, for whoever wrote it down")


class ShowingQuerySet(models.QuerySet["Showing"]):
    """Showings can be read, added and, when their time is over, erased."""

    update = refuse
    bulk_update = refuse
    update_or_create = refuse


class Showing(models.Model):
    """That a word stood in a list, or beside other work, that somebody opened on a day.

    However often they did: the row is there once (see ``showings``). Openings of the page
    of its matter are events of the record instead, each with its moment.
    """

    word = models.ForeignKey(Word, models.PROTECT, related_name="showings")
    on = models.DateField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    role = models.CharField(max_length=20)
    """Theirs on that day."""
    unit = models.CharField(max_length=20, blank=True)
    """Code of their station on that day; empty: the city's."""
    where = models.CharField(max_length=12, choices=Where.choices)

    objects = ShowingQuerySet.as_manager()

    class Meta:
        ordering = ["word", "-on", "id"]
        indexes = [models.Index(fields=["on"], name="feedback_showing_on")]
        constraints = [
            models.UniqueConstraint(
                fields=["word", "on", "by", "where"],
                name="feedback_a_showing_is_noted_once_a_day",
            )
        ]

    def __str__(self) -> str:
        return f"{self.word_id} {self.on} {self.where}"


class TextErasure(AppendOnlyModel):
    """A certificate: that words were erased because their time was over; which, not what.

    The log holds a commitment to it: words that are gone without one are missing.
    """

    erased_at = models.DateTimeField()
    words = models.JSONField()
    """Numbers of the words."""
    n_words = models.PositiveIntegerField()
    first_received_at = models.DateTimeField()
    last_received_at = models.DateTimeField()
    digest = models.CharField(max_length=64)
    """SHA-256 over the commitments to what was erased, as the log holds them."""
    salt = models.BinaryField(max_length=16)
    ledger_index = models.PositiveBigIntegerField(unique=True)

    class Meta:
        ordering = ["-erased_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(n_words__gt=0),
                name="feedback_a_certificate_is_about_something",
            ),
            models.CheckConstraint(
                condition=Q(first_received_at__lte=F("last_received_at"))
                & Q(last_received_at__lt=F("erased_at")),
                name="feedback_a_certificate_names_what_was_there",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.n_words} {self.erased_at:%F}"


class HeldPhoto(models.Model):
    """A photo of a form that was refused: for an hour, for whoever sends it again.

    A row and no file: one bound holds for all servers, and erasing leaves nothing behind.
    """

    digest = models.CharField(max_length=64, unique=True)
    """Of the token under which it is encrypted; the token itself is not kept."""
    sender = models.CharField(max_length=64, db_index=True)
    """Against floods, as with ``Knock``."""
    sealed = models.BinaryField()
    """What the file was called, and the picture."""
    n_bytes = models.PositiveIntegerField()
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    at = models.DateTimeField(db_index=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.n_bytes} {self.at:%F %T}"


class Knock(models.Model):
    """That somebody sent something or tried a code, for some minutes: against floods.

    Who is not kept, only a keyed digest of the network address that is new every day.
    """

    digest = models.CharField(max_length=64)
    what = models.CharField(max_length=10)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["digest", "what", "at"], name="feedback_knock_digest")
        ]

    def __str__(self) -> str:
        return f"{self.what} {self.at:%F %T}"
