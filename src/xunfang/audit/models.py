"""What was done, by whom, and when: rows are only ever added."""

from typing import Any, NoReturn

from django.conf import settings
from django.db import models
from django.utils.functional import Promise

from xunfang.audit.wording import words_for
from xunfang.core.errors import DomainError


class AppendOnly(DomainError):
    """Somebody tried to change or remove what is on record."""

    code = "audit.append_only"


def refuse(*args: Any, **kwargs: Any) -> NoReturn:
    """Stand where Django would change or remove rows, and raise instead."""
    raise AppendOnly("events are only ever added")


class EventQuerySet(models.QuerySet["Event"]):
    """Events can be read and added; every way to change or remove them refuses."""

    update = refuse
    aupdate = refuse
    bulk_update = refuse
    abulk_update = refuse
    update_or_create = refuse
    aupdate_or_create = refuse
    delete = refuse
    adelete = refuse
    _raw_delete = refuse


class Event(models.Model):
    """One thing somebody did. It outlives the row it is about."""

    kind = models.CharField(max_length=60)
    """Thing and verb, as in ``plan.made``. Stored: never rename one."""
    subject = models.CharField(max_length=120)
    """Code of the thing it was done to, as people know it; not a database key."""
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    """Who; null where nobody was signed in, or the house did it on its own timer."""
    at = models.DateTimeField()
    detail = models.JSONField(default=dict)

    objects = EventQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["kind", "-at"], name="audit_event_kind_at"),
            models.Index(fields=["-at"], name="audit_event_at"),
        ]
        constraints = [
            models.CheckConstraint(
                name="audit_event_says_what_was_done",
                condition=~models.Q(kind=""),
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Add the event.

        Raises
        ------
        AppendOnly
            It is already on record.
        """
        if not self._state.adding:
            refuse()
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse: raise AppendOnly."""
        refuse()

    @property
    def what(self) -> str | Promise:
        """What was done, in the reader's language."""
        return words_for(self.kind)
