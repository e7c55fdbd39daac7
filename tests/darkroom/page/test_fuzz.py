"""Requests that no page sends: each is answered, none by a fault, in little memory.

FUZZ_REQUESTS sets how many; scripts/torture.sh page takes 3,000.
"""

import collections
import concurrent.futures
import contextlib
import http.client
import io
import json
import os
import pathlib
import re
import socket
import subprocess
import sys
import threading
import time
import zlib

import numpy as np
import pytest
from PIL import Image

ROOT = pathlib.Path(__file__).parents[3]
REQUESTS = int(os.environ.get("FUZZ_REQUESTS", "200"))
MEMORY, MOST = 300, 450  # megabytes: what the page is given, and may come to
ODD = [
    *(None, True, -1, 0, 1e-9, 1e308, 10**20, 10**400, "", "nan", "inf", "1e999"),
    *("\ud800", "../../etc/passwd", "x" * 1000, [], {}, [[]], [0.5, 0.5], {"a": []}),
    [[0.5, 0.5]] * 2000,
    *("0.5,0.5", "nan,nan", "1,1", "-1,2", "disc", "ring", "blades", 5, 0.5),
]
CONTROLS = ["f_number", "strength", "focal_range", "shape", "blades", "curvature"]
CONTROLS += ["rotation", "cats_eye", "squeeze", "boost", "radius", "method", "filter"]
CONTROLS += ["spherical", "fringing", "vignette", "grain"]
PATHS = [
    "/../server.py",
    "/%2e%2e/%2e%2e/etc/passwd",
    "/..%2f..%2fetc%2fpasswd",
    "//etc/passwd",
    "/static/../server.py",
    "/photos/..%2f../before",
    "/folder/99999999999999999999",
    "/folder/-1",
    "/litert/..%5c..%5cx",
    "/network/%00",
    "/photos/%ff%fe/before",
    "/aperture?blades=" + "9" * 400,
    "/aperture?squeeze=nan&shape=ring",
    "http://evil.example/about",
    "*",
]
WORKS = ["preview", "depth_view", "full", "file", "command", "mask/sharp", "mask/x"]


def encoded(height, width, kind):
    file = io.BytesIO()
    y, x = np.mgrid[:height, :width]
    picture = np.stack([x % 256, y % 256, (x * y) % 256], -1).astype(np.uint8)
    Image.fromarray(picture).save(file, kind)
    return file.getvalue()


class Visitor:
    """Sends what a random generator says; what was answered is counted."""

    def __init__(self, port, seed):
        self.port, self.rng = port, np.random.Generator(np.random.PCG64(seed))
        self.photo = "none"
        self.own = {
            "Host": f"127.0.0.1:{port}",
            "Origin": f"http://127.0.0.1:{port}",
        }

    def pick(self, values):
        return values[int(self.rng.integers(len(values)))]

    def send(self, method, path, body=b"", **headers):
        """Returns the status and the answer; 0 if the connection was closed."""
        headers = self.own | {"Content-Length": str(len(body))} | headers
        lines = [f"{name.replace('_', '-')}: {v}" for name, v in headers.items()]
        head = "\r\n".join([f"{method} {path} HTTP/1.1", *lines, "", ""])
        return self.raw(head.encode("latin-1", "replace") + body)

    def raw(self, data):
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=60) as at:
                at.sendall(data)
                answer = http.client.HTTPResponse(at)
                answer.begin()
                return answer.status, answer.read()
        except (ConnectionError, http.client.HTTPException):
            return 0, b""  # it stopped reading

    def upload(self):
        height, width = (int(self.rng.integers(1, 400)) for _ in range(2))
        body = encoded(height, width, self.pick(["JPEG", "PNG", "WEBP", "TIFF"]))
        status, said = self.send("POST", "/photos?name=a.png", body)
        if status == 200:
            self.photo = json.loads(said)["id"]
            self.send("POST", f"/photos/{self.photo}/depth?source=prior")
        return status

    def damaged(self):
        body = bytearray(encoded(40, 60, self.pick(["JPEG", "PNG", "WEBP", "TIFF"])))
        for _ in range(5):
            body[int(self.rng.integers(len(body)))] = int(self.rng.integers(256))
        where = self.pick(["/photos?name=../x.tif", f"/photos/{self.photo}/depth"])
        return self.send("POST", where, bytes(body[: self.pick([50, 500, 10**6])]))[0]

    def bomb(self):
        """A small file that says it is large."""
        body = bytearray(encoded(40, 60, "PNG"))
        body[16:24] = self.rng.integers(9_000, 2**16, 2).astype(">u4").tobytes()
        body[29:33] = zlib.crc32(body[12:29]).to_bytes(4, "big")
        return self.send("POST", "/photos?name=b.png", bytes(body))[0]

    def settings(self):
        look = {
            self.pick(CONTROLS): self.pick(ODD) for _ in range(self.pick([0, 1, 2]))
        }
        stroke = {"kind": "sharp", "size": self.pick([1, 0.1, *ODD])}
        stroke |= {"soft": self.pick([0, 1, *ODD])} if self.pick([0, 1]) else {}
        stroke["points"] = self.pick([[[0.5, 0.5]], *ODD])
        whole = {"look": look, "focus": "0.5,0.5", "format": ".jpg"}
        many = 1 if len(str(stroke)) > 100 else 30_000  # of a few bytes each
        whole |= {"strokes": [stroke] * self.pick([0, 1, many])}
        whole |= (
            {self.pick([*whole, "turn"]): self.pick(ODD)} if self.pick([0, 1]) else {}
        )
        deep = b"[" * 50_000 + b"]" * 50_000
        body = self.pick([json.dumps(whole).encode()] * 8 + [deep, b"{", b"\xff", b""])
        where = f"/photos/{self.photo}/{self.pick(WORKS)}"
        return self.send("POST", where, body, Content_Type="application/json")[0]

    def path(self):
        return self.send(self.pick(["GET", "POST", "PUT", "BREW"]), self.pick(PATHS))[0]

    def stranger(self):
        wrong = {self.pick(["Host", "Origin"]): self.pick(["http://evil.example", ""])}
        status = self.send("POST", "/photos", b"x" * 100_000, **wrong)[0]
        return 599 if 200 <= status < 300 else status

    def oversized(self):
        length = self.pick(["5000001", "9" * 30, "-1", "x", ""])
        return self.send("POST", "/photos", b"x" * 1000, Content_Length=length)[0]

    def multipart(self):
        kind = self.pick(["multipart/form-data", "multipart/form-data; boundary=a"])
        body = b'--a\r\nContent-Disposition: form-data; name="\r\n\r\n' * 20
        where = self.pick(["/photos", f"/photos/{self.photo}/preview"])
        return self.send("POST", where, body, Content_Type=kind)[0]

    def noise(self):
        data = self.rng.bytes(200) + b"\r\n\r\n"
        long = b"GET / HTTP/1.1\r\nX: " + b"x" * 40_000 + b"\r\n\r\n"
        chunks = b"POST /photos HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nz\r\n"
        return self.raw(self.pick([data, long, chunks]))[0]

    def anything(self, _=None):
        kinds = (self.upload, self.damaged, self.bomb, self.settings, self.settings)
        kinds += (self.path, self.stranger, self.oversized, self.multipart, self.noise)
        kind = self.pick(kinds)
        return kind.__name__, kind()


