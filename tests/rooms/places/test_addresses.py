"""How many addresses the cells hold: brought in with a source, good lines kept."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.factories.linhe_city import AFTERNOON, NIGHT
from xunfang.accounts.policies import NotAllowed
from xunfang.audit.models import Event
from xunfang.cli.demo.load_addresses import addresses_of, load_addresses
from xunfang.core.evidence.shared_points import LEAST_ADDRESSES
from xunfang.places.addresses.queries import PublicPoints, areas_counted
from xunfang.places.addresses.services import (
    AddressesUnsourced,
    Counted,
    Wrong,
    count_addresses,
)
from xunfang.places.models import AddressCount, GridCell

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("ground")]


def bring(text: str, user, *, source: str = "标准地址库", day: date = NIGHT) -> Counted:
    return count_addresses(
        content=text.encode(), source=source, counted_on=day, by=user, at=AFTERNOON
    )


def counts() -> list[tuple[str, int, str]]:
    rows = AddressCount.objects.order_by("pk")
    return list(rows.values_list("cell__code", "n_addresses", "source"))


def test_every_good_line_is_taken_and_each_other_one_is_named_with_its_line(
    duty_officer,
) -> None:
    done = bring(
        "警格,地址数\nC1,12\nC9,5\nC2,many\n\nC3,7\nC3,8\nC4,-1\n", duty_officer
    )

    assert counts() == [("C1", 12, "标准地址库")]
    assert (done.n_new, done.n_same) == (1, 0)
    assert [(each.row.line, each.why) for each in done.wrong] == [
        (3, Wrong.NO_CELL),
        (4, Wrong.NO_NUMBER),
        (6, Wrong.TWICE),
        (7, Wrong.TWICE),
        (8, Wrong.NO_NUMBER),
    ]
    event = Event.objects.get(kind="addresses.counted")
    assert event.detail == {
        "source": "标准地址库",
        "counted_on": "2026-08-14",
        "n_addresses": 12,
    }


def test_the_last_count_holds_former_ones_stay_and_the_same_file_changes_nothing(
    duty_officer,
) -> None:
    bring("cell,n\nC1,3\nC2,4\n", duty_officer)
    again = bring("cell,n\nC1,3\nC2,4\n", duty_officer)
    bring("cell,n\nC1,9\n", duty_officer, source="走访")

    assert (again.n_new, again.n_same) == (0, 2)
    assert counts() == [
        ("C1", 3, "标准地址库"),
        ("C2", 4, "标准地址库"),
        ("C1", 9, "走访"),
    ]
    [first, second] = areas_counted(day=NIGHT)
    assert (first.n_cells, first.n_addresses, first.n_small) == (2, 13, 1)
    assert first.latest.source == "走访"
    assert (second.counts, second.is_shown, second.latest) == ([], False, None)


def test_counts_without_a_source_or_of_a_day_to_come_and_strangers_are_refused(
    duty_officer, account
) -> None:
    with pytest.raises(AddressesUnsourced):
        bring("cell,n\nC1,3\n", duty_officer, source=" ")
    with pytest.raises(AddressesUnsourced):
        bring("cell,n\nC1,3\n", duty_officer, day=date(2026, 8, 15))
    for stranger in (
        account("leader", station_code=""),
        account("duty_officer", station_code="S01", username="own"),
    ):
        with pytest.raises(NotAllowed):
            bring("cell,n\nC1,3\n", stranger)
    assert counts() == []


def test_cells_of_few_addresses_or_none_share_a_point_within_their_area(
    duty_officer,
) -> None:
    """C1 has 5 and C2 3: together eight. C3 of the other area was not counted, C4 has 7."""
    bring("cell,n\nC1,5\nC2,3\nC4,7\n", duty_officer)

    points = PublicPoints.on(NIGHT)

    shown = {code: points.of_cell(code) for code in ("C1", "C2", "C3", "C4", "C9")}
    assert {code: cell and cell.code for code, cell in shown.items()} == {
        "C1": "C1",
        "C2": "C1",
        "C3": None,
        "C4": None,
        "C9": None,
    }


def test_page_takes_a_file_keeps_what_was_typed_and_hands_the_cells_out(
    client, duty_officer
) -> None:
    client.force_login(duty_officer)
    given = {"source": "标准地址库", "counted_on": "2026-08-14"}

    wrong = client.post(
        "/places/addresses/",
        given | {"file": SimpleUploadedFile("a.csv", b"cell,n\nC1,12\nC9,5\n")},
    )
    assert wrong.status_code == 422
    page = wrong.content.decode()
    assert "没有这个编号的警格" in page
    assert 'value="标准地址库"' in page
    unusable = client.post(
        "/places/addresses/",
        given | {"file": SimpleUploadedFile("a.csv", b"cell\nC1\n")},
    )
    assert "地址数" in unusable.content.decode()
    assert unusable.status_code in {409, 422}
    table = client.get("/places/addresses.csv")
    sent_back = client.post(
        "/places/addresses/",
        given | {"file": SimpleUploadedFile("b.csv", table.content)},
    )
    # Cells that nobody has filled in are named, and the one that was is the same.
    assert sent_back.status_code == 422
    assert counts() == [("C1", 12, "标准地址库")]


def test_page_asks_as_much_for_one_count_as_for_three(
    client, duty_officer, count_queries
) -> None:
    client.force_login(duty_officer)

    def ask() -> int:
        return count_queries(lambda: client.get("/places/addresses/"))

    bring("cell,n\nC1,12\n", duty_officer)
    one = ask()
    bring("cell,n\nC1,13\nC2,4\nC3,9\n", duty_officer)

    assert ask() == one


def test_demo_counts_every_cell_once_and_some_are_small(duty_officer) -> None:
    assert load_addresses(by=duty_officer, at=AFTERNOON) == 4
    assert load_addresses(by=duty_officer, at=AFTERNOON) == 0

    assert [row[2] for row in counts()] == ["demo"] * 4
    codes = list(GridCell.objects.values_list("code", flat=True))
    assert [n for _, n, _ in counts()] == [addresses_of(code) for code in codes]
    of_a_city = [
        addresses_of(f"S{s:02d}-A{a}-{n:02d}")
        for s in range(1, 10)
        for a in (1, 2)
        for n in range(1, 8)
    ]
    n_small = sum(n < LEAST_ADDRESSES for n in of_a_city)
    assert 0 < n_small < len(of_a_city) / 3
