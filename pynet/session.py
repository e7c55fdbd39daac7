"""One level's training: network, optimizer, loss, and what is kept of it."""

from __future__ import annotations

import functools
import pathlib

import keras

from darkroom.metrics import lpips, vgg
from darkroom.scenes import dataset
from darkroom.train import cache, checkpoints, distribution, optimizers, session
from pynet import (
    data,
    identity,
    levels,
    losses,
    monitor,
    network,
    start,
    validation,
    windows,
)
from pynet.config import WEIGHTS, Config


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
            start.begin(pyramid, config, run)
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
    evaluate = monitor.Evaluation(
        config,
        validation.compiled(monitor.shown(pyramid, config)),
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


def _save(
    pyramid: keras.Model,
    weights: pathlib.Path,
    config: Config,
    averages: monitor.Averages,
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
