"""Who is answered, how errors look, and a real socket."""

import http.client
import pathlib
import re
import socket
import threading
import time

import pytest
from werkzeug import test

from darkroom.lens import aperture, lights
from darkroom.page import server


@pytest.fixture
def own():
    folder = pathlib.Path(server.__file__).parent / "static"
    return {file.name: file.read_text(encoding="utf-8") for file in folder.iterdir()}


def test_the_page_and_all_that_it_names_are_served(page, own):
    whole = page.get("/").get_data(as_text=True)
    assert whole == own["index.html"]
    named = set(re.findall(r'(?:src|href)="([\w.]+)"', whole))
    for script in own:
        loads = r'(?:from |import\(|Worker\()"(?:\./)?(\w+\.js)"'
        named |= set(re.findall(loads, own[script]))
    assert {"page.js", "page.css", "icon.svg", "brush.js"} <= named
    kinds = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
    for name in named:
        answer = page.get(f"/{name}")
        assert answer.status_code == 200, name
        assert answer.mimetype == kinds[pathlib.Path(name).suffix]
    assert set(own) - named == {"index.html"}  # nothing is left over


def test_the_page_needs_no_other_address_and_no_inline_script(own):
    for name, text in own.items():
        text = text.replace('xmlns="http://www.w3.org/2000/svg"', "")
        assert "http" not in text.replace("https://", "http"), name
        assert "//" not in re.sub(r"(^|\s)// .*", "", text), name
    html = own["index.html"]
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*src=)", html)


def test_what_the_page_leaves_out_is_the_commands_default(own):
    rest = dict(re.findall(r"(\w+): {[^}]*?rest: ([\d.]+)", own["look.js"]))
    assert float(rest.pop("boost")) == lights.BOOST
    opening = aperture.Aperture(shape="blades")
    assert {"curvature", "rotation", "cats_eye", "squeeze"} <= set(rest)
    assert 'focal_range: { rest: "auto"' in own["look.js"]
    for name, default in (("fringing", 0), ("vignette", 0), ("grain", 1)):
        assert float(rest.pop(name)) == default
    for name, value in rest.items():
        assert float(value) == getattr(opening, name)


def test_the_page_keeps_nothing(page, own, photo_file):
    for name, text in own.items():
        assert not re.search(r"cookie|localStorage|sessionStorage|indexedDB", text), (
            name
        )
    for answer in (page.get("/"), page.post("/photos?name=a.png", photo_file.data)):
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Set-Cookie" not in answer.headers


def test_every_answer_is_guarded(page):
    for path in ("/", "/about", "/nothing", "/page.js", "/aperture?shape=heart"):
        headers = page.get(path).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert headers["Cross-Origin-Embedder-Policy"] == "require-corp"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin"


def test_only_the_worker_may_compile_and_only_webassembly(page):
    policy = page.get("/worker.js").headers["Content-Security-Policy"]
    assert re.findall(r"'([\w-]*unsafe[\w-]*)'", policy) == ["wasm-unsafe-eval"]
    assert "default-src 'none'" in policy
    assert "http" not in policy


@pytest.mark.parametrize(
    "path",
    [
        "/../server.py",
        "/%2e%2e/server.py",
        "/..%2fserver.py",
        "/static/page.js",
        "//etc/passwd",
        "/%2fetc%2fpasswd",
        "/photos/..%2f../before",
        "/folder/-1",
        "/folder/../../etc/passwd",
        "/litert/../server.py",
        "/litert/..%2fserver.py",
        "/network/..%2f..%2fetc%2fpasswd",
    ],
)
def test_no_path_leads_out(page, path):
    answer = page.get(path)
    assert answer.status_code in (404, 405)
    assert answer.get_json()["error"]


def test_other_hosts_are_refused_for_everything(page):
    for path in ("/", "/about", "/page.js"):
        answer = page.get(path, headers={"Host": "evil.example"})
        assert answer.status_code == 403
        assert "evil.example" in answer.get_json()["error"]


def test_other_pages_cannot_change_anything(page, photo_file):
    answer = page.post("/photos", photo_file.data, Origin="http://evil.example")
    assert answer.status_code == 403
    sent = page.client.post("/photos", data=photo_file.data)  # a form's, without one
    assert sent.status_code == 403


def test_a_fault_of_ours_is_a_sentence_here_and_a_trace_in_the_terminal(
    page, monkeypatch, capsys
):
    monkeypatch.setattr(server, "check_host", lambda *_: 1 / 0)
    answer = page.get("/")
    assert answer.status_code == 500
    assert "terminal" in answer.get_json()["error"]
    assert "ZeroDivisionError" in capsys.readouterr().err


def test_work_that_waits_leaves_room_for_others(page, photo_file, depth_file):
    """Catches 24 files of one photo, which kept all else waiting for a minute."""
    opened = page.open(photo_file, depth_file)
    where = f"/photos/{opened['id']}/file"
    answers = []

    def ask():
        answers.append(page.post(where, {"format": ".png"}))

    waiting = [threading.Thread(target=ask) for _ in range(22)]
    until = time.monotonic() + 30
    with page.site.memory.get(opened["id"]).slow:
        for thread in waiting:
            thread.start()
        while len(answers) < 2:
            assert time.monotonic() < until
        assert "try again soon" in answers[0].get_json()["error"]
        assert page.get("/about").status_code == 200
        assert page.get("/page.css").status_code == 200
    for thread in waiting:
        thread.join()
    assert sorted(answer.status_code for answer in answers) == [200] * 20 + [503] * 2
    assert page.get("/aperture?shape=disc").status_code == 200  # places are free again


def test_a_port_in_use_is_one_sentence():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ValueError, match=rf"^127\.0\.0\.1, port {port}: .*--port"):
            server.listen("127.0.0.1", port)


def test_an_address_that_is_not_ours_is_one_sentence():
    with pytest.raises(ValueError, match=r"^203\.0\.113\.1, port 0: .*--host"):
        server.listen("203.0.113.1", 0)


def test_a_real_server_answers_and_stops_reading_what_is_too_long(real_port):
    one = http.client.HTTPConnection("127.0.0.1", real_port, timeout=10)
    one.request("GET", "/about")
    answer = one.getresponse()
    assert answer.status == 200
    assert answer.headers["Server"] is None
    assert answer.read().startswith(b'{"max_bytes": 1000000')
    with socket.create_connection(("127.0.0.1", real_port), timeout=10) as raw:
        own = f"127.0.0.1:{real_port}"
        head = f"POST /photos HTTP/1.1\r\nHost: {own}\r\nOrigin: http://{own}\r\n"
        raw.sendall(f"{head}Content-Length: 9000000000\r\n\r\n".encode())
        assert raw.recv(100).startswith(b"HTTP/1.1 413")  # and not a byte was sent


def test_what_was_sent_is_dropped_with_the_answer(page, photo_file):
    """Catches a request that holds itself, and so its body, until Python collects."""
    environ = test.create_environ("/photos", method="POST", data=photo_file.data)
    test.run_wsgi_app(server.application(page.site), environ)
    assert "werkzeug.request" not in environ
