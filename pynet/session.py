"""One level's training: where it starts, network, optimizer, loss, what is shown of it.

Where a level starts, in this order: at this run's own state; at the weights that
--from_weights names; from scratch (level 7, --joint); at the finished weights of the
coarser level.
"""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import json
import pathlib
from collections.abc import Callable

import keras
import numpy as np

from darkroom import pixels
from darkroom.io import saving
from darkroom.metrics import lpips, reports, vgg
from darkroom.pixels import Array
from darkroom.scenes import dataset
from darkroom.train import (
    cache,
    checkpoints,
    distribution,
    optimizers,
    session,
    weights_card,
)
from darkroom.train import loop as training_loop
from pynet import data, identity, levels, losses, network, validation, windows
from pynet.config import Config

WEIGHTS = "pynet.weights.h5"

Averages = Callable[[], contextlib.AbstractContextManager[None]]


def training(
    config: Config,
    run: pathlib.Path,
    scenes: list[windows.Pair],
    test: list[windows.Pair],
) -> session.Training:
    """Builds the training of `config.level`.

    Args:
      config: the flags, resolved.
      run: the folder of this level's run.
      scenes: to learn from.
      test: to score; the first `config.validate` of them are.

    Raises:
      ValueError, OSError: there is nothing to start from, or flags cannot be followed.
    """
    patches = data.train_sample(
        scenes,
        config.level,
        config.patch_size,
        config.seed,
        config.augment,
        cache.Cache(config.cache),
    )
    strategy = session.prepare(config, config.accumulate, ("tensorflow", "jax"))
    policy = optimizers.POLICY[config.precision]
    with strategy.scope():
        pyramid = network.pynet(
            config.width,
            seed=config.seed,
            precision=policy,
            without_filters_of=config.without_filters_of,
        )
        if config.start == "identity" and config.freeze and config.level > 3:
            for name in identity.FROZEN:
                pyramid.get_layer(name).trainable = False
        model = network.one_level(pyramid, config.level)
        optimizer = levels.optimizer(config, strategy.num_replicas_in_sync)
        optimizer.build(model.trainable_variables)
        state = checkpoints.by_path([*pyramid.weights, *optimizer.variables])
        if (run / "state.npz").exists():
            first = checkpoints.load_state(run / "state.npz", state)
        else:
            first = 0
            start(pyramid, config, run)
        content = config.vgg if config.level == 1 else "none"
        features = vgg.vgg19(content, policy)
        more = _more_terms(config)
    if config.level == 1:
        what = "none: L1 and SSIM only" if features is None else config.vgg
        print(f"VGG-19 of the content loss: {what}")
    loss = losses.level_loss(config.level, features, more)
    # With --ema, what is saved and scored are the averaged weights.
    averages = functools.partial(
        optimizers.averages, optimizer, model.trainable_variables
    )
    evaluate = Evaluation(
        config,
        validation.compiled(_shown(pyramid, config)),
        test[: config.validate],
        model.trainable_variables,
        averages,
        run / "scores.json",
    )
    return session.Training(
        config=config,
        folder=run,
        weights=(run / WEIGHTS,),
        scores=evaluate.report,
        samples=patches,
        source=lambda number: patches.pair(number).photo,
        strategy=strategy,
        state=state,
        first=first,
        optimizer=optimizer,
        step=distribution.supervised_step(
            model, optimizer, loss, strategy, config.accumulate
        ),
        save_weights=functools.partial(
            _save,
            pyramid,
            run / WEIGHTS,
            config,
            averages,
            # once: a data folder that vanishes takes it from no card
            dataset.focused_radius(config.data_dir or data.GENERATED),
        ),
        evaluate=evaluate,
    )


def _more_terms(config: Config) -> dict[str, tuple[float, losses.Distance]]:
    """Returns the terms of level 1's loss that are asked for beside the paper's."""
    terms: dict[str, tuple[float, losses.Distance]] = {}
    if config.level > 1:
        return terms
    if config.detail:
        terms["detail"] = config.detail, losses.detail
    if config.lpips:
        file = lpips.find()
        if file is None:
            raise ValueError(f"--lpips needs AlexNet's weights: {lpips.REMEDY}")
        terms["lpips"] = config.lpips, lpips.network(file)
    return terms


