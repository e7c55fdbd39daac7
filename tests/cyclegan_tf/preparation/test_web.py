"""Requests to a local service that is busy, gone, or too talkative."""

import email.utils
import http.server
import threading
import time

import pytest

from cyclegan_tf.preparation import web


@pytest.fixture
def service():
    """A server that gives its `answers` (code, headers, body) in turn, and its log."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            server.asked.append((self.path, self.headers["User-Agent"]))
            code, headers, body = server.answers.pop(0)
            self.send_response(code)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.answers, server.asked = [], []
        server.address = f"http://127.0.0.1:{server.server_port}"
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def waits():
    return []


@pytest.fixture
def asker(waits):
    return web.Service("Flickr", 0.0, waits.append)


def test_what_comes_is_type_and_content(service, asker):
    service.answers = [(200, {"Content-Type": "text/html; charset=utf-8"}, b"<p>")]
    assert asker.get(f"{service.address}/a?b=c") == ("text/html", b"<p>")
    path, agent = service.asked[0]
    assert path == "/a?b=c"
    assert "darkroom-bokeh" in agent  # Python's own is refused by many


def test_a_busy_service_is_asked_again_when_it_says(service, asker, waits):
    """Catches: Retry-After ignored, or the answer that followed lost."""
    service.answers = [
        (429, {"Retry-After": "7"}, b""),
        (503, {}, b""),
        (200, {}, b"at last"),
    ]
    assert asker.get(service.address)[1] == b"at last"
    assert waits[0] == 7
    assert len(service.asked) == 3


def test_a_service_that_stays_busy_is_left_alone(service, asker, waits):
    service.answers = [(429, {}, b"")] * 9
    with pytest.raises(ValueError, match="Flickr answered 429 Too Many Requests, 5 ti"):
        asker.get(service.address)
    assert len(service.asked) == 5


def test_without_a_date_the_waits_double(service, waits):
    clock = web.Service("Flickr", 0.5, waits.append)
    service.answers = [(503, {}, b"")] * 5
    with pytest.raises(ValueError, match="503"):
        clock.get(service.address)
    assert [w for w in waits if w in (0.5, 1.0, 2.0, 4.0)] == [0.5, 1.0, 2.0, 4.0]


def test_a_wait_of_hours_is_the_users_to_decide(service, asker, waits):
    service.answers = [(429, {"Retry-After": "3600"}, b"")]
    with pytest.raises(ValueError, match="asks to wait 60 minutes; run the same comm"):
        asker.get(service.address)
    assert not waits


@pytest.mark.parametrize("code", [400, 403, 404, 410])
def test_an_error_is_not_asked_for_again(service, asker, code):
    service.answers = [(code, {}, b"")]
    with pytest.raises(web.Refusal, match=f"Flickr answered {code}"):
        asker.get(service.address)
    assert len(service.asked) == 1


def test_a_short_answer_is_asked_for_again(service, asker):
    """Catches: half a photo taken for a whole one."""
    service.answers = [
        (200, {"Content-Length": "10"}, b"half"),
        (200, {"Content-Length": "5"}, b"whole"),
    ]
    assert asker.get(service.address)[1] == b"whole"


def test_no_connection_is_told_without_the_address(asker):
    """Catches: the user's key, which is in the address, printed on a screen."""
    with pytest.raises(ValueError, match=r"Flickr cannot be reached \(") as caught:
        asker.get("http://127.0.0.1:1/?api_key=secret")
    assert "secret" not in str(caught.value)


def test_only_the_web_is_asked(asker, tmp_path):
    (tmp_path / "private").write_text("secret")
    with pytest.raises(web.Refusal, match="not on the web"):
        asker.get((tmp_path / "private").as_uri())


def test_an_endless_answer_is_cut(service, asker, monkeypatch):
    monkeypatch.setattr(web, "_LARGEST", 1000)
    service.answers = [(200, {}, b"x" * 2000)]
    with pytest.raises(web.Refusal, match="an answer is larger"):
        asker.get(service.address)


def test_requests_keep_their_distance(service):
    """Catches: more than the 3600 requests an hour that Flickr allows."""
    slow = web.Service("Flickr", 0.1)
    service.answers = [(200, {}, b"")] * 3
    start = time.monotonic()
    for _ in range(3):
        slow.get(service.address)
    assert time.monotonic() - start >= 0.2


def test_retry_after_is_seconds_or_a_date():
    assert web.retry_after("12") == 12
    assert web.retry_after("") == web.retry_after("soon") == web.retry_after("-3") == 0
    then = email.utils.formatdate(time.time() + 90, usegmt=True)
    assert 85 < web.retry_after(then) < 91
