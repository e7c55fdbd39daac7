"""The network comes from the hub only if it is the very file, or not at all.

The hub is a server here that answers as the real one does: an address with the commit
redirects to a storage host, which sends the bytes.
"""

import dataclasses
import hashlib
import http.server
import socket
import threading

import pytest

from darkroom.depth import fetch

CONTENT = bytes(range(256)) * 4000  # 1.02 MB
DIGEST = hashlib.sha256(CONTENT).hexdigest()


class Hub(http.server.ThreadingHTTPServer):
    """Serves `content` at one address; `fault` is what goes wrong."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.content, self.fault, self.requests = CONTENT, "", []

    @property
    def address(self):
        return f"http://127.0.0.1:{self.server_port}"


class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def do_GET(self):
        hub = self.server
        hub.requests.append((self.path, dict(self.headers)))
        if self.path.endswith("/someone/net/resolve/c0ffee/onnx/model.onnx"):
            if hub.fault == "404":
                self.send_error(404, "Entry Not Found")
                return
            self.send_response(302)
            self.send_header("Location", f"{hub.address}/storage/xyz?signature=1")
            self.end_headers()
            return
        if not self.path.startswith("/storage/"):
            self.send_error(400)
            return
        self.send_response(200)
        if hub.fault not in ("endless", "no length"):
            self.send_header("Content-Length", str(len(hub.content)))
        self.end_headers()
        if hub.fault == "cut":
            self.wfile.write(hub.content[:300_000])
        elif hub.fault == "endless":
            with pytest.raises(OSError):  # until the other side hangs up
                while True:
                    self.wfile.write(hub.content)
        else:
            self.wfile.write(hub.content)


@pytest.fixture
def hub(monkeypatch):
    server = Hub()
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    monkeypatch.setenv("HF_ENDPOINT", server.address)
    monkeypatch.setenv("HF_TOKEN", "secret")
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(autouse=True)
def network(tmp_path, monkeypatch):
    monkeypatch.setenv("DARKROOM_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("NO_PROXY", "*")
    published = fetch.Published(
        *("small", "someone/net", "c0ffee", "onnx/model.onnx"),
        *(DIGEST, 1.0, "MIT", "a network"),
    )
    monkeypatch.setattr(fetch, "NETWORKS", (published,))
    return published


def kept(tmp_path):
    return [p.name for p in (tmp_path / "cache").rglob("*") if p.is_file()]


def test_it_is_streamed_checked_and_kept_and_no_token_is_sent(hub, network, tmp_path):
    assert fetch.fetched() is None
    counts = []
    path = fetch.download(network, counts.append)
    assert path == fetch.fetched() == tmp_path / "cache/depth/small.onnx"
    assert path.read_bytes() == CONTENT and sum(counts) == len(CONTENT)
    assert kept(tmp_path) == ["small.onnx"]
    assert len(hub.requests) == 2
    for _, headers in hub.requests:
        assert "Authorization" not in headers and "secret" not in str(headers)
    fetch.download(network)  # is there
    assert len(hub.requests) == 2


def test_a_hub_that_does_not_say_how_much_comes_is_fine(hub, network):
    hub.fault = "no length"
    assert fetch.download(network).read_bytes() == CONTENT


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("404", r"onnx/model\.onnx answers 404 Entry Not Found; or download it in the"),
        ("cut", r"broke off after 0\.3 of 1\.0 MB; fetch it again: python -m"),
        ("endless", r"sends more than \d MB; expected 1\.0 MB"),
        (
            "other",
            "is another file .* (digest read on a page, not yet downloaded by us",
        ),
    ],
)
def test_what_goes_wrong_is_one_sentence_and_nothing_is_left(
    hub, network, tmp_path, fault, said
):
    hub.fault = fault
    hub.content = CONTENT[::-1] if fault == "other" else CONTENT
    said = said.replace("(", r"\(")
    with pytest.raises(ValueError, match=said) as error:
        fetch.download(network)
    assert "\n" not in str(error.value)
    assert kept(tmp_path) == []


def test_no_connection_names_the_mirror_and_the_way_by_hand(
    network, tmp_path, monkeypatch
):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{port}/")
    with pytest.raises(ValueError, match=r"cannot be reached \(.*HF_ENDPOINT") as error:
        fetch.download(network)
    assert str(network.path()) in str(error.value)
    assert kept(tmp_path) == []


@pytest.mark.parametrize("hub", ["mirror.example", "https://me:pass@mirror.example"])
def test_an_endpoint_that_is_none_is_said_without_a_password(network, monkeypatch, hub):
    monkeypatch.setenv("HF_ENDPOINT", hub)
    with pytest.raises(ValueError, match=r"HF_ENDPOINT is mirror\.example; expected"):
        fetch.download(network)


def test_a_file_that_was_changed_is_refused_and_says_how_to_get_it(hub, network):
    fetch.download(network).write_bytes(b"changed")
    for refuse in (fetch.fetched, lambda: fetch.download(network)):
        with pytest.raises(ValueError, match=r"was changed: .*depth fetch small"):
            refuse()


def test_a_name_that_is_none_names_those_that_are():
    assert fetch.named().name == "small"
    with pytest.raises(ValueError, match=r"no network big .* expected one of small"):
        fetch.named("big")


@pytest.mark.parametrize("network", fetch.NETWORKS, ids=lambda network: network.name)
def test_the_table_is_whole(network):
    """Catches a digest or commit that lost a digit, and a licence that is none."""
    for field in dataclasses.fields(network):
        assert getattr(network, field.name) or field.name == "downloaded"
    assert len(network.sha256) == 64 and int(network.sha256, 16)
    assert len(network.commit) == 40 and int(network.commit, 16)
    assert network.licence in ("Apache-2.0", "MIT")
