"""A city's spreadsheet is read whatever program wrote it, and what is no spreadsheet is refused in words."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.spreadsheet import MOST_ROWS, NotATable, decode, read_table

PLAIN = (
    "Department,Network,Address,Purpose\nParks Division,Twitter,https://x.com/testvilleparks,Señales de día\n"
)


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (PLAIN.encode(), "utf-8"),
        (PLAIN.encode("utf-8-sig"), "utf-8-sig"),
        (PLAIN.encode("utf-16"), "utf-16"),
        (PLAIN.encode("utf-16-le"), "utf-16-le"),
        (PLAIN.encode("utf-16-be"), "utf-16-be"),
        (PLAIN.encode("utf-32"), "utf-32"),
        (PLAIN.encode("cp1252"), "windows-1252"),
        (PLAIN.replace("\n", "\r\n").encode(), "utf-8"),
        (PLAIN.replace("\n", "\r").encode(), "utf-8"),
    ],
)
def test_a_file_is_read_in_the_encoding_it_was_written_in(data, encoding):
    table = read_table(data)
    assert (table.encoding, table.replaced) == (encoding, 0)
    assert table.rows[0].values == {
        "office": "Parks Division",
        "platform": "Twitter",
        "url": "https://x.com/testvilleparks",
        "purpose": "Señales de día",
    }


def test_a_file_of_two_encodings_is_read_line_by_line():
    row = "Water,Facebook,facebook.com/water,Año\n"
    table = read_table(PLAIN.encode() + row.encode("cp1252"))
    assert table.encoding == "mixed"
    assert [entry.values["purpose"] for entry in table.rows] == ["Señales de día", "Año"]


def test_characters_that_no_encoding_explains_are_replaced_and_counted():
    table = read_table(PLAIN.encode() + b"Water,Facebook,facebook.com/water,\x81\x8d caf\xe9\n")
    assert table.replaced == 2
    assert table.rows[1].values["purpose"] == "\ufffd\ufffd café"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_every_usual_separator_is_found(delimiter):
    text = PLAIN.replace(",", delimiter)
    assert read_table(text.encode()).rows[0].values["url"] == "https://x.com/testvilleparks"


@pytest.mark.parametrize("line", ["sep=;\n", '"sep=;"\n', "SEP=;\r\n"])
def test_excels_first_line_names_the_separator(line):
    table = read_table((line + PLAIN.replace(",", ";")).encode())
    assert table.delimiter == ";"
    assert table.rows[0].line == 3


def test_titles_and_blank_lines_do_no_harm_and_line_numbers_are_the_files_own():
    text = (
        "Social media accounts of Testville\n\n"
        + PLAIN
        + "\n,,,\n  , , ,\nWater,Facebook,facebook.com/water,x\n"
    )
    assert [row.line for row in read_table(text.encode()).rows] == [4, 8]


def test_a_cell_may_hold_several_lines():
    text = 'Office,URL,Purpose\nParks,x.com/parks,"one\ntwo"\nWater,x.com/water,three\n'
    rows = read_table(text.encode()).rows
    assert rows[0].values["purpose"] == "one\ntwo"
    assert [row.line for row in rows] == [2, 4]


@pytest.mark.parametrize(
    "header",
    [
        "Department,Platform,URL",
        "DEPT.,Social Media Platform,Web Address",
        "department / division ,social network,Account Link",
        "Agency,Site,Profile URL",
        "Owner,Channel,Link",
    ],
)
def test_columns_are_known_under_many_names(header):
    table = read_table(f"{header}\nParks,Facebook,facebook.com/parks\n".encode())
    assert set(table.columns) == {"office", "platform", "url"}


def test_columns_that_are_not_used_are_named():
    table = read_table(b"Office,Followers,URL,URL 2,Notes\nParks,1,x.com/a,x.com/b,c\n")
    assert table.ignored == ["Followers", "URL 2", "Notes"]


def test_the_first_of_two_columns_of_the_same_meaning_is_read():
    table = read_table(b"Office,URL,Link\nParks,x.com/first,x.com/second\n")
    assert table.rows[0].values["url"] == "x.com/first"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"\n\n  \n", "empty"),
        (b"PK\x03\x04rest of a workbook", "workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "Excel"),
        (b"%PDF-1.7", "PDF"),
        (b"\x89PNG\r\n\x1a\n", "picture"),
        (b"\xff\xd8\xff\xe0", "picture"),
        (b"<!DOCTYPE html><html></html>", "web page"),
        (bytes(range(9)) * 100, "not a text"),
        (b"Name,Colour\nParks,green\n", "not recognized"),
        (b"Office,URL\n", "no rows"),
        (b'Office,URL\n"' + b"x" * 200_000, "quotation mark"),
        (b"Office,URL\n" + b"Parks,x.com/a\n" * (MOST_ROWS + 1), "Divide it"),
        (b"a" * (20 * 2**20 + 1), "larger than 20 MB"),
    ],
)
def test_what_is_no_spreadsheet_is_refused_in_words(data, words):
    with pytest.raises(NotATable, match=words):
        read_table(data)


@given(st.binary(max_size=3000))
def test_no_bytes_can_break_the_reading(data):
    for start in (
        b"",
        b"Office,URL\n",
        b"\xff\xfe",
        b"\xef\xbb\xbfOffice;URL\n",
        b"sep=,\nOffice,URL\nParks,",
    ):
        text, _, _ = decode(start + data)
        assert "\x00" not in text
        text.encode()
        with suppress(NotATable):
            read_table(start + data)
