"""A training: network, optimizer, loss, and what is shown of it."""

from __future__ import annotations

import dataclasses
import functools
import pathlib
from collections.abc import Mapping

import keras
import tensorflow as tf

from darkroom import cli, pixels
from darkroom.metrics import reports
from darkroom.train import cache, checkpoints, distribution, optimizers, session
from darkroom.train import loop as training_loop
from monodepth import data, losses, network, presets, stereo_pairs, validation
from monodepth.config import Config

WEIGHTS = "monodepth.weights.h5"


def training(
    config: Config,
    run: pathlib.Path,
    pairs: list[stereo_pairs.Pair],
    test: list[stereo_pairs.Pair],
) -> session.Training:
    """Builds a training.

    Args:
      config: the flags, resolved.
      run: its folder.
      pairs: to learn from.
      test: to score.

    Raises:
      ValueError, OSError: flags cannot be followed, or files do not fit.
    """
    size = cli.parse_size(config.size)
    network.check_size(config.encoder, *size)
    samples = data.train_sample(
        pairs, size, config.seed, config.stereo, decoded=cache.Cache(config.cache)
    )
    strategy = session.prepare(config)
    with strategy.scope():
        model = network.monodepth(
            config.encoder,
            config.stereo,
            config.deconv,
            config.width,
            config.seed,
            optimizers.POLICY[config.precision],
        )
        optimizer = presets.optimizer(config)
        optimizer.build(model.trainable_variables)
        state = checkpoints.by_path([*model.weights, *optimizer.variables])
        first = _start(model, state, config, run, strategy)
    loss = functools.partial(
        losses.terms, smoothness=config.smoothness, edges=config.edges
    )
    return session.Training(
        config=config,
        folder=run,
        weights=(run / WEIGHTS,),
        scores=run / "scores.json" if test else None,
        samples=samples,
        source=lambda number: samples.pair(number).left,
        strategy=strategy,
        state=state,
        first=first,
        optimizer=optimizer,
        step=distribution.supervised_step(model, optimizer, loss, strategy),
        save_weights=functools.partial(_save, model, run / WEIGHTS, config),
        evaluate=Evaluation(
            config,
            validation.compiled(
                model, smoothness=config.smoothness, edges=config.edges
            ),
            test,
            # What was measured of whole pictures does not fit those that are cut.
            {} if pairs[0].cut else validation.truths(pairs[0].folder),
            model.trainable_variables,
            run / "scores.json",
        ),
    )


def _start(
    model: keras.Model,
    state: Mapping[str, keras.Variable],
    config: Config,
    run: pathlib.Path,
    strategy: tf.distribute.Strategy,
) -> int:
    """Sets the first weights, or restores the run's state; returns the steps done."""
    file = run / "state.npz"
    if config.retrain:
        weights = pathlib.Path(config.from_weights or run / WEIGHTS)
        checkpoints.load_weights(model, weights)
        # From here on the run is the new one, even if it is stopped at once.
        if distribution.is_chief(strategy):
            checkpoints.save_state(file, 0, state)
    elif file.exists():
        return checkpoints.load_state(file, state)
    elif config.from_weights is not None:
        checkpoints.load_weights(model, pathlib.Path(config.from_weights))
    return 0


def _save(model: keras.Model, weights: pathlib.Path, config: Config, step: int) -> None:
    checkpoints.save_weights(
        model,
        weights,
        network="monodepth",
        encoder=config.encoder,
        stereo=config.stereo,
        deconv=config.deconv,
        width=config.width,
        size=config.size,
        step=step,
        steps=config.steps,
    )


@dataclasses.dataclass(frozen=True)
class Evaluation:
    """Scores the network after a step, into the log.

    Attributes:
      config: the flags, resolved.
      network: what `validation.compiled` makes of it.
      test: the pairs to score.
      truths: how to read what was measured of left pictures.
      variables: those that learn, for their histograms.
      report: a file for the scores, as JSON; None to keep none.
    """

    config: Config
    network: validation.Run
    test: list[stereo_pairs.Pair]
    truths: Mapping[pathlib.Path, validation.Read]
    variables: list[keras.Variable]
    report: pathlib.Path | None

    def __call__(self, step: int, log: training_loop.Log) -> None:
        """Scores after `step`."""
        if self.config.histograms:
            log.histograms(step, self.variables)
        if not self.test:
            return
        size = cli.parse_size(self.config.size)
        samples = (
            (pair.left, *data.full_pair(pair, size, self.config.stereo))
            for pair in self.test
        )
        result = validation.evaluate(
            self.network, samples, self.truths, self.config.edges
        )
        scores = {**result.terms, **result.network}
        log.scalars(step, **{f"validation/{n}": v for n, v in scores.items()})
        title = "left | disparity | left rebuilt | error"
        log.picture(step, title, pixels.grid(result.rows))
        if self.report is not None:
            report = {
                "step": step,
                "pairs": len(self.test),
                "loss": result.terms,
                "network": result.network,
                "constant": result.constant,
            }
            reports.write(self.report, report)
