"""Tables that are only added to: every way to change or remove a row refuses."""

from typing import Any, NoReturn, Self

from django.db import models

from xunfang.core.errors import DomainError


class AppendOnly(DomainError):
    """Somebody tried to change or remove what is on record."""

    code = "audit.append_only"


def refuse(*args: Any, **kwargs: Any) -> NoReturn:
    """Stand where Django would change or remove rows, and raise instead."""
    raise AppendOnly("this is only ever added to")


class AppendOnlyQuerySet[Row: models.Model](models.QuerySet[Row]):
    """Rows can be read and added; every way to change or remove them refuses."""

    update = refuse
    aupdate = refuse
    bulk_update = refuse
    abulk_update = refuse
    update_or_create = refuse
    aupdate_or_create = refuse
    delete = refuse
    adelete = refuse
    _raw_delete = refuse


class AppendOnlyModel(models.Model):
    """A row that is added once and stays as it is."""

    objects = AppendOnlyQuerySet[Self].as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Add the row.

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
