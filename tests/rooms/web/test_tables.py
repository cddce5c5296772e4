"""Tables from people's spreadsheets, and back into them."""

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xunfang.web.tables import (
    Column,
    ColumnsMissing,
    Row,
    TableTooLarge,
    UnreadableTable,
    read_table,
    write_csv,
    write_xlsx,
)

COLUMNS = (
    Column("code", ("编号", "code"), is_needed=True),
    Column("name", ("名称", "name"), is_needed=True),
    Column("note", ("备注", "note")),
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_is_read_however_it_was_saved(encoding, delimiter):
    text = "编号,名称,电话\nK1,河滨中学,1\n\n K2 ,东门 小学,2\n".replace(",", delimiter)

    table = read_table(text.encode(encoding), COLUMNS)

    assert table.rows == (
        Row(2, {"code": "K1", "name": "河滨中学", "note": ""}),
        Row(4, {"code": "K2", "name": "东门 小学", "note": ""}),
    )
    assert table.unknown == ("电话",)


def test_line_numbers_count_lines_inside_quotes():
    table = read_table(b'code,name\nK1,"two\nlines"\nK2,one\n', COLUMNS)

    assert [row.line for row in table.rows] == [2, 4]


def test_missing_columns_are_named():
    with pytest.raises(ColumnsMissing) as refused:
        read_table("code,备注\n1,2\n".encode(), COLUMNS)

    assert refused.value.columns == ("名称",)


@pytest.mark.parametrize(
    "content",
    [
        b"PK\x03\x04 not a workbook",
        b"\x00\x01\x02",
        b'code,name\n"open',
        b"\xff\xfe\xff",
    ],
)
def test_what_is_no_table_is_refused(content):
    with pytest.raises(UnreadableTable):
        read_table(content, COLUMNS)


def test_workbook_that_unpacks_to_more_than_memory_is_refused():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/big.xml", bytes(201 * 1024 * 1024))

    with pytest.raises(TableTooLarge):
        read_table(packed.getvalue(), COLUMNS)


texts = st.text(
    st.characters(exclude_categories=["C", "Z"], max_codepoint=0xFFFF), min_size=1
)


@given(st.lists(st.tuples(texts, texts), min_size=1, max_size=5))
def test_workbook_reads_back_as_it_was_written(rows):
    table = read_table(write_xlsx(["code", "name"], rows), COLUMNS)

    assert [(row.cells["code"], row.cells["name"]) for row in table.rows] == rows


def test_no_cell_becomes_a_formula():
    row = ["=cmd()", "+1+2"]

    assert (
        write_csv(["a", "b"], [row]).decode("utf-8-sig") == "a,b\r\n'=cmd(),'+1+2\r\n"
    )
    [read] = read_table(write_xlsx(["code", "name"], [row]), COLUMNS).rows
    assert read.cells == {"code": "=cmd()", "name": "+1+2", "note": ""}
