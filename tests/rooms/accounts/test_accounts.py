"""Accounts: opening and closing them, and what a role includes."""

from datetime import UTC, datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from xunfang.accounts import services
from xunfang.accounts.models import Role, User
from xunfang.accounts.policies import Capability, NotAllowed, can, check_can
from xunfang.accounts.services import UsernameTaken
from xunfang.audit.models import Event

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 5, 4, 4, tzinfo=UTC)


def open_account(**changes) -> User:
    return services.open_account(
        **{
            "username": "li",
            "password": "tiger-on-the-bridge",
            "display_name": "李警官",
            "role": Role.DUTY_OFFICER,
            "station_code": "S01",
            "by": None,
            "at": NOON,
        }
        | changes
    )


def test_opened_account_signs_in_with_argon2_and_is_on_record(account):
    administrator = account(Role.ADMINISTRATOR)

    user = open_account(by=administrator)

    assert (user.username, user.display_name, user.role, user.station_code) == (
        "li",
        "李警官",
        "duty_officer",
        "S01",
    )
    assert user.password.startswith("argon2")
    assert user.check_password("tiger-on-the-bridge")
    assert list(Event.objects.values_list("kind", "subject", "by", "at", "detail")) == [
        (
            "account.opened",
            "li",
            administrator.pk,
            NOON,
            {"role": "duty_officer", "station": "S01"},
        )
    ]


@pytest.mark.parametrize("role", [role for role in Role if role != "administrator"])
def test_only_administrators_open_accounts(account, role):
    with pytest.raises(NotAllowed):
        open_account(by=account(role))

    assert not User.objects.filter(username="li").exists()
    assert not Event.objects.exists()


def test_name_in_use_is_refused():
    open_account()

    with pytest.raises(UsernameTaken):
        open_account(display_name="另一个李警官")

    assert User.objects.get().display_name == "李警官"


@pytest.mark.parametrize("password", ["short", "1234567890123", "password123"])
def test_weak_password_is_refused(password):
    with pytest.raises(ValidationError):
        open_account(password=password)

    assert not User.objects.exists()


def test_closed_account_may_do_nothing_any_more(account):
    administrator, user = account(Role.ADMINISTRATOR), open_account()

    services.close_account(user=user, by=administrator, at=NOON)

    user.refresh_from_db()
    assert [capability for capability in Capability if can(user, capability)] == []
    assert Event.objects.filter(kind="account.closed", subject="li").count() == 1


def test_check_can_raises_where_can_says_no(account):
    leader = account(Role.LEADER)

    check_can(leader, Capability.SEE_TONIGHT)
    with pytest.raises(NotAllowed, match=r"leader .* may not solve_plan"):
        check_can(leader, Capability.SOLVE_PLAN)


@pytest.mark.parametrize("changes", [{"role": "chief"}, {"display_name": ""}])
def test_database_refuses_unknown_roles_and_nameless_people(changes):
    user = open_account()

    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(pk=user.pk).update(**changes)
