"""Each term by hand, and all of them against a loop-like reading of the paper."""

import numpy as np
import pytest
import tensorflow as tf

from monodepth import losses, warp

SIDES = ("left", "right")


def sample(seed=0, height=24, width=32, batch=2):
    """A pair and the disparities of four scales, of random numbers."""
    random = np.random.default_rng(seed)
    pair = random.random((batch, height, width, 6)).astype(np.float32)
    outputs = {
        f"disparity_{n + 1}": 0.3 * random.random((batch, height >> n, width >> n, 2))
        for n in range(4)
    }
    return pair, {k: v.astype(np.float32) for k, v in outputs.items()}


def ssim_of(one, other):
    """The structural similarity of two windows, `[3, 3]`, from its definition."""
    covariance = ((one - one.mean()) * (other - other.mean())).mean()
    top = (2 * one.mean() * other.mean() + 1e-4) * (2 * covariance + 9e-4)
    squares = one.mean() ** 2 + other.mean() ** 2
    return top / ((squares + 1e-4) * (one.var() + other.var() + 9e-4))


def expected(pair, outputs, smoothness):
    """What `losses.terms` should be, side by side and scale by scale, in float64."""
    found = {}
    for n in range(4):
        scale, rest = n + 1, outputs[f"disparity_{n + 1}"]
        disparities = [rest[..., :1], rest[..., 1:]]
        batch, height, width, _ = rest.shape
        blocks = pair.astype(float).reshape(batch, height, 2**n, width, 2**n, 6)
        views = np.split(blocks.mean((2, 4)), 2, axis=-1)
        sums = dict.fromkeys(("appearance", "smoothness", "consistency"), 0.0)
        for side, sign in ((0, -1), (1, 1)):
            picture, disparity = views[side], disparities[side]
            seen = warp.resample(views[1 - side], sign * disparity)
            seen = np.asarray(seen, float)
            windows = [
                np.lib.stride_tricks.sliding_window_view(view, (3, 3), axis=(1, 2))
                for view in (picture, seen)
            ]
            similar = [
                ssim_of(windows[0][place], windows[1][place])
                for place in np.ndindex(windows[0].shape[:4])
            ]
            dissimilarity = np.clip((1 - np.array(similar)) / 2, 0, 1).mean()
            absolute = np.abs(picture - seen).mean()
            sums["appearance"] += 0.85 * dissimilarity + 0.15 * absolute
            for axis in (2, 1)[: 2 if smoothness == "both" else 1]:
                edge = np.abs(np.diff(picture, axis=axis)).mean(-1, keepdims=True)
                change = np.abs(np.diff(disparity, axis=axis))
                sums["smoothness"] += (change * np.exp(-edge)).mean() / 2**n
            warped = warp.resample(disparities[1 - side], sign * disparity)
            sums["consistency"] += np.abs(disparity - np.asarray(warped)).mean()
        found |= {f"{name}_{scale}": value for name, value in sums.items()}
    for name in ("appearance", "smoothness", "consistency"):
        found[name] = sum(found[f"{name}_{scale}"] for scale in (1, 2, 3, 4))
    found["loss"] = (
        found["appearance"] + 0.1 * found["smoothness"] + found["consistency"]
    )
    return found


@pytest.mark.parametrize("smoothness", ["horizontal", "both"])
def test_terms_equal_a_plain_reading_of_the_paper(smoothness):
    """Catches swapped sides, a scale's weight, a mean over the wrong axes."""
    pair, outputs = sample()
    found = losses.terms(pair, outputs, smoothness)
    wanted = expected(pair, outputs, smoothness)
    assert found.keys() == wanted.keys()
    for name, value in wanted.items():
        assert float(found[name]) == pytest.approx(value, rel=2e-5), name


def test_terms_in_a_graph_of_any_size():
    pair, outputs = sample(1)
    anything = {name: tf.TensorSpec([None, None, None, 2]) for name in outputs}
    terms = tf.function(
        losses.terms, input_signature=[tf.TensorSpec([None, None, None, 6]), anything]
    )
    found, wanted = terms(pair, outputs), losses.terms(pair, outputs)
    for name, value in wanted.items():
        assert float(found[name]) == pytest.approx(float(value), rel=1e-5), name


