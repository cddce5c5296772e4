"""Lists of what people said, written down elsewhere and brought in as a file."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.utils.translation import pgettext_lazy

from xunfang.feedback.models import Channel


class WordImport(models.Model):
    """A list that was brought: first looked at, then taken in.

    The file is kept encrypted until it is done with, two weeks at most: the lines that
    were set aside are read from it again. Only who brought it sees it.
    """

    CHANNELS = [
        (Channel.PAPER.value, pgettext_lazy("channel", "Paper")),
        (Channel.PHONE.value, pgettext_lazy("channel", "Telephone")),
        (Channel.MEETING.value, pgettext_lazy("channel", "Meeting")),
        (Channel.FACE.value, pgettext_lazy("channel", "Face to face")),
    ]

    key = models.UUIDField(unique=True, default=uuid4)
    list_name = models.CharField(max_length=30)
    """Whose numbers the lines bear; the same numbers in another list are others."""
    channel = models.CharField(max_length=10, choices=CHANNELS)
    """How the words of lines that do not say it reached us."""
    file_name = models.CharField(max_length=120)
    sealed = models.BinaryField(null=True)
    n_new = models.PositiveIntegerField(default=0)
    n_known = models.PositiveIntegerField(default=0)
    n_set_aside = models.PositiveIntegerField(default=0)
    brought_at = models.DateTimeField()
    brought_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )
    taken_at = models.DateTimeField(null=True)
    """When its lines were taken in; null while it is only looked at."""

    class Meta:
        ordering = ["-brought_at", "-id"]

    def __str__(self) -> str:
        return self.file_name