def start(pyramid: keras.Model, config: Config, run: pathlib.Path) -> None:
    """Sets the weights that a run without a state begins with.

    Args:
      pyramid: a fresh network.
      config: the flags, resolved.
      run: the folder of this level's run, beside that of the coarser level.

    Raises:
      ValueError, FileNotFoundError: there is nothing to start from (the command to
        run first is named), or it does not fit.
    """
    coarser = config.level + 1
    if config.from_weights is None and (config.level == 7 or config.joint):
        if config.start == "identity":
            identity.start(pyramid)
    else:
        if config.from_weights is not None:
            file = pathlib.Path(config.from_weights)
        else:
            file = run.parent / f"level_{coarser}" / WEIGHTS
            _check_finished(file, coarser)
        card = checkpoints.load_weights(pyramid, file)
        coarser = card.get("level", 1)
        if card.get("start", config.start) != config.start:
            raise ValueError(
                f"{file} was begun with --start {card['start']}, and --start is "
                f"{config.start}; pass --start {card['start']}"
            )
    if config.start == "identity" and config.level == 1 and coarser > 1:
        identity.raise_raw(pyramid)


def _check_finished(file: pathlib.Path, level: int) -> None:
    """Raises a ValueError unless the training of the coarser `level` is over."""
    first = f"run first: python -m pynet.train --level {level}, with the same flags"
    if not file.exists():
        raise ValueError(
            f"level {level - 1} starts from level {level}, whose weights are not at "
            f"{file}; {first}, or pass --from_weights"
        )
    card = weights_card.read(file)
    if card.get("step", 0) < card.get("steps", 0):
        raise ValueError(
            f"level {level - 1} starts from level {level}, which has only "
            f"{card['step']} of its {card['steps']} steps; {first}, or pass "
            f"--from_weights {file} to start from there all the same"
        )


def _save(
    pyramid: keras.Model,
    weights: pathlib.Path,
    config: Config,
    averages: Averages,
    radius: float | None,
    step: int,
) -> None:
    with averages():
        checkpoints.save_weights(
            pyramid,
            weights,
            network="pynet",
            width=config.width,
            level=config.level,
            without_filters_of=config.without_filters_of,
            start=config.start,
            radius=radius,
            step=step,
            steps=config.steps,
        )


@dataclasses.dataclass(frozen=True)
class Evaluation:
    """Scores a level after a step, into the log.

    Attributes:
      config: the flags, resolved.
      outputs: from an input `[1, H, W, 4]` to the pictures of this level and of all
        coarser ones.
      test: the scenes to score.
      variables: those that learn, for their histograms.
      averages: puts the averaged weights in their place while a picture is scored.
      report: a file for the scores, as JSON; None to keep none.
    """

    config: Config
    outputs: Callable[[Array], dict[str, keras.KerasTensor]]
    test: list[windows.Pair]
    variables: list[keras.Variable]
    averages: Averages
    report: pathlib.Path | None

    def __call__(self, step: int, log: training_loop.Log) -> None:
        """Scores after `step`."""
        with self.averages():
            self._score(step, log)

    def _score(self, step: int, log: training_loop.Log) -> None:
        level = self.config.level
        result = validation.evaluate(
            lambda inputs: self.outputs(inputs)[f"level_{level}"],
            self.test,
            level,
            pictures=0,
            margin=self.config.margin,
        )
        means = {f"validation/{name}": mean for name, mean in result.mean.items()}
        log.scalars(step, **means)
        if self.report is not None:
            scores = {
                "level": level,
                "step": step,
                "pictures": len(result.names),
                "output": result.mean,
                "photo": reports.mean_scores(result.photo),
            }
            text = json.dumps(scores)
            saving.write(self.report, lambda to: to.write_text(text))
        log.picture(step, "input | outputs, coarse to fine | target", self._strips())
        if self.config.histograms:
            log.histograms(step, self.variables)

    def _strips(self) -> Array:
        """Returns rows of input, outputs from coarse to fine, target, in one size."""
        rows = []
        for pair in self.test[:3]:
            source, target = data.full_picture(pair, self.config.level)
            pictures = self.outputs(source[None])
            between = [np.asarray(pictures[name][0]) for name in sorted(pictures)[::-1]]
            size = (2 * source.shape[0], 2 * source.shape[1])
            row = [source[..., :3], *between, target]
            rows.append([_enlarged(picture, size) for picture in row])
        return pixels.grid(rows)


def _shown(pyramid: keras.Model, config: Config) -> keras.Model:
    """Returns the pyramid with the outputs of this level and all coarser ones."""
    shown = set(range(config.level, 8))
    if config.level == 1 and config.start == "identity":
        shown -= {2}  # `raw` was shifted, and is no picture of level 2 any more
    outputs = {f"level_{n}": pyramid.output[f"level_{n}"] for n in shown}
    return keras.Model(pyramid.input, outputs)


def _enlarged(picture: Array, size: tuple[int, int]) -> Array:
    return pixels.resize_to(pixels.to_uint8(np.clip(picture, 0, 1)), size)
