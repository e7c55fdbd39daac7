"""Requests are decided on by their heads; bodies come to a store that is bounded."""

import json
import socket
import time

import pytest
from werkzeug import exceptions

from darkroom.page import memory, receiving, site, uploads

MEGABYTE = 10**6  # what the page that is really served takes as a file


def head(port, path="/photos?name=a.png", length=100, **headers):
    given = {"Host": f"127.0.0.1:{port}", "Origin": f"http://127.0.0.1:{port}"}
    given |= {"Content-Length": str(length)}
    lines = [f"{name}: {value}" for name, value in (given | headers).items()]
    return "\r\n".join([f"POST {path} HTTP/1.1", *lines, "", ""]).encode()


def answer(connection):
    """The status and the sentence of what comes before the connection is closed."""
    said = b""
    while part := connection.recv(10_000):
        said += part
    top, _, body = said.partition(b"\r\n\r\n")
    assert b"nosniff" in top
    return int(top.split()[1]), json.loads(body)["error"]


@pytest.mark.parametrize(
    ("changed", "status", "said"),
    [
        ({"Host": "evil.example"}, 403, "this page answers to"),
        ({"Origin": "http://evil.example"}, 403, "open the page itself"),
        ({"length": MEGABYTE + 1}, 413, "--max_megabytes"),
        ({"path": "/photos/x/preview", "length": 2_000_001}, 413, "the settings have"),
        ({"path": "/elsewhere", "length": 2_000_001}, 413, "the settings have"),
        ({"Transfer-Encoding": "chunked"}, 411, "does not say its length"),
        ({"Origin": "http://x.example", "Expect": "100-continue"}, 403, "the page"),
    ],
)
def test_a_request_is_refused_before_its_body_comes(real_port, changed, status, said):
    """Catches 90 MB that lie in memory before their 403: not a byte is sent here."""
    with socket.create_connection(("127.0.0.1", real_port), timeout=5) as raw:
        raw.sendall(head(real_port, **changed))
        found, sentence = answer(raw)
    assert found == status
    assert said in sentence


def test_what_is_half_sent_is_counted_and_then_forgotten(answer_at, monkeypatch):
    """Catches twelve half-sent files of 100 MB in memory at a time."""
    kept = receiving.Bodies(3 * MEGABYTE // 2)
    monkeypatch.setattr(receiving, "bodies_of", lambda site: kept)
    limits = uploads.Limits(MEGABYTE, MEGABYTE)
    port = answer_at(site.Site(memory.Memory(1), limits, site.LOCAL))

    def send(count, length):
        raw = socket.create_connection(("127.0.0.1", port), timeout=5)
        raw.sendall(head(port, length=length) + b" " * count)
        return raw

    with send(900_000, MEGABYTE):
        until = time.monotonic() + 5
        while kept._held < 900_000 and time.monotonic() < until:
            time.sleep(0.01)
        with send(0, MEGABYTE) as second:
            assert answer(second)[0] == 503
        with send(0, 500_000):  # there is room for it
            pass
    until = time.monotonic() + 5
    while kept._held and time.monotonic() < until:
        time.sleep(0.01)
    assert kept._held == 0


def test_a_full_store_takes_no_more():
    kept = receiving.Bodies(100)
    kept.add(90)
    kept.check(10)
    with pytest.raises(exceptions.ServiceUnavailable, match="try again soon"):
        kept.check(11)
    kept.add(-90)
    kept.check(100)
