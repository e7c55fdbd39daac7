"""The program: its flags, its address, its start."""

import contextlib
import http.client
import io
import os
import pathlib
import re
import signal
import socket
import subprocess
import sys
import threading
import time

import pytest
from PIL import Image

from darkroom import cli
from darkroom.page import __main__ as program
from darkroom.page import addresses, litert_js, server, site, uploads

ROOT = pathlib.Path(__file__).parents[3]


@pytest.fixture
def started(monkeypatch):
    """What would be served, and where."""
    found = {}
    monkeypatch.setattr(
        server, "serve", lambda here, at: found.update(here=here, at=at)
    )
    yield found
    if "at" in found:
        found["at"].close()


def run(*flags):
    program.main(cli.parse(program.Config, *flags))


def test_flags_reach_the_site(started, listed, capsys):
    run(
        "--port=0",
        f"--photos={listed}",
        f"--depth={listed}",
        "--max_megabytes=2",
        "--max_megapixels=3",
        "--memory=4",
    )
    here = started["here"]
    assert [path.name for path in here.folder] == ["a.png"]
    assert here.depth == str(listed)
    assert (here.limits.upload, here.limits.pixels) == (2_000_000, 3_000_000)
    assert here.memory.most == 4_000_000
    host, port = started["at"].getsockname()
    assert host == "127.0.0.1"
    assert capsys.readouterr().out == f"http://127.0.0.1:{port}\n"


@pytest.mark.parametrize(
    ("host", "name"), [("localhost", "localhost"), ("::1", "[::1]")]
)
def test_the_host_is_answered_to(started, capsys, host, name):
    try:
        run("--port=0", f"--host={host}")
    except ValueError as error:
        pytest.skip(f"this machine cannot: {error}")
    assert name in started["here"].hosts
    assert re.fullmatch(rf"http://{re.escape(name)}:\d+\n", capsys.readouterr().out)


@pytest.fixture
def listening(monkeypatch):
    """Any host is this computer's own; returns the port."""
    at = socket.create_server(("127.0.0.1", 0))
    monkeypatch.setattr(server, "listen", lambda host, port: at)
    return at.getsockname()[1]


def test_a_name_that_is_given_is_answered_to(started, listening):
    run("--host=Studio.local")
    assert "studio.local" in started["here"].hosts


def test_where_others_reach_the_page_each_address_has_a_key(
    started, listening, monkeypatch, capsys
):
    monkeypatch.setattr(addresses, "in_network", lambda host: "192.168.1.5")
    run("--host=0.0.0.0")
    here = started["here"]
    assert here.hosts == site.LOCAL | {"192.168.1.5"}
    own, phone = capsys.readouterr().out.splitlines()
    own_key = re.fullmatch(rf"http://127\.0\.0\.1:{listening}/(\w+)", own)[1]
    place = rf"http://192\.168\.1\.5:{listening}/"
    key = re.fullmatch(rf"a phone in the same network: {place}(\w+)", phone)[1]
    assert key != own_key
    assert here.keys.redeem(f"/{key}").status_code == 303
    assert re.fullmatch(rf"another device: {place}\w+\n", capsys.readouterr().out)


@pytest.mark.parametrize("flags", [(), ("--noopen",)])
@pytest.mark.parametrize("screen", [False, True])
def test_the_browser_is_opened_where_there_is_a_screen(
    started, monkeypatch, capsys, flags, screen
):
    opened = []
    monkeypatch.setattr(addresses, "has_screen", lambda: screen)
    monkeypatch.setattr(addresses, "open_browser", opened.append)
    run("--port=0", *flags)
    address = capsys.readouterr().out.strip()
    assert opened == ([address] if screen and not flags else [])
    assert started["here"].keys is None


@pytest.mark.parametrize(
    ("flag", "said"),
    [
        ("--photos=nowhere", "--photos nowhere is not a folder"),
        ("--depth=nowhere.tflite", "--depth nowhere.tflite is not there"),
    ],
)
def test_wrong_flags_are_one_sentence(started, flag, said):
    with pytest.raises(ValueError, match=said):
        run("--port=0", flag)
    assert not started


def test_help_needs_no_heavy_package():
    code = (
        "import sys; from darkroom.page import __main__; "
        "print([m for m in ('numpy', 'cv2', 'PIL', 'werkzeug', 'waitress') "
        "if m in sys.modules])"
    )
    line = [sys.executable, "-c", code]
    run = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout == "[]\n"


def test_the_page_starts_without_tensorflow():
    code = (
        "import sys; from darkroom.page import server; "
        "print('tensorflow' in sys.modules, 'keras' in sys.modules)"
    )
    line = [sys.executable, "-c", code]
    run = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout == "False False\n"


def test_fetch_brings_litert_js_and_serves_nothing(started, monkeypatch, capsys):
    paths = [pathlib.Path("a.tgz"), pathlib.Path("b.tgz")]
    monkeypatch.setattr(litert_js, "download", lambda: paths)
    program.main(program.Config(), "fetch")
    assert capsys.readouterr().out.count("Apache-2.0") == 2
    assert not started
    with pytest.raises(ValueError, match=r"^got fetsch; expected fetch, or flags only"):
        program.main(program.Config(), "fetsch")


def test_the_network_reaches_the_site_if_it_is_one(started, tmp_path):
    with pytest.raises(ValueError, match=r"^--network no.tflite is not there, or no"):
        run("--port=0", "--network=no.tflite")
    network = tmp_path / "a.tflite"
    network.touch()
    run("--port=0", f"--network={network}")
    assert started["here"].network == network


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_a_signal_while_a_photo_is_read_ends_it_and_leaves_nothing(name, tmp_path):
    """Catches a photo that stays in /dev/shm, and "Fatal Python error: Aborted"."""
    environment = os.environ | {"TMPDIR": str(tmp_path)}
    line = [sys.executable, "-m", "darkroom.page", "--port=0"]
    with subprocess.Popen(
        line,
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=_hear_signals,
    ) as process:
        try:
            address = process.stdout.readline()
            port = int(address.rpartition(":")[2])
            sender = threading.Thread(target=_send_large_photo, args=(port,))
            sender.start()
            until = time.monotonic() + 20
            while not _files_of(process.pid, tmp_path) and time.monotonic() < until:
                time.sleep(0.005)
            assert _files_of(process.pid, tmp_path)
            process.send_signal(getattr(signal, name))
            said = process.communicate(timeout=10)[1]
            sender.join()
        finally:
            process.kill()  # a failure must not wait for it
        assert (process.returncode, said) == (0, "")
        assert not _files_of(process.pid, tmp_path)


def _hear_signals():
    """Tests may run where SIGINT or SIGHUP is ignored, as nohup and `&` do it."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


def _files_of(process, temporary):
    places = (uploads._IN_MEMORY, temporary)
    return [file for p in places for file in p.glob(f"darkroom-page-{process}-*")]


def _send_large_photo(port):
    target = io.BytesIO()
    Image.new("RGB", (6000, 6000)).save(target, "PNG")
    one = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    own = {"Origin": f"http://127.0.0.1:{port}"}
    with contextlib.suppress(OSError, http.client.HTTPException):
        one.request("POST", "/photos?name=a.png", target.getvalue(), own)
        one.getresponse()
