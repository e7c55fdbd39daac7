"""The six experiments: their programs' flags, their tables and words from numbers."""

import pathlib

import numpy as np
import programs
import pytest
from absl import flags

from benchmarks.experiments import (
    arms,
    depth_generators,
    exported_files,
    joint_or_staged,
    level_by_level,
    portrait_scores,
    portraits,
    renderers,
)
from darkroom import cli

PLACE = pathlib.Path("runs/experiments/x")
PLANS = [
    step
    for module in (portraits, depth_generators, arms)
    for settings in module.SCALES.values()
    for step in module.plan(settings, PLACE)
] + [
    step
    for settings in exported_files.SCALES.values()
    for step in exported_files.plan(settings, "w.weights.h5", PLACE)
    if not step.module.startswith("ai_edge_litert")
]


@pytest.mark.parametrize("module", sorted({step.module for step in PLANS}))
def test_programs_know_the_flags_that_they_get(module):
    """Catches a renamed flag, hours before an experiment would come to it."""
    _, config_type = programs.load(module)
    for step in PLANS:
        if step.module == module:
            values = flags.FlagValues()
            cli.define(config_type, values)
            assert values(["", *step.arguments]) == [""]
            cli.read(config_type, values)


def test_every_step_has_a_name_of_its_own():
    for module in (portraits, depth_generators, arms):
        for settings in module.SCALES.values():
            names = [step.name for step in module.plan(settings, PLACE)]
            assert len(names) == len(set(names))


def test_stages_cost_what_joint_training_costs():
    """Catches a budget that is spent twice: batches count."""
    for budget in (300, 1500):
        steps = arms.level_steps(budget)
        cost = sum(
            arms.COST[level] * arms.BATCH[level] * count
            for level, count in steps.items()
        )
        assert cost == pytest.approx(budget, rel=0.02)


def test_the_first_scenes_are_linked(tmp_path):
    for part in ("original", "original_depth", "bokeh"):
        (tmp_path / "all/train" / part).mkdir(parents=True)
        for number in (0, 1, 2, 10):
            (tmp_path / "all/train" / part / f"{number}.jpg").write_text(str(number))
    (tmp_path / "all/test").mkdir()
    for _ in range(2):  # again is no error
        few = arms.link_first(tmp_path / "all", 2)
    found = sorted((few / "train/bokeh").iterdir())
    assert [file.read_text() for file in found] == ["0", "1"]
    assert (few / "test").is_dir()


def scores(psnr):
    row = {"ssim": 0.9, "detail_in_focus": 0.5, "detail_out_of_focus": 1.5}
    return {"output": {"psnr": psnr, **row}, "photo": {"psnr": 25.0, **row}}


def test_joint_or_staged_in_words():
    """Catches a sign turned round: staged is ahead, then joint."""
    found = {
        "joint_500": [scores(20.0), scores(21.0)],
        "staged_400": [scores(21.0), scores(22.0)],
        "joint_500_identity": [scores(27.0)],
        "staged_400_identity": [scores(26.5)],
    }
    words = joint_or_staged.conclusions(found)
    assert words[0].startswith("From the paper's random start staged training is ahead")
    assert (
        "ahead by 1.00 dB" in words[0]
        and "joint training is ahead by 0.50" in (words[1])
    )
    assert words[2].startswith("The start is worth 6.50 dB to joint")
    blurred = {"joint_500": [scores(20.0)]}
    assert joint_or_staged.conclusions(blurred)[0].startswith("No training is better")
    rows = joint_or_staged.cells(found, {name: [2.0] for name in found})
    assert rows[0][:2] == ["joint, 500 pictures", "20.50 ± 0.71"]
    assert rows[-1][:2] == ["the photo untouched", "25.00"]


def test_levels_in_words():
    means = {
        level: {
            "steps": 10,
            "psnr": 20.0 + level,
            "photo_psnr": 22.5,
            "ssim": 0.5,
            "photo_ssim": 0.6,
            "enlarged": 30.0 - level,
        }
        for level in (3, 2, 1)
    }
    words = level_by_level.conclusions(means)
    assert "from 27.00 dB at level 3 to 29.00 at level 1, rising at every" in words[0]
    assert words[1] == "Worse than the reduced photo itself: level 2, 1."
    assert level_by_level.cells(means)[0][:4] == ["3", "1/4", "10", "23.00"]
    for of_level in means.values():
        of_level |= {"photo_psnr": 40.0, "ssim": float("nan")}
    assert level_by_level.conclusions(means)[1].startswith("All levels draw worse")
    assert level_by_level.cells(means)[0][5] == "-"


