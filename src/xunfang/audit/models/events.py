"""What was done, by whom, and when: rows are only ever added."""

from django.conf import settings
from django.db import models
from django.utils.functional import Promise

from xunfang.audit.append_only import AppendOnlyModel
from xunfang.audit.wording import words_for


class Event(AppendOnlyModel):
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

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["kind", "-at"], name="audit_event_kind_at"),
            models.Index(fields=["-at"], name="audit_event_at"),
            models.Index(fields=["subject", "kind"], name="audit_event_subject"),
        ]
        constraints = [
            models.CheckConstraint(
                name="audit_event_says_what_was_done",
                condition=~models.Q(kind=""),
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"

    @property
    def what(self) -> str | Promise:
        """What was done, in the reader's language."""
        return words_for(self.kind)
