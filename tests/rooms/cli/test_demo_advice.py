"""The demo's catalogue, and its questions asked before paying."""

from datetime import UTC, datetime, timedelta

import pytest

from xunfang.cases.advice import queries
from xunfang.cases.catalogue.queries import REVIEW_WITHIN, items, offered, overdue
from xunfang.cases.models import Answer, AnswerTemplate
from xunfang.cli.demo import load_advice, load_services, load_words
from xunfang.units.models import Station

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)


@pytest.mark.row("G06", "G07")
def test_thirty_services_with_owners_and_a_median_within_ten_minutes(account) -> None:
    officer = account("duty_officer", station_code="", username="d")
    account("supervisor", station_code="", username="s")
    for code in {message["station"] for message in load_words.messages()}:
        Station.objects.create(code=code, name=f"{code}派出所", lon=0, lat=0)

    assert load_services.load_services(by=officer, at=NOW) == 30
    assert load_services.load_services(by=officer, at=NOW) == 0
    assert load_advice.load_advice(at=NOW) == len(load_advice.QUESTIONS)
    assert load_advice.load_advice(at=NOW) == 0
    load_words.load_words(at=NOW)

    found = offered(items(), NOW.date())
    assert [item.number for item in found] == list(range(1, 31))
    assert all(item.owner for item in found)
    assert not overdue(items(), NOW.date()).exists()
    assert min(item.reviewed_on for item in found) >= NOW.date() - REVIEW_WITHIN

    figures = queries.figures(queries.answered(officer, at=NOW))
    assert figures.median is not None
    assert figures.median <= timedelta(minutes=10)
    assert figures.n_in_time < figures.n_asked
    # What is counted was said by those who asked; one said it in her thanks.
    stated = {row.saving.amount_yuan: row.saving.by for row in queries.stated(officer)}
    asked = {each.yuan for each in load_advice.QUESTIONS if each.yuan}
    assert set(stated) == asked | {3000}
    assert [yuan for yuan, by in stated.items() if by] == [3000]
    assert AnswerTemplate.objects.filter(is_current=True).count() == 4
    [cited] = Answer.objects.exclude(services=None)
    assert [item.number for item in cited.services.all()] == [12]
