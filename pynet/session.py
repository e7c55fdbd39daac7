"""One level's training: network, optimizer, loss, and what is shown of it."""

from __future__ import annotations

import json
import pathlib
from collections.abc import Callable
from typing import Any

import keras
import numpy as np

from darkroom import (
    checkpoints,
    distribution,
    lpips,
    optimizers,
    pixels,
    session,
    vgg,
)
from pynet import data, handoff, identity, levels, network, scene, validation


class Session(session.Session):
    """Everything between the flags of pynet.train and its loop."""

    def __init__(
        self,
        config: Any,
        run: pathlib.Path,
        train: list[scene.Pair],
        test: list[scene.Pair],
    ) -> None:
        patches = data.train_sample(
            train, config.level, config.patch_size, config.seed, config.augment
        )
        super().__init__(config, run, "pynet.weights.h5", patches, config.accumulate)
        self._test = test[: config.validate]
        policy = optimizers.POLICY[config.precision]
        with self.strategy.scope():
            self._pyramid = network.pynet(
                config.width,
                seed=config.seed,
                precision=policy,
                without_filters_of=config.without_filters_of,
            )
            if config.start == "identity" and config.freeze and config.level > 3:
                for name in identity.FROZEN:
                    self._pyramid.get_layer(name).trainable = False
            self._model = network.one_level(self._pyramid, config.level)
            replicas = self.strategy.num_replicas_in_sync
            self.optimizer = levels.optimizer(config, replicas)
            self.optimizer.build(self._model.trainable_variables)
            self.state = [*self._pyramid.weights, *self.optimizer.variables]
            self.first = handoff.begin(
                self._pyramid,
                self.state,
                run,
                config.level,
                config.start,
                config.from_weights,
                config.joint,
            )
            content = config.vgg if config.level == 1 else "none"
            features = vgg.vgg19(content, policy)
            distance = _distance() if config.lpips and config.level == 1 else None
        if config.level == 1:
            what = "none: L1 and SSIM only" if features is None else config.vgg
            print(f"VGG-19 of the content loss: {what}")
        self._loss = levels.loss(config.level, features, distance, config.lpips)
        self._levels = validation.compiled(self._shown())

    def step(self) -> Callable[..., distribution.Terms]:
        return distribution.supervised_step(
            self._model,
            self.optimizer,
            self._loss,
            self.strategy,
            self.config.accumulate,
        )

    def file(self, number: int) -> pathlib.Path:
        return self.samples.pair(number).photo

    def save_weights(self, step: int) -> None:
        config = self.config
        with optimizers.averages(self.optimizer, self._model.trainable_variables):
            checkpoints.save_weights(
                self._pyramid,
                self.weights,
                network="pynet",
                width=config.width,
                level=config.level,
                without_filters_of=config.without_filters_of,
                start=config.start,
                step=step,
                steps=config.steps,
            )

    def evaluate(self, step: int) -> None:
        with optimizers.averages(self.optimizer, self._model.trainable_variables):
            self._evaluate(step)

    def _evaluate(self, step: int) -> None:
        level = self.config.level
        found = validation.evaluate(
            lambda inputs: self._levels(inputs)[f"level_{level}"],
            self._test,
            level,
            pictures=0,
        )
        means = {f"validation/{name}": mean for name, mean in found.mean.items()}
        self.log.scalars(step, **means)
        if distribution.is_chief(self.strategy):
            report = {
                "level": level,
                "step": step,
                "pictures": len(found.names),
                "output": found.mean,
                "photo": validation.mean(found.photo),
            }
            checkpoints.write_text(self.folder / "scores.json", json.dumps(report))
        self.log.picture(
            step, "input | outputs, coarse to fine | target", self._strips()
        )
        if self.config.histograms:
            self.log.histograms(step, self._model.trainable_variables)

    def _shown(self) -> keras.Model:
        """The pyramid with the outputs of this level and all coarser ones."""
        config = self.config
        shown = set(range(config.level, 8))
        if config.level == 1 and config.start == "identity":
            shown -= {2}  # `raw` was shifted, and is no picture of level 2 any more
        outputs = {f"level_{n}": self._pyramid.output[f"level_{n}"] for n in shown}
        return keras.Model(self._pyramid.input, outputs)

    def _strips(self) -> np.ndarray:
        """Rows of input, outputs from coarse to fine, and target, in one size."""
        rows = []
        for pair in self._test[:3]:
            source, target = data.full_picture(pair, self.config.level)
            found = self._levels(source[None])
            outputs = [np.asarray(found[name][0]) for name in sorted(found)[::-1]]
            size = (2 * source.shape[0], 2 * source.shape[1])
            row = [source[..., :3], *outputs, target]
            rows.append([_enlarged(picture, size) for picture in row])
        return pixels.sheet(rows)


def _distance() -> Callable[..., Any]:
    file = lpips.find()
    if file is None:
        raise ValueError(f"--lpips needs AlexNet's weights: {lpips.REMEDY}")
    return lpips.network(file)


def _enlarged(picture: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    return pixels.resize_to(pixels.to_uint8(np.clip(picture, 0, 1)), size)
