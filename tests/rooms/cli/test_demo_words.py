"""The demo's residents have spoken, and some were answered."""

from datetime import UTC, datetime

import pytest

from xunfang.calls.models import PlaceMeasure
from xunfang.cases.models import Answer, Case
from xunfang.cli.demo import load_calls, load_claims, load_ground, load_words
from xunfang.feedback.models import Word
from xunfang.patrols.models import Reinforcement
from xunfang.places.models import GridCell, KeyPlace, PatrolArea
from xunfang.units.models import Station

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)


@pytest.mark.row("J02")
@pytest.mark.row("B02")
def test_sixty_messages_are_kept_in_the_log_and_many_answered(account, client) -> None:
    """And three figures stand with what was said of them, one school was asked."""
    officer = account("duty_officer", station_code="")
    account("supervisor", station_code="", username="supervisor")
    for code in {message["station"] for message in load_words.messages()}:
        Station.objects.create(code=code, name=f"{code}派出所", lon=0, lat=0)

    assert load_words.load_words(at=NOW) == 60
    assert load_words.load_words(at=NOW) == 0

    assert Word.objects.count() == 60
    n_answered = len(load_words.ANSWERS) + len(load_words.AT_ONCE)
    assert Answer.objects.count() == n_answered
    public = Case.objects.exclude(public_since=None)
    assert public.count() <= len(load_words.ANSWERS)
    assert not public.filter(topic__is_sensitive=True).exists()
    assert Case.objects.filter(is_sealed=True).count() >= 2
    assert Word.objects.latest("received_at").received_at < NOW

    assert load_claims.load_claims(at=NOW) == 3
    assert load_claims.load_claims(at=NOW) == 0
    page = client.get("/figures/calls-seen-through/").content.decode()
    assert "做样子!" in page
    assert load_words.ANSWERS["M050"] in page
    school = client.get("/matters/?q=汀西二小").content.decode()
    assert "学生 34 · 教师 4 · 家长 12" in school
    assert "斑马线" in school

    # What some of them changed is there, too: a place problem, patrol, root causes.
    load_calls.load_classes(by=officer, at=NOW)
    for code in ("S04", "S10"):
        area = PatrolArea.objects.create(code=code, name=code, station_code=code)
        cell = GridCell.objects.create(code=code, area=area, lon=0, lat=0)
        KeyPlace.objects.create(
            code=code, name=code, kind="estate", cell=cell, lon=0, lat=0
        )
    night = NOW.date()
    n_causes = len(load_ground.CAUSES)
    assert load_ground.load_ground(night=night, at=NOW) == n_causes
    assert load_ground.load_ground(night=night, at=NOW) == 0
    assert Case.objects.filter(causes__isnull=False).distinct().count() == n_causes
    assert PlaceMeasure.objects.get().problem.place.code == "S04"
    order = Reinforcement.objects.get()
    assert (order.place.code, order.case.public_since is not None) == ("S10", True)
