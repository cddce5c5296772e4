"""A machine brings calls with a token; what it repeats leaves no trace."""

import json

import pytest
from django.utils import timezone

from tests.rooms.calls.conftest import NOW
from xunfang.accounts.policies import NotAllowed
from xunfang.audit.models import Event
from xunfang.calls.mirror import services as mirror
from xunfang.calls.models import Call, CallFeed, CallImport, CallSetAside

pytestmark = pytest.mark.django_db

URL, SECRET = "/api/calls/", "secret-of-the-machine"
ROW = {"接警单编号": "3701", "报警时间": "2026-08-14 20:00:00", "报警内容": "有人打架"}
BAD = {"接警单编号": "3702", "报警时间": "昨晚"}


@pytest.fixture(autouse=True)
def _it_is_that_morning(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture
def administrator(account):
    return account("administrator", station_code="")


@pytest.fixture
def feed(source, administrator):
    return mirror.open_feed(
        source=source, name="110平台", secret=SECRET, by=administrator, at=NOW
    )


def send(client, body, token=SECRET, **headers):
    return client.post(
        URL,
        body if isinstance(body, str) else json.dumps(body),
        content_type="application/json",
        headers={"Authorization": f"Bearer {token}"} | headers,
    )


def test_calls_come_in_and_the_bad_ones_are_named(client, feed):
    answer = send(client, {"calls": [ROW, BAD]})

    said = answer.json()
    assert (answer.status_code, said["new"], said["changed"], said["same"]) == (
        *(200, 1, 0, 0),
    )
    [wrong] = said["set_aside"]
    assert (wrong["row"], wrong["taken"]) == (2, False)
    assert [problem["code"] for problem in wrong["problems"]] == [
        *("time_unreadable", "no_clock"),
    ]
    assert Call.objects.get().number == "3701"
    assert CallImport.objects.get(pk=said["import"]).feed == feed


def test_the_same_message_ten_times_is_one_and_a_bad_row_is_kept_once(client, feed):
    for _ in range(10):
        assert send(client, {"calls": [ROW, BAD]}).status_code == 200

    assert (Call.objects.count(), CallSetAside.objects.count()) == (1, 1)
    assert CallImport.objects.count() == 1
    assert CallFeed.objects.get().heard_at == NOW
    assert Event.objects.filter(kind="calls.imported").count() == 1


def test_fields_may_be_named_by_our_own_keys(client, feed):
    row = {"number": "3703", "reported": "2026-08-14T12:00:00Z", "urgency": 2}

    assert send(client, {"calls": [row]}).json()["new"] == 1
    assert Call.objects.get().urgency == 2


@pytest.mark.parametrize("token", ["", "wrong", SECRET + " ", SECRET[:-1]])
def test_without_the_token_nothing_comes_in(client, feed, token):
    answer = send(client, {"calls": [ROW]}, token=token)

    assert (answer.status_code, answer.json()["code"]) == (401, "calls.token_unknown")
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert not Call.objects.exists()


def test_a_closed_feed_brings_nothing_more(client, feed, administrator):
    mirror.close_feed(feed=feed, by=administrator, at=NOW)

    assert send(client, {"calls": [ROW]}).status_code == 401


@pytest.mark.parametrize(
    "body", ["not json", "[]", '{"calls": 1}', '{"calls": [1]}', "{}"]
)
def test_what_is_not_understood_is_said(client, feed, body):
    answer = send(client, body)

    assert (answer.status_code, answer.json()["code"]) == (400, "not_understood")


def test_more_than_a_thousand_calls_are_sent_in_several_messages(client, feed):
    answer = send(client, {"calls": [ROW] * 1001})

    assert answer.status_code == 413
    assert not Call.objects.exists()


def test_a_message_that_is_too_large_is_refused(client, feed, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100

    assert send(client, {"calls": [ROW] * 10}).status_code == 413


def test_the_secret_is_shown_once_and_not_kept(client, source, administrator):
    client.force_login(administrator)

    page = client.post("/calls/feeds/open/", {"name": "110平台", "source": source.pk})

    secret = page.context["secret"]
    feed = CallFeed.objects.get()
    assert secret in page.content.decode()
    assert secret not in client.get("/calls/sources/").content.decode()
    assert feed.token_digest == mirror.digest_of(secret)
    assert secret not in json.dumps(
        [event.detail for event in Event.objects.all()], ensure_ascii=False
    )
    assert send(client, {"calls": [ROW]}, token=secret).status_code == 200


def test_only_the_administrator_lets_machines_in(source, city_desk):
    with pytest.raises(NotAllowed):
        mirror.open_feed(source=source, name="x", secret="y", by=city_desk, at=NOW)
