"""A training: network, optimizer, loss, and what is shown of it."""

from __future__ import annotations

import functools
import pathlib
from collections.abc import Callable
from typing import Any

from darkroom import cli, pixels
from darkroom.metrics import reports
from darkroom.train import checkpoints, distribution, optimizers, session
from monodepth import data, losses, network, presets, validation


class Session(session.Session):
    """Everything between the flags of monodepth.train and its loop."""

    def __init__(
        self,
        config: Any,
        run: pathlib.Path,
        train: list[data.Pair],
        test: list[data.Pair],
    ) -> None:
        self._size = cli.size(config.size)
        network.check_size(config.encoder, *self._size)
        samples = data.train_sample(train, self._size, config.seed, config.stereo)
        super().__init__(config, run, "monodepth.weights.h5", samples)
        self._test = test
        policy = optimizers.POLICY[config.precision]
        with self.strategy.scope():
            self._model = network.monodepth(
                config.encoder,
                config.stereo,
                config.deconv,
                config.width,
                config.seed,
                policy,
            )
            self.optimizer = presets.optimizer(config)
            self.optimizer.build(self._model.trainable_variables)
            self.state = [*self._model.weights, *self.optimizer.variables]
            self.first = self._begin()
        options = {"smoothness": config.smoothness, "edges": config.edges}
        self._loss = functools.partial(losses.terms, **options)
        self._validated = validation.compiled(self._model, **options)
        # What was measured of whole pictures does not fit those that are cut.
        self._truths = {} if train[0].cut else validation.truths(train[0].folder)

    def _begin(self) -> int:
        """Sets the first weights, or restores the run's state; the steps done."""
        start = self.config.from_weights
        state = self.folder / "state.npz"
        if self.config.retrain:
            checkpoints.load_weights(self._model, pathlib.Path(start or self.weights))
            # From here on the run is the new one, even if it is stopped at once.
            checkpoints.save_state(state, 0, self.state)
        elif state.exists():
            return checkpoints.load_state(state, self.state)
        elif start is not None:
            checkpoints.load_weights(self._model, pathlib.Path(start))
        return 0

    def step(self) -> Callable[..., distribution.Terms]:
        return distribution.supervised_step(
            self._model, self.optimizer, self._loss, self.strategy
        )

    def file(self, number: int) -> pathlib.Path:
        return self.samples.pair(number).left

    def save_weights(self, step: int) -> None:
        config = self.config
        checkpoints.save_weights(
            self._model,
            self.weights,
            network="monodepth",
            encoder=config.encoder,
            stereo=config.stereo,
            deconv=config.deconv,
            width=config.width,
            size=config.size,
            step=step,
            steps=config.steps,
        )

    def evaluate(self, step: int) -> None:
        if self.config.histograms:
            self.log.histograms(step, self._model.trainable_variables)
        if not self._test:
            return
        samples = (
            (pair.left, *data.full_pair(pair, self._size, self.config.stereo))
            for pair in self._test
        )
        found = validation.evaluate(
            self._validated, samples, self._truths, self.config.edges
        )
        scores = {**found.terms, **found.network}
        self.log.scalars(step, **{f"validation/{n}": v for n, v in scores.items()})
        title = "left | disparity | left rebuilt | error"
        self.log.picture(step, title, pixels.grid(found.rows))
        if distribution.is_chief(self.strategy):
            report = {
                "step": step,
                "pairs": len(self._test),
                "loss": found.terms,
                "network": found.network,
                "constant": found.constant,
            }
            reports.write(self.folder / "scores.json", report)
