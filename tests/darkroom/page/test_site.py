"""What was sent, as the answers get it."""

import pytest
from werkzeug import exceptions, test

from darkroom.page import limits, photos, site

HERE = site.Site(photos.Shelf(1), limits.Limits(upload=100), limits.LOCAL)


def request(**more):
    return test.EnvironBuilder(method="POST", **more).get_request()


def test_a_file_is_named_by_the_address():
    sent = request(data=b"123", query_string={"name": "../a b.png"})
    file = site.file(HERE, sent, "photo")
    assert (file.name, file.data) == ("a b.png", b"123")
    assert site.file(HERE, request(data=b"1"), "photo").name == "photo"


def test_a_body_that_is_too_long_is_not_read():
    sent = request(data=b"1" * 101)
    with pytest.raises(exceptions.RequestEntityTooLarge, match="--max_megabytes"):
        site.file(HERE, sent, "photo")
    assert sent.environ["wsgi.input"].tell() == 0


def test_settings_are_json():
    assert site.wanted(request(json={"turn": 5})).turn == 5
    with pytest.raises(exceptions.BadRequest):
        site.wanted(request(data=b"{", content_type="application/json"))
    with pytest.raises(exceptions.UnsupportedMediaType):
        site.wanted(request(data=b"{}", content_type="text/plain"))


def test_settings_that_are_too_long_are_not_read():
    sent = request(data=b" " * (limits.JSON_BYTES + 1), content_type="application/json")
    with pytest.raises(exceptions.RequestEntityTooLarge):
        site.wanted(sent)