def test_weights_and_edges_are_heard():
    """Catches an option that is taken and not passed on."""
    pair, outputs = sample(2)
    plain = losses.terms(pair, outputs)
    parts = {name: float(plain[name]) for name in plain}
    heavy = losses.terms(pair, outputs, smoothness_weight=3.0, consistency_weight=5.0)
    total = parts["appearance"] + 3 * parts["smoothness"] + 5 * parts["consistency"]
    assert float(heavy["loss"]) == pytest.approx(total, rel=1e-5)
    replicated = losses.terms(pair, outputs, edges="replicate")
    assert float(replicated["appearance"]) != pytest.approx(
        parts["appearance"], rel=1e-3
    )
    assert float(replicated["smoothness"]) == parts["smoothness"]
    absolute = losses.terms(pair, outputs, ssim_share=0.0)
    assert float(absolute["appearance_1"]) != pytest.approx(parts["appearance_1"])


def test_the_originals_terms_of_each_side(golden):
    """Catches sides that are wrong and sum up right."""
    numbers = golden.numbers
    for side in SIDES:
        for n in range(4):
            picture = numbers[f"left_pyramid_{n}"]
            if side == "right":
                picture = losses.pyramid(numbers["input_right"])[n]
            disparity = numbers[f"disp_{side}_{n}"]
            estimate = numbers[f"{side}_est_{n}"]
            seen = numbers[f"{'r2l' if side == 'left' else 'l2r'}_disp_{n}"]
            found = {
                "ssim": losses.appearance_loss(picture, estimate, 1.0),
                "l1_reconstruction": losses.appearance_loss(picture, estimate, 0.0),
                "image": losses.appearance_loss(picture, estimate),
                "disp": losses.smoothness_loss(disparity, picture) / 2**n,
                "lr": losses.consistency_loss(disparity, seen),
            }
            for name, value in found.items():
                middle = f"{name}_{side}_loss" if name in ("disp", "lr") else None
                key = f"{middle or f'{name}_loss_{side}'}_{n}"
                assert float(value) == pytest.approx(float(numbers[key]), rel=1e-5), key


def test_the_originals_sums(golden):
    """Catches a term that is right alone and counts wrongly."""
    numbers = golden.numbers
    pair = np.concatenate([numbers["input_left"], numbers["input_right"]], -1)
    outputs = {
        f"disparity_{n + 1}": np.concatenate(
            [numbers[f"disp_{side}_{n}"] for side in SIDES], -1
        )
        for n in range(4)
    }
    found = losses.terms(pair, outputs)
    names = {
        "loss": "total_loss",
        "appearance": "image_loss",
        "smoothness": "disp_gradient_loss",
        "consistency": "lr_loss",
    }
    for name, key in names.items():
        assert float(found[name]) == pytest.approx(float(numbers[key]), rel=1e-5), name


def test_the_original_sums_horizontal_changes_only(golden):
    """Its vertical ones, computed and dropped, are what "both" adds."""
    numbers = golden.numbers
    picture, disparity = numbers["left_pyramid_0"], numbers["disp_left_0"]
    along_x, along_y = (float(numbers[f"smooth_left_mean_abs_{n}"]) for n in (0, 4))
    found = losses.smoothness_loss(disparity, picture)
    assert float(found) == pytest.approx(along_x, rel=1e-5)
    both = losses.smoothness_loss(disparity, picture, "both")
    assert float(both) == pytest.approx(along_x + along_y, rel=1e-5)


def test_pyramid_by_hand():
    """Catches a picture that is thinned out instead of averaged."""
    picture = np.arange(64, dtype=np.float32).reshape(1, 8, 8, 1)
    levels = losses.pyramid(picture)
    assert [tuple(level.shape[1:3]) for level in levels] == [
        (8, 8),
        (4, 4),
        (2, 2),
        (1, 1),
    ]
    assert np.asarray(levels[1])[0, 0, :2, 0].tolist() == [4.5, 6.5]  # 0, 1, 8, 9
    assert float(levels[3][0, 0, 0, 0]) == 31.5


def test_appearance_by_hand():
    """Flat pictures differ in luminance only: (2 a b + C1) / (a^2 + b^2 + C1)."""
    dark, light = np.full((1, 4, 5, 3), 0.25), np.full((1, 4, 5, 3), 0.75)
    similar = (2 * 0.25 * 0.75 + 1e-4) / (0.25**2 + 0.75**2 + 1e-4)
    wanted = 0.85 * (1 - similar) / 2 + 0.15 * 0.5
    found = losses.appearance_loss(*(tf.constant(x, tf.float32) for x in (dark, light)))
    assert float(found) == pytest.approx(wanted, rel=1e-4)
    same = tf.constant(dark, tf.float32)
    assert float(losses.appearance_loss(same, same)) == pytest.approx(0, abs=1e-6)


