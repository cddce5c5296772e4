"""Beginnings of answers: written by who answers, approved by a supervisor."""

import pytest

from tests.factories.words import FRIDAY
from xunfang.accounts.policies import NotAllowed
from xunfang.cases.answer_texts import queries, services
from xunfang.cases.models import AnswerTemplate, Topic
from xunfang.cases.topics.services import ensure_topics

pytestmark = pytest.mark.django_db

URL = "/cases/answer-texts/"
TYPED = {"name": "路灯", "text": "路灯已报修，三天内修好。", "topic": ""}


def as_(client, user):
    client.force_login(user)
    return client


def test_a_template_is_offered_once_a_supervisor_has_approved_what_it_says(
    client, officer, supervisor
):
    as_(client, officer).post(f"{URL}new/", TYPED)
    written = AnswerTemplate.objects.get()
    assert client.post(f"{URL}{written.code}/approve/").status_code == 403
    assert not queries.in_use(None).exists()

    as_(client, supervisor)
    approve = f"{URL}{written.code}/approve/"
    assert client.post(approve, {"revision": 0}).status_code == 303
    [used] = queries.in_use(None)
    assert (used.approved_by, used.approved_on) == (
        supervisor.display_name,
        FRIDAY.date(),
    )
    assert TYPED["text"] in client.get(URL).content.decode()

    # Changed, it waits again; and what somebody else saw is not approved unseen.
    changed = TYPED | {"text": "路灯已报修，两天内修好。", "revision": 1}
    assert (
        as_(client, officer).post(f"{URL}{written.code}/", changed).status_code == 303
    )
    assert not queries.in_use(None).exists()
    assert as_(client, supervisor).post(approve, {"revision": 1}).status_code == 409
    assert client.post(approve, {"revision": 2}).status_code == 303
    retire = f"{URL}{written.code}/retire/"
    assert client.post(retire, {"revision": 3}).status_code == 303
    assert not queries.in_use(None).exists()
    written.refresh_from_db()
    assert (written.is_current, written.retired_on) == (False, FRIDAY.date())


def test_two_who_write_at_once_lose_nothing(client, officer):
    template = services.add_template(
        name="甲", text="原来的", topic=None, by=officer, at=FRIDAY
    )
    as_(client, officer)
    first = TYPED | {"revision": 0}
    assert client.post(f"{URL}{template.code}/", first).status_code == 303

    refused = client.post(
        f"{URL}{template.code}/", TYPED | {"revision": 0, "text": "我写的"}
    )

    assert refused.status_code == 409
    page = refused.content.decode()
    assert "我写的" in page
    assert TYPED["text"] in page


def test_a_template_is_offered_for_its_topic_and_those_below(officer, supervisor):
    ensure_topics(at=FRIDAY)
    branch, leaf = (Topic.objects.get(code=code) for code in ("03", "0301"))
    for topic in (branch, leaf, Topic.objects.get(code="0702"), None):
        written = services.add_template(
            name="x", text="y", topic=topic, by=officer, at=FRIDAY
        )
        services.approve_template(
            template=written, revision=0, by=supervisor, at=FRIDAY
        )

    offered = queries.in_use(leaf).values_list("topic__code", flat=True)

    assert list(offered) == ["03", "0301", None]
    with pytest.raises(NotAllowed):
        services.retire_template(
            template=queries.in_use(leaf)[0], revision=1, by=officer, at=FRIDAY
        )
