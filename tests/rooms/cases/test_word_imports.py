"""Lists of what people said are looked at, then taken in; the same twice changes nothing."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.factories.words import FRIDAY, say
from xunfang.cases.imports import queries, services
from xunfang.cases.models import Case, WordImport
from xunfang.cases.topics.services import ensure_topics
from xunfang.feedback.models import Asks, Channel, Contact, Word
from xunfang.web.tables import read_table, write_csv, write_xlsx

pytestmark = pytest.mark.django_db

HEADER = ["编号", "内容", "时间", "渠道", "地点", "联系方式", "类别", "性质"]
GOOD = [
    [
        "H1",
        "三里巷路灯坏了",
        "2026-11-19 08:30",
        "12345",
        "三里巷",
        "13800001111",
        "0702",
        "",
    ],
    ["", "窗口排队太久", "2026年11月18日", "座谈", "", "", "", "批评"],
    ["", "多派几个民警来赶集", "", "", "", "", "巡逻需求", ""],
]
BAD = [
    ["B1", "", "", "", "", "", "", ""],
    ["B2", "字" * 4001, "", "", "", "", "", ""],
    ["B3", "明天的事", "2026-11-21", "", "", "", "", ""],
    ["B4", "时间", "上周", "", "", "", "", ""],
    ["B5", "渠道", "", "电报", "", "", "", ""],
    ["B6", "类别", "", "", "", "", "9999", ""],
    ["B7", "性质", "", "", "", "", "", "吐槽"],
    ["B8", "地点", "", "", "长" * 201, "", "", ""],
    ["B9", "一种说法", "", "", "", "", "", ""],
    ["B9", "另一种说法", "", "", "", "", "", ""],
]
CODES = [
    *("text_missing", "text_too_long", "time_ahead", "time_unreadable"),
    *("channel_unknown", "topic_unknown", "asks_unknown", "cell_too_long"),
    *("number_twice_differs", "number_twice_differs"),
]


@pytest.fixture
def clerk(account, monkeypatch):
    ensure_topics(at=FRIDAY)
    monkeypatch.setattr(timezone, "now", lambda: FRIDAY)
    return account("community_officer")


def bring(by, rows, *, at=FRIDAY, list_name="热线", write=write_csv):
    return services.bring_list(
        content=write(HEADER, rows),
        file_name="热线.csv",
        list_name=list_name,
        channel=Channel.PAPER,
        by=by,
        at=at,
    )


def take(by, rows, *, at=FRIDAY, **values):
    brought = bring(by, rows, at=at, **values)
    return services.take_list_in(word_import=brought, by=by, at=at)


def counts(done) -> tuple[int, int, int]:
    return done.n_new, done.n_known, done.n_set_aside


@pytest.mark.parametrize("write", [write_csv, write_xlsx])
def test_lines_become_words_with_cases_and_what_stands_in_them(clerk, write):
    done = take(clerk, GOOD, write=write)

    assert counts(done) == (3, 0, 0)
    words = list(Word.objects.order_by("pk").select_related("said"))
    assert [
        (word.channel, word.asks, word.said.text, word.source, word.by)
        for word in words
    ] == [
        ("phone", "", "三里巷路灯坏了", "import:热线", clerk),
        ("meeting", Asks.CRITICISM, "窗口排队太久", "import:热线", clerk),
        ("paper", "", "多派几个民警来赶集", "import:热线", clerk),
    ]
    assert words[0].external_id == "no:H1"
    assert words[0].said_at.isoformat() == "2026-11-19T00:30:00+00:00"
    assert [
        case.topic.code for case in Case.objects.order_by("pk").select_related("topic")
    ] == ["0702", "1001", "1008"]
    assert b"1380" not in bytes(Contact.objects.get().sealed)


def test_bad_lines_are_set_aside_by_number_and_the_others_go_in(clerk):
    done = take(clerk, [*GOOD, *BAD])

    assert counts(done) == (3, 0, 10)
    lines = [line for line in queries.lines_of(done, at=FRIDAY) if line.problems]
    assert [line.row.line for line in lines] == list(range(5, 15))
    assert [line.problems[0][0] for line in lines] == CODES
    assert [dict(line.problems[0][1]) for line in lines[-2:]] == [
        {"line": 14},
        {"line": 13},
    ]


def test_the_same_file_twice_changes_nothing(clerk):
    take(clerk, GOOD)

    again = take(clerk, GOOD, at=FRIDAY + timedelta(days=3))

    assert counts(again) == (0, 3, 0)
    assert Word.objects.count() == Case.objects.count() == 3


def test_a_number_that_is_known_with_other_words_is_set_aside(clerk):
    take(clerk, GOOD[:1])

    done = take(clerk, [["H1", "改过的话", *GOOD[0][2:]], ["H2", *GOOD[0][1:]]])

    assert counts(done) == (1, 0, 1)
    [line] = [line for line in queries.lines_of(done, at=FRIDAY) if line.problems]
    assert line.problems == [("number_differs", {"number": "H1"})]
    assert Word.objects.order_by("pk")[0].said.text == "三里巷路灯坏了"


def test_what_was_said_on_the_same_day_by_another_way_is_known(clerk):
    say("窗口排队太久", at=FRIDAY - timedelta(days=2))

    done = take(clerk, [GOOD[1], ["", "窗口排队太久", "2026-11-17", *[""] * 5]])

    assert counts(done) == (1, 1, 0)


def test_lines_that_say_the_same_twice_count_once(clerk):
    assert counts(take(clerk, [*GOOD, GOOD[2], GOOD[0]])) == (3, 2, 0)


def test_the_same_number_in_another_list_is_another(clerk):
    take(clerk, GOOD[:1])
    assert counts(take(clerk, GOOD[:1], list_name="意见箱")) == (1, 0, 0)


def test_a_list_is_encrypted_while_it_is_kept_and_erased_when_done(clerk):
    brought = bring(clerk, [*GOOD, *BAD[:1]])
    assert "三里巷".encode() not in bytes(brought.sealed)
    services.take_list_in(word_import=brought, by=clerk, at=FRIDAY)
    assert brought.sealed is not None

    services.be_done_with(word_import=brought, by=clerk, at=FRIDAY)

    assert WordImport.objects.get().sealed is None
    with pytest.raises(services.ListDoneWith):
        services.take_list_in(word_import=brought, by=clerk, at=FRIDAY)
    # With nothing to be mended the file goes at once; a forgotten one in two weeks.
    assert take(clerk, GOOD).sealed is None
    forgotten = bring(clerk, GOOD)
    bring(clerk, GOOD, at=FRIDAY + timedelta(days=14))
    forgotten.refresh_from_db()
    assert forgotten.sealed is None


def test_a_list_longer_than_a_day_is_refused(clerk):
    rows = [["", f"第{n}条", *[""] * 6] for n in range(services.MOST_LINES + 1)]
    with pytest.raises(services.ListTooLong):
        bring(clerk, rows)


def test_nobody_sees_or_takes_in_the_list_of_another(clerk, account, client):
    brought = bring(clerk, GOOD)
    other = account("leader")
    client.force_login(other)

    assert client.get(f"/words/import/{brought.pk}/").status_code == 404
    assert client.post(f"/words/import/{brought.pk}/take/").status_code == 404
    with pytest.raises(services.NotAllowed):
        services.take_list_in(word_import=brought, by=other, at=FRIDAY)


def test_the_page_shows_what_would_come_of_a_list_then_takes_it_in(clerk, client):
    client.force_login(clerk)
    content = write_csv(HEADER, [*GOOD, ["=1+1", "", *[""] * 6]])
    file = SimpleUploadedFile("热线.csv", content)
    form = {"list_name": "热线", "channel": "paper", "file": file}

    answer = client.post("/words/import/", form)

    assert answer.status_code == 303
    url = answer.headers["Location"]
    page = client.get(url).content.decode()
    assert not Word.objects.exists()
    assert "没有内容" in page
    assert client.post(f"{url}take/").status_code == 303
    assert Word.objects.count() == 3
    mend = client.get(f"{url}set-aside.csv")
    assert b"'=1+1" in mend.content
    [row] = read_table(mend.content, services.COLUMNS).rows
    assert row.cells["text"] == ""
    assert client.get(f"{url}set-aside.xlsx").content.startswith(b"PK")
    assert client.post(f"{url}done/").status_code == 303


def test_a_file_that_is_no_table_is_refused_with_what_was_typed(clerk, client):
    client.force_login(clerk)
    for content in (b"\x00\x01", b"PK\x03\x04broken", "名称\n甲".encode()):
        file = SimpleUploadedFile("x.csv", content)
        form = {"list_name": "意见箱一", "channel": "paper", "file": file}
        answer = client.post("/words/import/", form)
        assert answer.status_code == 422
        assert "意见箱一" in answer.content.decode()
    assert not WordImport.objects.exists()


def test_looking_at_thirty_lines_costs_as_many_queries_as_at_one(clerk, client):
    client.force_login(clerk)

    def n_queries(n_rows: int) -> int:
        rows = [["", f"第{n}条", "2026-11-18", *[""] * 5] for n in range(n_rows)]
        brought = bring(clerk, rows)
        with CaptureQueriesContext(connection) as caught:
            client.get(f"/words/import/{brought.pk}/")
        return len(caught)

    n_queries(1)
    assert n_queries(30) == n_queries(1)
