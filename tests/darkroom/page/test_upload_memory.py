"""Many uploads at a page that is really served stay within --memory and its own size.

PAGE_UPLOADS sets how many; scripts/torture.sh page takes 300.
"""

import collections
import concurrent.futures
import http.client
import io
import os
import pathlib
import re
import subprocess
import sys

import pytest
from PIL import Image

ROOT = pathlib.Path(__file__).parents[3]
UPLOADS = int(os.environ.get("PAGE_UPLOADS", "12"))
MEMORY, MOST = 300, 450  # megabytes: what the page is given, and may come to


@pytest.mark.skipif(sys.platform != "linux", reason="/proc tells a process's memory")
def test_uploads_stay_within_the_memory_that_is_given():
    line = [sys.executable, "-m", "darkroom.page", "--port=0", f"--memory={MEMORY}"]
    with subprocess.Popen(line, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        port = int(process.stdout.readline().rpartition(":")[2])
        photos = [_photo(side) for side in (500, 1000, 2000, 2800)]

        def upload(number):
            one = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            own = {"Origin": f"http://127.0.0.1:{port}"}
            data = photos[number % len(photos)]
            one.request("POST", "/photos?name=a.jpg", data, own)
            return one.getresponse().status

        with concurrent.futures.ThreadPoolExecutor(4) as threads:
            statuses = collections.Counter(threads.map(upload, range(UPLOADS)))
        told = pathlib.Path(f"/proc/{process.pid}/status").read_text()
        peak = int(re.search(r"VmHWM:\s+(\d+)", told)[1]) / 1000
        process.terminate()
    print(f"{UPLOADS} uploads: {dict(statuses)}, {peak:.0f} MB")
    assert statuses == {200: UPLOADS}
    assert peak < MOST


def _photo(side):
    target = io.BytesIO()
    Image.effect_noise((side, side), 30).convert("RGB").save(target, "JPEG")
    return target.getvalue()
