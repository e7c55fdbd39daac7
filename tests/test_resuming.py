"""Of every flag of every training: whether a resumed run may change it.

A flag may differ if the run stays the same training: it says where things lie, how
long to go on, what is reported, or how the work is spread. The same command with any
other flag changed would train something else under the old name.
"""

import dataclasses

import pytest

import cyclegan_tf.train
import monodepth.train
import pynet.train
from darkroom import cli
from darkroom.train import runs

# flag: another value, and whether a resumed run may have it
COMMON = {
    "batch_size": (3, False),
    "steps": (9, True),  # of a constant rate; see tests/darkroom/train/test_runs.py
    "learning_rate": (0.5, False),
    "precision": ("bfloat16", False),
    "strategy": ("mirrored", True),
    "cluster": ("slurm", True),
    "cache": ("decoded", True),  # holds what decoding would make
    "seed": (1, False),
    "eval_every": (7, True),
    "save_minutes": (1.0, True),
    "histograms": (True, True),
    "profile": (5, True),
    "data_dir": ("moved", True),
    "preset": ("tiny", True),  # what it stands for is compared itself
    "width": (0.5, False),
    "schedule": (None, False),
    "checkpoint_dir": ("moved", True),
    "from_weights": ("a.weights.h5", True),  # a run that was begun has its own
    "validate": (1, True),
}
PYNET = COMMON | {
    "level": (6, False),
    "accumulate": (2, True),  # the same mean gradient, in parts
    "patch_size": (64, False),
    "start": ("identity", False),
    "freeze": (False, False),
    "vgg": ("keras", False),
    "joint": (True, False),
    "ema": (0.9, False),
    "augment": (True, False),
    "detail": (1.0, False),
    "lpips": (1.0, False),
    "margin": (0, True),  # of validation's pictures alone
    "without_filters_of": (3, False),
}
MONODEPTH = COMMON | {
    "filenames_file": ("other_pairs.txt", False),  # other pairs to learn from
    "validation_file": ("other_test.txt", True),
    "dataset": ("cityscapes", False),
    "encoder": ("resnet50", False),
    "stereo": (True, False),
    "deconv": (True, False),
    "size": ("128x256", False),
    "epochs": (3, True),
    "smoothness": ("both", False),
    "edges": ("replicate", False),
    "retrain": (True, True),
}
CYCLEGAN = COMMON | {
    "model": ("pix2pix", False),
    "task": ("depth", False),
    "run": ("overlay", True),  # what it stands for is compared itself
    "generator": ("unet_128", False),
    "discriminator": ("pixel", False),
    "norm": ("batch", False),
    "dropout": (True, False),
    "load_size": (300, False),
    "crop_size": (128, False),
    "mirror": (False, False),
    "farthest": (4.0, False),
    "loss": ("vanilla", False),
    "lambda_cycle": (1.0, False),
    "lambda_identity": (1.0, False),
    "lambda_mask": (1.0, False),
    "perceptual": ("none", False),
    "overlay": (True, False),
    "lambda_l1": (1.0, False),
    "generator_steps": (2, False),
    "pool_size": (5, False),
    "adam": ("pytorch", False),
    "epochs": (3, True),
    "decay_epochs": (2, True),
    "decay_steps": (2, False),
    "name": ("renamed", True),
}
TRAININGS = {
    pynet.train.Config: PYNET,
    monodepth.train.Config: MONODEPTH,
    cyclegan_tf.train.Config: CYCLEGAN,
}


@pytest.mark.parametrize("config_type", TRAININGS, ids=lambda each: each.__module__)
def test_every_flag_is_decided(config_type):
    """Catches a new flag that nobody has thought about."""
    fields = dataclasses.fields(config_type)
    assert {field.name for field in fields} == TRAININGS[config_type].keys()


@pytest.mark.parametrize(
    ("config_type", "flag"),
    [(kind, flag) for kind, table in TRAININGS.items() for flag in table],
    ids=lambda each: each if isinstance(each, str) else each.__module__,
)
def test_a_flag_may_differ_or_not(tmp_path, config_type, flag):
    another, may_differ = TRAININGS[config_type][flag]
    begun = config_type(schedule="constant")
    (tmp_path / "flags.txt").write_text(cli.spell(begun))
    (tmp_path / "state.npz").touch()
    now = dataclasses.replace(begun, **{flag: another})
    assert now != begun
    if may_differ:
        runs.check_flags(tmp_path, now)
        return
    with pytest.raises(ValueError, match=f"was begun with --{flag}="):
        runs.check_flags(tmp_path, now)
