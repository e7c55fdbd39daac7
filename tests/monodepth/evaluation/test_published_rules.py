"""The paper's tables, by an oracle of their rules, against the program.

The oracle is NumPy alone, reads the files itself and shares nothing with the package.
Its KITTIs are small: KITTI 2015 with 96 rows, the raw data in a quarter of the size.
"""

import json
import math

import numpy as np
import pytest
from PIL import Image

from monodepth import evaluate

NAMES = ("abs_rel", "sq_rel", "rmse", "log_rmse", "d1_all", "a1", "a2", "a3")
FOCAL = {1242: 721.5377, 1241: 718.856, 1224: 707.0493, 1238: 718.3351}
# What the oracle gives on the data below; d1_all is not of the Eigen split.
GOLDEN = {
    "noc": [
        *(0.19334079, 3.1381367, 16.462918, 0.24806377),
        *(44.741296, 0.68527790, 0.91965078, 0.98163426),
    ],
    "occ": [
        *(0.20926808, 3.1254615, 16.427869, 0.27386490),
        *(51.132368, 0.59607892, 0.89496813, 0.98220004),
    ],
    "crop": [
        *(1.7133964, 53.583157, 29.158484, 1.3358783),
        *(0.11953058, 0.23399945, 0.34820253),
    ],
    "all": [
        *(1.6975950, 53.037475, 29.454170, 1.3469653),
        *(0.11648923, 0.22826810, 0.34125960),
    ],
    "2": [
        *(1.7428999, 55.290681, 29.204347, 1.3332956),
        *(0.12012067, 0.23519634, 0.34908348),
    ],
    "2 median": [
        *(2.6403783, 114.26288, 31.976729, 1.3382518),
        *(0.13031772, 0.25308126, 0.36670259),
    ],
}


# --- the oracle


def stretched(low, height, width):
    """Bilinear, by the centres of the pixels; beyond them the edge goes on."""

    def places(count, out):
        at = np.clip((np.arange(out) + 0.5) * count / out - 0.5, 0, count - 1)
        first = np.minimum(np.floor(at).astype(int), max(count - 2, 0))
        return first, np.minimum(first + 1, count - 1), at - first

    top, bottom, y = places(low.shape[0], height)
    left, right, x = places(low.shape[1], width)
    low = low.astype(np.float64)
    rows = low[top] * (1 - y[:, None]) + low[bottom] * y[:, None]
    return rows[:, left] * (1 - x) + rows[:, right] * x


def seven(truth, guess):
    """The errors of metres, in the tables' order but for d1_all."""
    guess = np.minimum(np.maximum(guess, 1e-3), 80)
    ratio = np.maximum(truth / guess, guess / truth)
    log = np.log(truth) - np.log(guess)
    return [
        np.mean(abs(truth - guess) / truth),
        np.mean((truth - guess) ** 2 / truth),
        math.sqrt(np.mean((truth - guess) ** 2)),
        math.sqrt(np.mean(log**2)),
        *(np.mean(ratio < 1.25**power) for power in (1, 2, 3)),
    ]


def picture_of_2015(truth_px, low, baseline=0.54):
    """One row of KITTI 2015: the eight errors."""
    height, width = truth_px.shape
    guess_px = stretched(low, height, width) * width
    known = truth_px > 0
    truth_px, guess_px = truth_px[known], guess_px[known]
    scale = FOCAL[width] * baseline
    row = seven(scale / truth_px, scale / guess_px)
    off = abs(truth_px - guess_px)
    bad = np.mean((off >= 3) & (off / truth_px >= 0.05))
    return [*row[:4], 100 * bad, *row[4:]]


def kitti_2015(folder, disparities, truth="noc", **rules):
    """The table's row: the mean over the pictures."""
    files = sorted((folder / "training" / f"disp_{truth}_0").glob("*.png"))
    rows = [
        picture_of_2015(np.array(Image.open(file)) / 256, low, **rules)
        for file, low in zip(files, disparities, strict=True)
    ]
    return np.mean(rows, axis=0)