def test_ssim_has_room_for_its_window():
    one = tf.random.stateless_uniform((2, 6, 9, 3), (1, 2))
    assert losses.ssim(one, 1 - one).shape == (2, 4, 7, 3)


def test_opposite_pictures_are_more_unlike_than_unrelated_ones():
    """Catches a similarity that is clipped at 0: its range is -1 to 1."""
    one = tf.random.stateless_uniform((1, 16, 16, 3), (3, 4))
    other = tf.random.stateless_uniform((1, 16, 16, 3), (5, 6))
    opposite = float(losses.appearance_loss(one, 1 - one, 1.0))
    assert opposite > float(losses.appearance_loss(one, other, 1.0)) + 0.1
    assert opposite > 0.5


def test_smoothness_by_hand():
    """A step of 0.2 in every second gap, half as dear where the picture has ln 2."""
    disparity = np.array([0, 0.2, 0.2, 0], np.float32).reshape(1, 1, 4, 1)
    grey = np.zeros((1, 1, 4, 3), np.float32)
    steps = (0.2 + 0 + 0.2) / 3
    assert float(losses.smoothness_loss(disparity, grey)) == pytest.approx(steps)
    grey[0, 0, 1:] = np.log(2)
    halved = (0.1 + 0 + 0.2) / 3
    assert float(losses.smoothness_loss(disparity, grey)) == pytest.approx(halved)


def test_rows_that_differ_are_smooth_by_default():
    disparity = np.array([0, 0.3], np.float32).reshape(1, 2, 1, 1) * np.ones(
        (1, 1, 3, 1)
    )
    disparity, grey = disparity.astype(np.float32), np.zeros((1, 2, 3, 3), np.float32)
    assert float(losses.smoothness_loss(disparity, grey)) == 0
    both = losses.smoothness_loss(disparity, grey, "both")
    assert float(both) == pytest.approx(0.3)


def test_a_scene_that_is_explained_costs_nothing():
    """Catches any sign: with a plane at a shift of two pixels all terms vanish."""
    wide = np.random.default_rng(6).random((1, 8, 40, 3)).astype(np.float32)
    left, right = wide[:, :, :32], wide[:, :, 2:34]  # near is further left on the right
    disparity = np.full((1, 8, 32, 1), 2 / 32, np.float32)
    inside = np.s_[:, :, 3:-3]
    views = (
        (left, warp.resample(right, -disparity)),
        (
            right,
            warp.resample(left, disparity),
        ),
    )
    for picture, rebuilt in views:
        found = losses.appearance_loss(picture[inside], np.asarray(rebuilt)[inside])
        assert float(found) == pytest.approx(0, abs=1e-5)
    swapped = np.asarray(warp.resample(right, disparity))
    assert float(losses.appearance_loss(left[inside], swapped[inside])) > 0.3


def test_gradients_reach_every_scale_and_both_sides():
    pair, outputs = sample(7)
    outputs = {name: tf.constant(output) for name, output in outputs.items()}
    with tf.GradientTape() as tape:
        tape.watch(outputs)
        loss = losses.terms(pair, outputs)["loss"]
    for slope in tape.gradient(loss, outputs).values():
        assert (tf.reduce_mean(tf.abs(slope), axis=(0, 1, 2)).numpy() > 0).all()


def test_half_precision_outputs_are_summed_in_float32():
    """A mean over many pixels that is summed in bfloat16 stops growing."""
    pair, outputs = sample(8)
    rough = {name: tf.cast(output, tf.bfloat16) for name, output in outputs.items()}
    exact = {name: tf.cast(output, tf.float32) for name, output in rough.items()}
    found, wanted = losses.terms(pair, rough), losses.terms(pair, exact)
    for name, value in wanted.items():
        assert found[name].dtype == tf.float32
        assert float(found[name]) == float(value)


def test_sizes_and_options_that_cannot_be_are_refused():
    with pytest.raises(ValueError, match=r"12x16 cannot be halved 3 times.* 8 times n"):
        losses.pyramid(np.zeros((1, 12, 16, 3), np.float32))
    with pytest.raises(ValueError, match=r"at least 3 pixels; got 2x9"):
        losses.ssim(np.zeros((1, 2, 9, 3)), np.zeros((1, 2, 9, 3)))
    pair, outputs = sample()
    with pytest.raises(ValueError, match=r"smoothness is 'up'; expected.*horizontal"):
        losses.terms(pair, outputs, "up")
    with pytest.raises(ValueError, match="edges is 'red'"):
        losses.terms(pair, outputs, edges="red")
