"""Everything that can happen to an account."""

from datetime import datetime, timedelta

from django.contrib.auth import authenticate, login, logout
from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from xunfang.accounts import policies
from xunfang.accounts.models import FailedSignIn, Role, User
from xunfang.accounts.policies import Capability
from xunfang.audit import services as audit
from xunfang.core.errors import DomainError

WINDOW = timedelta(minutes=10)
N_FAILURES_ALLOWED = 10
"""Wrong passwords for one name within WINDOW; after that, even the right one waits."""


class UsernameTaken(DomainError):
    """Somebody already signs in with this name."""

    code = "accounts.username_taken"


@transaction.atomic
def open_account(
    *,
    username: str,
    password: str,
    display_name: str,
    role: Role,
    station_code: str = "",
    by: User | None,
    at: datetime,
) -> User:
    """Give a person an account. ``by`` is None at the command line of the machine.

    Raises
    ------
    policies.NotAllowed, UsernameTaken
        Nothing is changed.
    django.core.exceptions.ValidationError
        The password is too weak, or a field is not filled in as it must be.
    """
    if by is not None:
        policies.check_can(by, Capability.ADMINISTER_ACCOUNTS)
    username = User.normalize_username(username)
    if User.objects.filter(username=username).exists():
        raise UsernameTaken(username)
    user = User(
        username=username,
        display_name=display_name,
        role=role,
        station_code=station_code,
    )
    validate_password(password, user)
    user.set_password(password)
    user.full_clean()
    user.save()
    audit.record(
        kind="account.opened",
        subject=username,
        by=by,
        at=at,
        role=Role(role).value,
        station=station_code,
    )
    return user


@transaction.atomic
def close_account(*, user: User, by: User, at: datetime) -> User:
    """Take a person's way in; what they did stays on record.

    Raises
    ------
    policies.NotAllowed
        Nothing is changed.
    """
    policies.check_can(by, Capability.ADMINISTER_ACCOUNTS)
    user = User.objects.select_for_update().get(pk=user.pk)
    user.is_active = False
    user.save(update_fields=["is_active"])
    audit.record(kind="account.closed", subject=user.username, by=by, at=at)
    return user


def sign_in(
    *, request: HttpRequest, username: str, password: str, at: datetime
) -> User | None:
    """Sign the person in, or return None without saying what was wrong.

    A name that was tried too often within WINDOW is refused for the rest of it,
    whether such an account exists or not, so that the answer gives nothing away.
    """
    digest = name_digest(username)
    if _is_worn_out(digest, at=at):
        return None
    user = authenticate(request, username=username, password=password)
    if not isinstance(user, User):
        _note_failure(digest, username=username, at=at)
        return None
    with transaction.atomic():
        login(request, user)
        FailedSignIn.objects.filter(name_digest=digest).delete()
        audit.record(kind="account.signed_in", subject=user.username, by=user, at=at)
    return user


def name_digest(username: str) -> str:
    """Return what FailedSignIn keeps instead of the name that was typed."""
    name = username.strip().casefold()
    return salted_hmac("accounts.sign_in", name, algorithm="sha256").hexdigest()


def _is_worn_out(digest: str, *, at: datetime) -> bool:
    failures = FailedSignIn.objects.filter(name_digest=digest, at__gt=at - WINDOW)
    return failures.count() >= N_FAILURES_ALLOWED


@transaction.atomic
def _note_failure(digest: str, *, username: str, at: datetime) -> None:
    FailedSignIn.objects.filter(at__lte=at - WINDOW).delete()
    FailedSignIn.objects.create(name_digest=digest, at=at)
    known = User.objects.filter(username=username).exists()
    audit.record(
        kind="account.sign_in_failed",
        # What was typed may be a password: only names we know are written down.
        subject=username if known else "?",
        by=None,
        at=at,
    )


@transaction.atomic
def sign_out(*, request: HttpRequest, by: User, at: datetime) -> None:
    """End the session of this browser."""
    audit.record(kind="account.signed_out", subject=by.username, by=by, at=at)
    logout(request)