def named(file):
    """A calibration file's numbers by their names."""
    pairs = (line.split(": ") for line in file.read_text().splitlines())
    return {name: np.array(text.split(), float) for name, text in pairs}


def eigen(
    folder,
    disparities,
    crop=True,
    ahead=True,
    nearest=True,
    baseline=None,
    median=False,
):
    """The table's row; the rules may be broken one by one."""
    rows = []
    lines = (folder / "list.txt").read_text().replace("jpg", "png").split()[::2]
    for line, low in zip(lines, disparities, strict=True):
        day = folder / line.split("/")[0]
        cameras = named(day / "calib_cam_to_cam.txt")
        lidar = named(day / "calib_velo_to_cam.txt")
        left, right = (cameras[f"P_rect_0{n}"].reshape(3, 4) for n in (2, 3))
        turn = cameras["R_rect_00"].reshape(3, 3)
        rotation, translation = lidar["R"].reshape(3, 3), lidar["T"]
        width, height = Image.open(folder / line).size
        points = line.replace("image_02", "velodyne_points").replace("png", "bin")
        depth = np.zeros((height, width))
        for x, y, z, _ in np.fromfile(folder / points, np.float32).reshape(-1, 4):
            if x < 0:
                continue
            place = turn @ (rotation @ np.array([x, y, z], float) + translation)
            u, v, w = left[:, :3] @ place + left[:, 3]
            column, row = round(u / w) - 1, round(v / w) - 1
            if not (0 <= column < width and 0 <= row < height):
                continue
            metres = x if ahead else w
            if depth[row, column] == 0 or (metres < depth[row, column]) == nearest:
                depth[row, column] = metres
        scored = (depth > 1e-3) & (depth < 80)
        if crop:
            inside = np.zeros_like(scored)
            inside[
                int(0.40810811 * height) : int(0.99189189 * height),
                int(0.03594771 * width) : int(0.96405229 * width),
            ] = True
            scored &= inside
        between = baseline or left[0, 3] / left[0, 0] - right[0, 3] / right[0, 0]
        guess_px = stretched(low, height, width) * width
        guess = (left[0, 0] * between / guess_px)[scored]
        if median:
            guess = guess * np.median(depth[scored]) / np.median(guess)
        rows.append(seven(depth[scored], guess))
    return np.mean(rows, axis=0)


# --- made data


def save(path, array):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(array).save(path)


@pytest.fixture(scope="module")
def data_2015(tmp_path_factory):
    """A picture of each width: its top is beyond 80 m, its left fifth is occluded."""
    folder = tmp_path_factory.mktemp("kitti")
    rng = np.random.default_rng(15)
    disparities = []
    for number, width in enumerate(FOCAL):
        y, x = np.mgrid[:96, :width] / [[[96]], [[width]]]
        disparity_px = 2 + 60 * y**2 + 8 * np.sin(9 * x + number) ** 2
        stored = (256 * disparity_px).astype(np.uint16)
        chance = rng.random((96, width))
        name = f"{number:06}_10.png"
        save(folder / "training/image_2" / name, np.zeros((96, width, 3), np.uint8))
        for kind, seen in (("noc", x > 0.2), ("occ", x >= 0)):
            known = np.where((chance < 0.4) & seen, stored, 0)
            save(folder / f"training/disp_{kind}_0" / name, known.astype(np.uint16))
        low = disparity_px[::6, ::9][:, :128] / width
        low[:, :25] *= 1.5  # where the other camera sees nothing
        disparities.append(low * (0.7 + 0.6 * rng.random(low.shape)))
    np.save(folder / "disparities.npy", np.array(disparities, np.float32))
    return folder, np.load(folder / "disparities.npy")


