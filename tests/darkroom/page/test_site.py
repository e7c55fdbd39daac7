"""Who is let in, and what was sent, as the answers get it."""

import pytest
from werkzeug import exceptions, test

from darkroom.page import memory, site, uploads

NAMES = site.LOCAL | {"studio.local"}


@pytest.mark.parametrize(
    "header",
    [
        "localhost",
        "localhost:8000",
        "127.0.0.1:1",
        "[::1]:8000",
        "[::1]",
        "Studio.Local",
    ],
)
def test_our_own_names_are_answered(header):
    site.check_host(header, NAMES)


@pytest.mark.parametrize(
    "header",
    [
        "",
        "evil.example",  # that DNS has turned to 127.0.0.1
        "evil.example:8000",
        "localhost.evil.example",
        "localhost:8000.evil.example",
        "127.0.0.1:8000:80",
        "[::1",
        "::1",
        "0.0.0.0",
    ],
)
def test_other_names_are_refused(header):
    with pytest.raises(exceptions.Forbidden, match="--host"):
        site.check_host(header, NAMES)


@pytest.mark.parametrize(
    "origin",
    [
        None,
        "null",  # of a sandboxed frame
        "http://evil.example",
        "https://localhost:8000",
        "http://localhost:8001",
        "http://localhost:8000.evil.example",
    ],
)
def test_only_our_page_may_change_anything(origin):
    site.check_origin("http://localhost:8000", "localhost:8000")
    with pytest.raises(exceptions.Forbidden, match="open the page itself"):
        site.check_origin(origin, "localhost:8000")


HERE = site.Site(memory.Memory(1), uploads.Limits(upload=100), site.LOCAL)


def request(**more):
    return test.EnvironBuilder(method="POST", **more).get_request()


def test_a_file_is_named_by_the_address():
    sent = request(data=b"123", query_string={"name": "../a b.png"})
    file = site.sent_file(HERE, sent, "photo")
    assert (file.name, file.data) == ("a b.png", b"123")
    assert site.sent_file(HERE, request(data=b"1"), "photo").name == "photo"


def test_a_body_that_is_too_long_is_not_read():
    sent = request(data=b"1" * 101)
    with pytest.raises(exceptions.RequestEntityTooLarge, match="--max_megabytes"):
        site.sent_file(HERE, sent, "photo")
    assert sent.environ["wsgi.input"].tell() == 0


def test_settings_are_json():
    assert site.sent_settings(request(json={"turn": 5})).turn == 5
    with pytest.raises(exceptions.BadRequest):
        site.sent_settings(request(data=b"{", content_type="application/json"))
    with pytest.raises(exceptions.UnsupportedMediaType):
        site.sent_settings(request(data=b"{}", content_type="text/plain"))


def test_settings_in_lists_without_end_are_one_sentence():
    deep = b"[" * 50_000 + b"]" * 50_000
    sent = request(data=deep, content_type="application/json")
    with pytest.raises(ValueError, match="lists in lists without end"):
        site.sent_settings(sent)


def test_settings_that_are_too_long_are_not_read():
    sent = request(
        data=b" " * (uploads.JSON_BYTES + 1), content_type="application/json"
    )
    with pytest.raises(exceptions.RequestEntityTooLarge):
        site.sent_settings(sent)
