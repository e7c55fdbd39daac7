#!/bin/sh
# Makes docs/page.jpg again: the page at 1280 x 717 with scikit-image's motorcycle and its
# measured depth. Needs the extra [test], Chromium and its driver.
set -eu
cd "$(dirname "$0")/.."
PATH="$PWD/.venv/bin:$PATH"
out=runs/page
mkdir -p "$out"
python - "$out" <<'END'
import sys

import numpy as np
from skimage import data

from darkroom.io import images

left, _, disparity = data.stereo_motorcycle()
images.write(f"{sys.argv[1]}/motorcycle.png", left)
np.save(f"{sys.argv[1]}/motorcycle_depth.npy", disparity)
END
python -m darkroom.page --port=8099 --noopen >/dev/null &
page=$!
trap 'kill $page' EXIT
python - "$out" <<'END'
import pathlib
import shutil
import sys
import time

from PIL import Image
from selenium import webdriver
from selenium.webdriver.common.action_chains import ActionChains

folder = pathlib.Path(sys.argv[1]).resolve()
options = webdriver.ChromeOptions()
options.binary_location = shutil.which("chromium")
for flag in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage"):
    options.add_argument(flag)
service = webdriver.ChromeService(shutil.which("chromedriver"))
driver = webdriver.Chrome(options=options, service=service)
size = {"width": 1280, "height": 717, "deviceScaleFactor": 1, "mobile": False}
driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)


def find(css):
    return driver.find_element("css selector", css)


for _ in range(100):
    try:
        driver.get("http://127.0.0.1:8099")
        break
    except Exception:  # it is not there yet
        time.sleep(0.2)
while not find("#choose").is_enabled():
    time.sleep(0.1)
find("#choose").click()
files = (folder / "motorcycle.png", folder / "motorcycle_depth.npy")
find("#file").send_keys("\n".join(map(str, files)))
while "motorcycle_depth" not in find("#depth-said").text:
    time.sleep(0.2)
frame = find("#frame")
across, down = (round(0.02 * frame.size[side]) for side in ("width", "height"))
ActionChains(driver).move_to_element_with_offset(frame, across, down).click().perform()
ActionChains(driver).move_to_element(find("#title")).perform()
while "Focus 52 %" not in find("#status").text:
    time.sleep(0.2)
time.sleep(1)
driver.save_screenshot(str(folder / "page.png"))
driver.quit()
Image.open(folder / "page.png").convert("RGB").save("docs/page.jpg", quality=88)
END
