"""A quarter to four at the duty desk: the list of who cannot come, then the city's groups.

From the table of absences, through the allocation, to a roster without a conflict in
which every group has named holders and a stand-in.
"""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.factories.linhe_city import AFTERNOON, NIGHT
from tests.factories.rosters import build_ten_stations
from xunfang.units.models import Absence, Assignment, Person, Shift, Station
from xunfang.units.roster import night as roster

pytestmark = pytest.mark.django_db

N_AWAY = 40


@pytest.mark.row("D01", "D02", "D03", "D05")
def test_from_tonights_absences_to_a_roster_that_holds(client, account, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: AFTERNOON)
    build_ten_stations()
    client.force_login(account("duty_officer", station_code=""))
    away = [
        person.code
        for person in Person.objects.filter(code__startswith="s").order_by("code")
    ][:N_AWAY]
    lines = "".join(f"{number},,\n" for number in away)
    table = SimpleUploadedFile(
        "缺勤.csv", f"警号,起,止\n{lines}X999,,\n".encode("gb18030")
    )

    imported = client.post("/roster/import/", {"what": "absences", "table": table})
    allocated = client.post(f"/roster/{NIGHT}/allocate/", {"may_join_local": "on"})

    assert imported.context["done"].n_kept == Absence.objects.count() == N_AWAY
    assert [problem.line for problem in imported.context["done"].problems] == [42]
    assert allocated.status_code == 303
    stations = Station.objects.all()
    crews = roster.who_goes_out(night=NIGHT, stations=stations)
    assert roster.conflicts(night=NIGHT, stations=stations) == ()
    assert len(crews) == 26
    assert all(len(crew.members) == 4 and crew.stand_ins for crew in crews.values())
    assert not Assignment.objects.filter(person__code__in=away).exists()
    text = client.get(f"/roster/{NIGHT}/").content.decode()
    assert "无冲突" in text
    # Group 10 exists once, and every page of its station calls it by its number.
    [tenth] = Shift.objects.filter(night=NIGHT, group_number=10)
    page = client.get(f"/roster/{NIGHT}/{tenth.station.code}/").content.decode()
    assert page.count("第 10 组") == 1
    for holder in crews[tenth.pk].members + crews[tenth.pk].stand_ins:
        assert holder.number in page
