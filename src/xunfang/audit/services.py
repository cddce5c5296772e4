"""Write to the record."""

from datetime import datetime
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser

from xunfang.audit.models import Event


def record(
    *, kind: str, subject: str, by: AbstractBaseUser | None, at: datetime, **detail: Any
) -> Event:
    """Add one event. Call it inside the transaction of the change it records.

    ``detail`` is stored as JSON: numbers, texts and lists, no names of residents.
    """
    return Event.objects.create(
        kind=kind,
        subject=subject,
        by_id=None if by is None else by.pk,
        at=at,
        detail=detail,
    )