def rotation(axis, angle):
    """A turn around one of three axes."""
    part = [[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]
    a, b = [each for each in range(3) if each != axis]
    turn = np.eye(3)
    turn[np.ix_([a, b], [a, b])] = part
    return turn


def write_calibration(day, focal):
    """Cameras .53 m apart, the LIDAR .27 m behind them and a little turned."""

    def line(name, numbers):
        return f"{name}: {' '.join(f'{x:.9e}' for x in np.ravel(numbers))}\n"

    camera = np.array([[focal, 0, 152, 0], [0, focal, 43, 0.05], [0, 0, 1, 0.003]])
    left, right = camera.copy(), camera.copy()
    left[0, 3], right[0, 3] = 0.06 * focal, -0.47 * focal
    (day / "calib_cam_to_cam.txt").write_text(
        line("R_rect_00", rotation(1, 0.008) @ rotation(0, -0.004))
        + line("P_rect_02", left)
        + line("P_rect_03", right)
    )
    axes = np.array([[0, -1, 0], [0, 0, -1], [1, 0, 0]]) @ rotation(2, 0.007)
    (day / "calib_velo_to_cam.txt").write_text(
        line("R", axes) + line("T", [-0.004, -0.076, -0.272])
    )


@pytest.fixture(scope="module")
def raw_data(tmp_path_factory):
    """Two days of two calibrations and sizes; 5000 points each, some in one pixel."""
    folder = tmp_path_factory.mktemp("raw")
    rng = np.random.default_rng(16)
    lines, disparities = [], []
    for day, focal, width in (("2011_09_26", 180.4, 310), ("2011_10_03", 179.7, 306)):
        line = f"{day}/{day}_drive_0002_sync/image_02/data/0000000069.png"
        lines.append(line)
        save(folder / line, np.zeros((94, width, 3), np.uint8))
        write_calibration(folder / day, focal)
        ahead = 2 + 98 * rng.random(5000) ** 2
        aside, up = (2 * rng.random((2, 5000)) - 1) * [[0.9], [0.25]] * ahead
        away = np.where(rng.random(5000) < 0.1, -ahead, ahead)  # a tenth is behind
        points = np.stack([away, aside, up, np.zeros(5000)], axis=1)
        file = folder / line.replace("image_02", "velodyne_points")
        file.parent.mkdir(parents=True)
        points.astype(np.float32).tofile(file.with_suffix(".bin"))
        disparities.append(0.004 + 0.1 * rng.random((16, 64)) ** 3)
    # As the paper's list: left and right, .jpg for what KITTI publishes as .png.
    both = (f"{line} {line.replace('image_02', 'image_03')}\n" for line in lines)
    (folder / "list.txt").write_text("".join(both).replace("png", "jpg"))
    np.save(folder / "disparities.npy", np.array(disparities, np.float32))
    return folder, np.load(folder / "disparities.npy")


def printed(folder, capsys, tmp_path, **flags):
    """The table's numbers, as the program prints them, by the row's title."""
    evaluate.main(
        evaluate.Config(
            data_dir=str(folder),
            predictions=str(folder / "disparities.npy"),
            output=str(tmp_path / "scores"),
            **flags,
        )
    )
    head, *lines = capsys.readouterr().out.splitlines()
    names = head.split()
    rows = (line.rsplit(None, len(names)) for line in lines if line.count(".") > 8)
    return {title: dict(zip(names, numbers, strict=True)) for title, *numbers in rows}


def of_eigen(raw_data):
    """The flags of the Eigen split."""
    return {"benchmark": "eigen", "filenames_file": str(raw_data[0] / "list.txt")}


# --- the tests


def test_the_oracle_gives_the_authors_own_numbers(shared):
    golden = np.load(shared / "golden" / "monodepth_vgg_seed1.npz")
    found = [
        picture_of_2015(truth_px.astype(np.float64), low)
        for truth_px, low in zip(
            golden["kitti_gt_disp"], golden["kitti_pred_disp"], strict=True
        )
    ]
    order = [0, 1, 2, 3, 7, 4, 5, 6]  # theirs has d1_all last
    np.testing.assert_allclose(found, golden["kitti_out"][:, order], rtol=1e-6)


@pytest.mark.parametrize("truth", ["noc", "occ"])
def test_kitti_2015_to_the_printed_digit(data_2015, truth, capsys, tmp_path):
    expected = kitti_2015(*data_2015, truth)
    np.testing.assert_allclose(expected, GOLDEN[truth], rtol=1e-6)
    (row,) = printed(
        data_2015[0], capsys, tmp_path, benchmark="kitti", truth=truth
    ).values()
    assert [row[name] for name in NAMES] == [f"{each:.3f}" for each in expected]


@pytest.mark.parametrize("crop", [True, False])
def test_eigen_to_the_printed_digit(raw_data, crop, capsys, tmp_path):
    expected = eigen(*raw_data, crop=crop)
    np.testing.assert_allclose(expected, GOLDEN["crop" if crop else "all"], rtol=1e-6)
    row = printed(raw_data[0], capsys, tmp_path, garg_crop=crop, **of_eigen(raw_data))
    found = [row["predictions"][name] for name in NAMES if name != "d1_all"]
    assert found == [f"{each:.3f}" for each in expected]


@pytest.mark.parametrize("own", [{}, {"garg_crop": False, "max_depth": 50.0}])
def test_monodepth2_s_rows_to_the_printed_digit(raw_data, own, capsys, tmp_path):
    """Whatever crop and depth the other rows have."""
    flags = of_eigen(raw_data) | {"align": "scale_shift", "protocol": "monodepth2"}
    rows = printed(raw_data[0], capsys, tmp_path, **flags, **own)
    for title, rule in (("", {"baseline": 0.54}), (" median", {"median": True})):
        expected = eigen(*raw_data, **rule)
        np.testing.assert_allclose(expected, GOLDEN[f"2{title}"], rtol=1e-6)
        row = rows[f"predictions, monodepth2{title}"]
        found = [row[name] for name in NAMES if name != "d1_all"]
        assert found == [f"{each:.3f}" for each in expected]
    assert [file.name for file in (tmp_path / "scores").glob("*.png")] == [
        "predictions.png"
    ]


def test_monodepth2_is_of_the_eigen_split(data_2015):
    config = evaluate.Config(
        benchmark="kitti", data_dir=str(data_2015[0]), protocol="monodepth2"
    )
    with pytest.raises(ValueError, match="scores the Eigen split, not kitti; pass"):
        evaluate.main(config)


@pytest.mark.parametrize(
    "broken", [{"ahead": False}, {"nearest": False}, {"baseline": 0.54}]
)
def test_a_broken_rule_prints_another_table(raw_data, broken):
    """The depth of the camera, the last or farthest point, the nominal baseline."""
    found = np.round(eigen(*raw_data, **broken), 3)
    assert (found != np.round(GOLDEN["crop"], 3)).sum() >= 5


def test_occluded_pixels_are_scored_where_there_is_nothing_else(
    data_2015, capsys, tmp_path
):
    """And the program says so, in the output and in the scores."""
    folder = tmp_path / "training"
    folder.mkdir()
    for part in ("image_2", "disp_occ_0"):
        (folder / part).symlink_to(data_2015[0] / "training" / part)
    evaluate.main(
        evaluate.Config(
            benchmark="kitti",
            data_dir=str(tmp_path),
            predictions=str(data_2015[0] / "disparities.npy"),
            output=str(tmp_path / "scores"),
        )
    )
    out = capsys.readouterr().out
    assert f"scored on {folder / 'disp_occ_0'}, occluded pixels too: there is no" in out
    content = json.loads((tmp_path / "scores" / "scores.json").read_text())
    assert content["truth"] == "occ"
    found = content["mean"]["predictions"]
    np.testing.assert_allclose(
        [found[name] for name in NAMES], GOLDEN["occ"], rtol=1e-6
    )