def lost(outcomes):
    """What is a fault: 5xx that is not "come again" (503) or "no such thing" (501)."""
    return [each for each in outcomes if each[1] >= 500 and each[1] not in (501, 503)]


@pytest.fixture
def served():
    line = [sys.executable, "-m", "darkroom.page", "--port=0", f"--memory={MEMORY}"]
    line += ["--max_megabytes=5"]
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(line, cwd=ROOT, **options) as process:
        yield process, int(process.stdout.readline().rpartition(":")[2])
        process.kill()


def peak(process):
    """The most megabytes that it has had."""
    status = pathlib.Path(f"/proc/{process.pid}/status")
    if not status.exists():
        pytest.skip("there is no /proc here to tell a process's memory")
    return int(re.search(r"VmHWM:\s+(\d+)", status.read_text())[1]) / 1000


def about_takes(port):
    """How long somebody else waits for an answer."""
    start = time.monotonic()
    one = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    one.request("GET", "/about")
    assert one.getresponse().status == 200
    one.close()
    return time.monotonic() - start


def test_odd_requests_are_answered_without_a_fault(served):
    process, port = served
    visitors = [Visitor(port, seed) for seed in range(4)]
    with contextlib.ExitStack() as slow, concurrent.futures.ThreadPoolExecutor(4) as do:
        for _ in range(200):  # that never send what they began
            at = slow.enter_context(socket.create_connection(("127.0.0.1", port)))
            at.sendall(b"POST /photos HTTP/1.1\r\nHost: 127.0.0.1\r\n")
        waits: list[float] = []
        ended = threading.Event()

        def ask_meanwhile():
            while not ended.wait(0.1):
                waits.append(about_takes(port))

        asking = threading.Thread(target=ask_meanwhile)
        asking.start()
        parts = do.map(
            lambda one: [one.anything() for _ in range(REQUESTS // 4)], visitors
        )
        outcomes = [each for part in parts for each in part]
        ended.set()
        asking.join()
    megabytes = peak(process)
    process.terminate()
    said = process.communicate(timeout=10)[1]
    counts = collections.Counter(status for _, status in outcomes)
    print(
        f"{counts} {megabytes:.0f} MB; /about, asked {len(waits)} times, took "
        f"{np.median(waits):.3f} s, {max(waits):.2f} s at most"
    )
    assert not lost(outcomes), (lost(outcomes), said)
    assert "Traceback" not in said, said
    assert counts[200] and counts[403] and counts[413] and counts[422]
    assert waits and max(waits) < 5
    assert megabytes < MOST


def test_a_fault_is_told_from_what_is_refused():
    seen = [("a", 200), ("b", 503), ("c", 500), ("d", 422), ("e", 0), ("f", 599)]
    assert lost(seen) == [("c", 500), ("f", 599)]
