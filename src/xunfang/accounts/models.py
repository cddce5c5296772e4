"""People who sign in."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Role(models.TextChoices):
    """What somebody is here to do. Values are stored: never rename one."""

    DUTY_OFFICER = "duty_officer", pgettext_lazy("role", "Duty officer")
    LEADER = "leader", pgettext_lazy("role", "Leader")
    PATROL_OFFICER = "patrol_officer", pgettext_lazy("role", "Patrol officer")
    COMMUNITY_OFFICER = "community_officer", pgettext_lazy("role", "Community officer")
    SUPERVISOR = "supervisor", pgettext_lazy("role", "Supervisor")
    ADMINISTRATOR = "administrator", pgettext_lazy("role", "Administrator")


class Standing(models.TextChoices):
    """What somebody may do by law. Values are stored: never rename one."""

    SWORN = "sworn", pgettext_lazy("standing", "Sworn officer")
    AUXILIARY = "auxiliary", pgettext_lazy("standing", "Auxiliary")
    CIVIL = "civil", pgettext_lazy("standing", "Civil staff")


class User(AbstractBaseUser):
    """One person's account. It is closed, never removed: the record points to it."""

    username = models.CharField(
        _("user name"),
        max_length=60,
        unique=True,
        validators=[UnicodeUsernameValidator()],
    )
    display_name = models.CharField(_("name"), max_length=60)
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    standing = models.CharField(
        _("standing"),
        max_length=10,
        choices=Standing.choices,
        default=Standing.SWORN,
    )
    station_code = models.CharField(_("station"), max_length=12, blank=True)
    """Code of the person's station; blank for the whole city."""
    is_active = models.BooleanField(_("may sign in"), default=True)

    objects = BaseUserManager["User"]()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["display_name", "role"]

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="accounts_user_has_a_known_role",
                condition=models.Q(role__in=Role.values),
            ),
            models.CheckConstraint(
                name="accounts_user_has_a_known_standing",
                condition=models.Q(standing__in=Standing.values),
            ),
            models.CheckConstraint(
                name="accounts_user_has_a_name_to_show",
                condition=~models.Q(display_name=""),
            ),
        ]

    def __str__(self) -> str:
        return self.username


class FailedSignIn(models.Model):
    """A sign-in that failed, kept for some minutes to slow down guessing.

    What was typed is not kept, because people type passwords into the wrong field:
    only a keyed digest of it.
    """

    name_digest = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["name_digest", "at"], name="accounts_failed_name_at")
        ]

    def __str__(self) -> str:
        return f"{self.name_digest[:8]} {self.at:%F %T}"
