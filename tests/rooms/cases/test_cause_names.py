"""Root causes are added, merged and retired; what was said of cases stays with them."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.factories.words import FRIDAY, case_about
from xunfang.accounts.policies import NotAllowed
from xunfang.audit.models import Event
from xunfang.cases.causes import queries, services
from xunfang.cases.models import Case, RootCause, Topic
from xunfang.cases.topics.services import ensure_topics

pytestmark = pytest.mark.django_db
LIST = "/cases/causes/names/"


@pytest.fixture(autouse=True)
def _starter_list(db):
    ensure_topics(at=FRIDAY)
    services.ensure_causes(at=FRIDAY)


@pytest.fixture
def office(client, supervisor):
    """The browser of a supervisor of the city."""
    client.force_login(supervisor)
    return client


def cause(code: str) -> RootCause:
    return RootCause.objects.get(code=code)


@pytest.fixture
def noise(station, officer):
    """A case behind which two causes were found."""
    case = case_about(
        "夜市又吵到半夜", station=station, topic=Topic.objects.get(code="0501")
    )
    return services.say_causes(
        case=case,
        causes=[cause("slow"), cause("noise-rules")],
        revision=case.revision,
        by=officer,
        at=FRIDAY,
    )


def tally() -> list[tuple[RootCause, int]]:
    """What the page of repeats counts behind all cases of this day."""
    on = FRIDAY.date()
    cases = Case.objects.exclude(topic=None)
    return queries.index_of(cases, since=on, today=on, within=30).tally


def typed(**values):
    return {
        "name": "公交太少",
        "name_en": "Too few buses",
        "meaning": "晚上没有公交，只能停车",
        "meaning_en": "",
    } | values


@pytest.mark.row("J11")
def test_a_supervisor_adds_a_cause_and_everybody_may_choose_it(
    office, supervisor, officer, noise
):
    assert office.post(f"{LIST}add/", typed()).status_code == 303
    assert office.post(f"{LIST}add/", typed(name="公交很少")).status_code == 409
    assert office.post(f"{LIST}add/", typed(name="")).status_code == 422

    added = RootCause.objects.get(name="公交太少")
    assert (added.code, added.added_by, added.added_at) == (
        "too-few-buses",
        supervisor,
        FRIDAY,
    )
    assert Event.objects.filter(kind="cause.added").count() == 1
    page = office.get(LIST).content.decode()
    assert "晚上没有公交" in page
    assert f"{supervisor.display_name} 于 2026-11-20 增加" in page
    office.force_login(officer)
    assert "公交太少" in office.get(f"/cases/{noise.number}/").content.decode()
    listed = office.get(LIST).content.decode()
    assert "公交太少" in listed
    assert "增加症结" not in listed
    assert (
        office.post(f"{LIST}add/", typed(name="别的", name_en="Else")).status_code
        == 403
    )


def test_a_retired_cause_is_offered_no_longer_and_stays_with_its_cases(
    office, noise, officer, supervisor, station
):
    other = case_about("路灯坏了", station=station)

    assert office.post(f"{LIST}slow/retire/").status_code == 303
    assert office.post(f"{LIST}slow/retire/").status_code == 409

    slow = cause("slow")
    assert (slow.retired_by, slow.retired_at) == (supervisor, FRIDAY)
    assert slow in noise.causes.all()
    assert slow in queries.choices_for(noise)
    assert slow not in queries.choices_for(other)
    assert slow in dict(tally())
    assert office.post(f"{LIST}slow/resume/").status_code == 303
    assert slow in queries.choices_for(other)


def test_a_merged_cause_counts_once_as_the_other_and_can_be_parted_again(
    office, noise, supervisor
):
    since = FRIDAY.date()

    def counted():
        return {one.code: n for one, n in tally()}

    assert office.post(f"{LIST}slow/merge/", {"into": "promise"}).status_code == 303
    assert counted() == {"promise": 1, "noise-rules": 1}
    # What was merged into a cause goes on with it.
    merged = {"into": "noise-rules"}
    assert office.post(f"{LIST}promise/merge/", merged).status_code == 303
    assert counted() == {"noise-rules": 1}
    found = queries.cases_since(supervisor, since=since, cause="noise-rules")
    assert list(found) == [noise]
    for target in ("slow", "promise", "noise-rules"):
        refused = office.post(f"{LIST}noise-rules/merge/", {"into": target})
        assert refused.status_code == 409
    assert "计入“经营管理不到位”" in office.get(LIST).content.decode()

    services.resume_cause(cause=cause("slow"), by=supervisor, at=FRIDAY)

    assert counted() == {"noise-rules": 1, "slow": 1}
    assert {one.code for one in noise.causes.all()} == {"slow", "noise-rules"}


def test_only_a_supervisor_keeps_the_names_and_the_database_who_did(officer):
    for act in (services.retire_cause, services.resume_cause):
        with pytest.raises(NotAllowed):
            act(cause=cause("slow"), by=officer, at=FRIDAY)
    with pytest.raises(NotAllowed):
        services.merge_cause(
            cause=cause("slow"), into=cause("rule"), by=officer, at=FRIDAY
        )
    for change in ({"retired_at": FRIDAY}, {"merged_into": cause("rule")}):
        with pytest.raises(IntegrityError), transaction.atomic():
            RootCause.objects.filter(code="slow").update(**change)


def test_the_list_of_names_costs_the_same_for_one_more(office, supervisor):
    with CaptureQueriesContext(connection) as few:
        office.get(LIST)
    for n in range(3):
        services.add_cause(
            name=f"原因{n}",
            name_en=f"Cause {n}",
            meaning="含义",
            by=supervisor,
            at=FRIDAY,
        )
    with CaptureQueriesContext(connection) as more:
        office.get(LIST)

    assert len(few) == len(more)