def test_depth_in_words():
    def row(abs_rel):
        return {"abs_rel": abs_rel, "rmse": 2 * abs_rel, "a1": 0.5, "compat_rms": 3.0}

    found = dict.fromkeys(depth_generators.NAMES, row(0.5)) | {
        "constant": row(0.4),
        "pix2pix_unet": row(0.3),
        "cyclegan_resnet9": row(0.45),
    }
    words = depth_generators.conclusions([found])
    assert words[0].startswith("Pix2Pix, U-Net is best in abs rel (0.300), better than")
    assert (
        words[1].startswith("Pairs are worth 0.150") and "found here, too" in words[2]
    )
    assert depth_generators.cells([found, found])[2][1] == "0.300 ± 0.000"


def test_a_negative_portrait_is_found():
    """Catches a correlation over the wrong side of the mask."""
    rng = np.random.default_rng(0)
    photo = rng.integers(0, 256, (16, 16, 3), np.uint8)
    person = np.zeros((16, 16), bool)
    person[4:12, 4:12] = True
    before = photo / np.float32(255)
    negative = np.where(person[..., None], 1 - before, before)
    found = portrait_scores.score(photo, negative, person)
    assert found["inside"] == pytest.approx(-1) and found["outside"] == pytest.approx(1)
    assert found["background"] == pytest.approx(1)
    same = portrait_scores.score(photo, before, person)
    assert same["subject"] == 0 and same["inside"] == pytest.approx(1)


def test_portraits_in_words():
    row = {"subject": 0.1, "background": 0.5, "inside": 0.9}
    row["outside"] = 0.8
    means = {name: [row] for name in portraits.NAMES}
    means["overlay"] = [{**row, "inside": -0.7, "outside": -0.6}, row]
    means["mask_loss"] = [{**row, "subject": 0.03}]
    words = portraits.conclusions(means)
    assert words[0].startswith("Of the trainings, mask loss changes the person least")
    assert "1 of 2 trainings returned the person as a negative, 1 the" in words[1]
    assert "is what was missing" in words[2]
    assert len(words) == 5
    far = {name: [{**seeds[0], "kid": 50.0}] for name, seeds in means.items()}
    far["photo"][0]["kid"] = 20.0
    assert (
        "every training is farther away than the photo"
        in (portraits.conclusions(far)[-1])
    )
    rows = portraits.cells(means)
    assert rows[5][:2] == ["overlay", "2"] and rows[5][-1] == "-"


def test_renderers_in_words():
    row = {"psnr": 30.0, "edges": 28.0, "detail_in_focus": 0.3, "milliseconds": 40.0}
    means = {n: {**row, "psnr": 30.0 + k} for k, n in enumerate(renderers.NAMES)}
    words = renderers.conclusions({"rule": means, "any": means})
    assert "PyNET, width 1/4 is nearest to the truth; the lens is 2.0 dB" in words[0]
    assert words[1].startswith("To the photo as it is PyNET adds +6.0 dB, and the")


def test_exported_files_in_words():
    row = {"psnr": 29.0, "ssim": 0.9, "to_first": 60.0, "bytes": 4e6, "cpu_ms": 100.0}
    row |= {"litert_ms": 90.0, "peak_mb": 50.0}
    rows = {name: dict(row) for name in ("Keras", "photo", *exported_files.FILES)}
    rows["int8_dynamic"] |= {"psnr": 28.5, "bytes": 1e6, "cpu_ms": 50.0}
    del rows["photo"]["to_first"]
    words = exported_files.conclusions(rows)
    assert words[0].startswith("Weights of 8 bits cost 0.50 dB and leave 0.25 of the")
    assert words[2].startswith("litert-benchmark's least time is 0.90 to 1.80")
    assert exported_files.cells(rows)[0][2] == "-"
