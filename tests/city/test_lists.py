"""Lists: what is shown is what is downloaded, in whatever way its order was found."""

from types import SimpleNamespace

from city.lists import Column, list_response


def test_a_list_whose_order_no_database_knows_is_downloaded_like_any_other(rf):
    rows = [SimpleNamespace(name="Parks"), SimpleNamespace(name="Water")]
    answer = list_response(rf.get("/", {"format": "csv"}), "", rows, [Column("Name", "name")], name="near")
    assert b"".join(answer.streaming_content).decode() == "\ufeffName\r\nParks\r\nWater\r\n"
