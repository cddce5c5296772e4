"""Signing in and out: who gets in, what is kept, where it leads."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from xunfang.accounts import services
from xunfang.accounts.models import FailedSignIn, Role
from xunfang.audit.models import Event

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 5, 4, 4, tzinfo=UTC)
URL = "/account/sign-in/"
PHRASE = "tiger-on-the-bridge"


@pytest.fixture
def supervisor():
    return services.open_account(
        username="wang",
        password=PHRASE,
        display_name="王督察",
        role=Role.SUPERVISOR,
        by=None,
        at=NOON,
    )


def post(client, username="wang", password=PHRASE, **more):
    return client.post(URL, {"username": username, "password": password} | more)


def kinds() -> list[str]:
    return list(Event.objects.order_by("pk").values_list("kind", "subject"))


def test_right_password_leads_home_and_is_on_record(client, supervisor):
    response = post(client)

    assert (response.status_code, response.headers["Location"]) == (
        303,
        reverse("home"),
    )
    assert client.session["_auth_user_id"] == str(supervisor.pk)
    assert kinds() == [("account.opened", "wang"), ("account.signed_in", "wang")]


def test_person_returns_to_where_they_wanted_to_go(client, supervisor):
    asked = client.get("/account/record/?kind=account.opened")
    assert asked.headers["Location"] == (
        "/account/sign-in/?next=/account/record/%3Fkind%3Daccount.opened"
    )

    response = post(client, next="/account/record/?kind=account.opened")

    assert response.headers["Location"] == "/account/record/?kind=account.opened"


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://elsewhere.example/",
        "//elsewhere.example",
        "javascript:alert(1)",
        "\\\\x",
    ],
)
def test_next_never_leads_off_the_site(client, supervisor, elsewhere):
    response = post(client, next=elsewhere)

    assert response.headers["Location"] == reverse("home")


def test_wrong_password_keeps_the_name_only(client, supervisor):
    response = post(client, password="not-the-tiger", next="/account/record/")

    assertContains(response, 'value="wang"', status_code=422)
    assertContains(response, 'value="/account/record/"', status_code=422)
    assertNotContains(response, "not-the-tiger", status_code=422)
    assert kinds()[-1] == ("account.sign_in_failed", "wang")


def test_unknown_name_reads_the_same_and_is_not_written_down(client, supervisor):
    known = post(client, password="not-the-tiger")
    unknown = post(client, username="my-secret-typed-here", password="x")

    sentence = str(known.context["form"].non_field_errors())
    assert str(unknown.context["form"].non_field_errors()) == sentence
    assert kinds()[-1] == ("account.sign_in_failed", "?")
    digests = FailedSignIn.objects.values_list("name_digest", flat=True)
    assert "my-secret-typed-here" not in "".join(digests)


def test_ten_wrong_passwords_close_the_door_for_ten_minutes(rf, client, supervisor):
    for _ in range(services.N_FAILURES_ALLOWED):
        FailedSignIn.objects.create(
            name_digest=services.name_digest("WANG "),
            at=NOON,
        )

    def sign_in(at):
        request = client.get(URL).wsgi_request
        return services.sign_in(
            request=request, username="wang", password=PHRASE, at=at
        )

    assert sign_in(NOON + timedelta(minutes=9, seconds=59)) is None
    assert sign_in(NOON + timedelta(minutes=10)) == supervisor
    assert not FailedSignIn.objects.exists()


def test_closed_account_cannot_sign_in(client, supervisor, account):
    services.close_account(user=supervisor, by=account(Role.ADMINISTRATOR), at=NOON)

    assert post(client).status_code == 422


def test_session_cookie_is_out_of_reach_of_scripts_and_other_sites(client, supervisor):
    cookie = post(client).cookies["xunfang_session"]

    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (
        True,
        "Lax",
        24 * 60 * 60,
    )


def test_signing_out_ends_the_session_and_is_on_record(client, supervisor):
    client.force_login(supervisor)

    response = client.post("/account/sign-out/")

    assert (response.status_code, response.headers["Location"]) == (303, URL)
    assert "_auth_user_id" not in client.session
    assert kinds()[-1] == ("account.signed_out", "wang")


def test_part_of_a_page_sends_the_whole_page_to_sign_in(client):
    response = client.get(
        "/account/record/",
        headers={
            "HX-Request": "true",
            "HX-Current-URL": "http://testserver/account/record/",
        },
    )

    assert response.status_code == 200
    assert response.headers["HX-Redirect"].startswith("/account/sign-in/?next=")
