"""What lies behind matters: of a place, a rule or a service; never of somebody who spoke."""

from django.db import models


class RootCause(models.Model):
    """One cause that staff may find behind a case."""

    code = models.SlugField(max_length=20, unique=True)
    name = models.CharField(max_length=40)
    name_en = models.CharField(max_length=60)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code
