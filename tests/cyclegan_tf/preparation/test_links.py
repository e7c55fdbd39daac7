"""A search's own links."""

import dataclasses

import pytest

from cyclegan_tf.preparation import links

QUERY = links.Query("portrait man", "apple/iphone_7", (4, 9), "1024")


def test_links_are_kept_in_their_order(tmp_path):
    """Catches: a later page's photos put before those that were already counted."""
    known = links.Links(tmp_path, QUERY)
    assert (known.photos, known.page) == ({}, 1)
    known.add({"30": {"id": "30"}, "10": {"id": "10"}}, 2)
    known.add({"20": {"id": "20"}, "10": {"id": "10"}}, None)
    again = links.Links(tmp_path, QUERY)
    assert list(again.photos) == list(known.photos) == ["30", "10", "20"]
    assert again.page is None


@pytest.mark.parametrize(
    "other",
    [
        {"text": "portrait woman"},
        {"camera": ""},
        {"licences": (4,)},
        {"size": "640"},
    ],
)
def test_two_searches_never_share_their_links(tmp_path, other):
    """Catches: the portrait project's one cache for both of its queries."""
    links.Links(tmp_path, QUERY).add({"1": {"id": "1"}}, 2)
    apart = links.Links(tmp_path, dataclasses.replace(QUERY, **other))
    assert (apart.photos, apart.page) == ({}, 1)


def test_a_query_of_any_text_is_a_file_name():
    name = links.Query("../ ПОРТРЕТ / 人", "", (4,), "640").name
    assert "/" not in name
    assert "." not in name
    assert QUERY.name.startswith("portrait-man-")


@pytest.mark.parametrize("content", ["", "[1]", '{"photos": {}}'])
def test_a_damaged_file_is_named(tmp_path, content):
    (tmp_path / f"{QUERY.name}.json").write_text(content)
    with pytest.raises(ValueError, match=f"{QUERY.name}.json: it is damaged; del"):
        links.Links(tmp_path, QUERY)


def test_licences_are_ids():
    assert links.licences("10, 4,4") == (4, 10)
    for text in ("", "cc", "4,,5", "99", "0"):
        with pytest.raises(ValueError, match=r"expected ids .*4 CC BY 2\.0"):
            links.licences(text)
