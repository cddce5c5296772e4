"""Files, sources and classes by their pages."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from tests.rooms.calls.asking import typed_in
from tests.rooms.calls.conftest import NOW
from tests.rooms.calls.test_mirror import WHOLE
from xunfang.calls.classes import services as classes
from xunfang.calls.mirror import services as mirror
from xunfang.calls.models import (
    CallClass,
    CallImport,
    CallSource,
)
from xunfang.web.tables import read_table, write_csv

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _it_is_that_morning(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture
def desk(city_desk, client):
    client.force_login(city_desk)
    return city_desk


def upload(client, source, *records, name="110.csv"):
    header = list(dict.fromkeys(key for record in records for key in record))
    rows = [[record.get(key, "") for key in header] for record in records]
    file = SimpleUploadedFile(name, write_csv(header, rows))
    return client.post("/calls/imports/", {"source": source.pk, "file": file})


def test_a_file_is_brought_in_and_its_bad_lines_are_taken_out_to_mend(
    client, desk, source
):
    answer = upload(client, source, WHOLE, {"接警单编号": "3702", "报警时间": "昨晚"})
    done = CallImport.objects.get()
    url = f"/calls/imports/{done.pk}/"

    assert answer.headers["Location"] == url
    assertContains(client.get(url), "昨晚")
    for ending in ("csv", "xlsx"):
        out = client.get(f"{url}set-aside/{ending}/")
        table = read_table(out.content, mirror.importing.columns_of(source.columns))
        [row] = table.rows
        assert (row.cells["number"], row.cells["reported"]) == ("3702", "昨晚")
        assert table.unknown == ()


def test_a_file_without_the_number_is_refused_and_says_what_is_missing(
    client, desk, source
):
    answer = upload(client, source, {"报警时间": "2026-08-14 20:00"})

    assert answer.status_code == 422
    assertContains(answer, "接警单编号", status_code=422)


def test_progress_is_shown_and_a_stuck_import_can_be_taken_up_again(
    client, desk, source, bring, monkeypatch
):
    monkeypatch.setattr(mirror, "AT_ONCE_BYTES", 0)
    done = bring(WHOLE)
    url = f"/calls/imports/{done.pk}/"
    assertContains(client.get(url), 'hx-trigger="every 1s"')
    assertNotContains(client.get(url), "resume")

    CallImport.objects.update(touched_at=NOW - mirror.STUCK_AFTER)

    assertContains(client.get(url), f"{url}resume/")
    assert client.post(f"{url}resume/").status_code == 303
    mirror.importing.run(import_id=done.pk, clock=lambda: NOW)
    part = client.get(f"{url}?part=state")
    assert part.headers["HX-Refresh"] == "true"


def test_a_source_begins_from_a_preset_and_keeps_what_was_changed(client, desk):
    page = client.get("/calls/sources/new/?preset=detroit")
    form = page.context["form"]
    data = typed_in(form)
    data["column_place"] = "incident_address, where"

    answer = client.post("/calls/sources/new/", data | {"name": "底特律"})

    assert answer.status_code == 303
    source = CallSource.objects.get()
    assert (source.name, source.zone) == ("底特律", "America/Detroit")
    assert source.columns["place"] == ["incident_address", "where"]


def test_one_name_does_not_stand_for_two_columns(client, desk, source):
    form = client.get(f"/calls/sources/{source.pk}/").context["form"]
    data = typed_in(form)

    answer = client.post(
        f"/calls/sources/{source.pk}/", data | {"column_unit": "报警内容"}
    )

    assert answer.status_code == 422


def test_two_people_do_not_change_a_source_unseen(client, desk, source):
    url = f"/calls/sources/{source.pk}/"
    form = client.get(url).context["form"]
    data = typed_in(form)
    assert client.post(url, data | {"zone": "UTC"}).status_code == 303

    late = client.post(url, data | {"name": "新名"})
    assert late.status_code == 409
    assertContains(late, "新名", status_code=409)
    assertContains(late, "UTC", status_code=409)
    again = client.post(url, data | {"name": "新名", "revision": 1, "zone": "UTC"})
    assert again.status_code == 303


# Classes


def test_the_starter_tree_is_taken_over_once_and_has_no_code_of_110s(client, desk):
    client.post("/calls/classes/load/")

    codes = list(CallClass.objects.values_list("code", flat=True))
    assert len(codes) == 65
    assert not any(re.fullmatch(r"\d{6}", code) for code in codes)
    assert not CallClass.objects.exclude(mirror_code="").exists()
    assert CallClass.objects.get(code="C2.4.1").depth == 4
    assert CallClass.objects.get(code="N1").transfer_to == "12345"
    assert client.post("/calls/classes/load/").status_code == 409


def test_a_class_is_mapped_to_what_110_calls_it(client, desk):
    classes.load_starter_tree(by=desk, at=NOW)
    form = client.get("/calls/classes/at/C2/").context["form"]
    data = typed_in(form)

    answer = client.post("/calls/classes/at/C2/", data | {"mirror_code": "020300"})
    taken = client.post(
        "/calls/classes/at/C2/", data | {"mirror_code": "020300", "parent": ""}
    )

    theft = CallClass.objects.get(code="C2")
    assert (answer.status_code, taken.status_code) == (303, 303)
    assert (theft.mirror_code, theft.depth) == ("020300", 1)
    assert CallClass.objects.get(code="C2.4.1").depth == 3


def test_a_tree_has_four_levels_and_no_class_is_below_itself(desk):
    classes.load_starter_tree(by=desk, at=NOW)
    by_code = {one.code: one for one in CallClass.objects.all()}

    for row, parent in (("C2", "E1"), ("C2", "C2.4"), ("E1", "C2.4.1")):
        with pytest.raises(classes.ClassTooDeep):
            classes.save_class(
                call_class=by_code[row],
                code=row,
                parent=by_code[parent if row != "C2" or parent != "E1" else "E1.1"],
                values=classes.ClassValues(name="x"),
                by=desk,
                at=NOW,
            )
