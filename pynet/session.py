"""One level's training put together: data, network, optimizer, loss, loop."""

from __future__ import annotations

import json
import pathlib
from collections.abc import Iterator
from typing import Any

import keras
import numpy as np

from darkroom import (
    checkpoints,
    data,
    distribution,
    pixels,
    tensorboard,
    training,
    vgg,
)
from pynet import data as ebb
from pynet import handoff, identity, levels, network, scene, validation

POLICY = {
    "float32": "float32",
    "bfloat16": "mixed_bfloat16",
    "float16": "mixed_float16",
}


class Session:
    """Everything between the flags of pynet.train and its loop.

    Attributes:
      first: steps that were done before.
      weights: the file that the next level starts from.
    """

    def __init__(
        self,
        config: Any,
        run: pathlib.Path,
        train: list[scene.Pair],
        test: list[scene.Pair],
    ) -> None:
        self._config, self._run = config, run
        self.weights = run / "pynet.weights.h5"
        self._patches = ebb.train_sample(
            train, config.level, config.patch_size, config.seed
        )
        self._test = test[: config.validate]

        keras.utils.set_random_seed(config.seed)
        self._strategy = distribution.strategy(config.strategy)
        replicas = self._strategy.num_replicas_in_sync
        if config.batch_size % (replicas * config.accumulate):
            raise ValueError(
                f"--batch_size {config.batch_size} does not divide among {replicas} "
                f"devices with --accumulate {config.accumulate} equal parts on each"
            )
        with self._strategy.scope():
            self._pyramid = network.pynet(
                config.width,
                seed=config.seed,
                precision=POLICY[config.precision],
                without_filters_of=config.without_filters_of,
            )
            if config.start == "identity" and config.freeze and config.level > 3:
                for name in identity.FROZEN:
                    self._pyramid.get_layer(name).trainable = False
            self._model = network.one_level(self._pyramid, config.level)
            self._optimizer = levels.optimizer(config, replicas)
            self._optimizer.build(self._model.trainable_variables)
            self._state = [*self._pyramid.weights, *self._optimizer.variables]
            self.first = handoff.begin(
                self._pyramid,
                self._state,
                run,
                config.level,
                config.start,
                config.from_weights,
                config.joint,
            )
            content = config.vgg if config.level == 1 else "none"
            features = vgg.vgg19(content, POLICY[config.precision])
        if config.level == 1:
            what = "none: L1 and SSIM only" if features is None else config.vgg
            print(f"VGG-19 of the content loss: {what}")
        self._loss = levels.loss(config.level, features)

    def run(self, flags: str) -> None:
        """Trains from `first` to the last step."""
        config = self._config
        if self.first >= config.steps:
            if not self.weights.exists() or self._saved_step() != self.first:
                self._save_weights(self.first)  # it was killed between the two files
            return
        self._log = tensorboard.Log(str(self._run / "log"))
        self._log.text("flags", flags)
        self._levels = validation.compiled(self._shown())
        loop = training.Loop(
            steps=config.steps,
            save=self._save,
            evaluate=self._validate,
            log=self._log,
            learning_rate=self._learning_rate,
            files=self._files,
            eval_every=config.eval_every,
            save_minutes=config.save_minutes,
            profile=(str(self._run / "log"), config.profile),
        )
        step = distribution.supervised_step(
            self._model, self._optimizer, self._loss, self._strategy, config.accumulate
        )
        loop.run(step, self._batches(), self.first, f"level {config.level}")

    def _batches(self) -> Iterator[Any]:
        size = self._config.batch_size

        def stream(context: Any) -> Any:
            shapes, start = self._patches.shapes, self.first * size
            return data.stream(self._patches, shapes, size, start, context=context)

        distributed = self._strategy.distribute_datasets_from_function(stream)
        return data.iterate(distributed)

    def _learning_rate(self) -> float:
        return float(keras.ops.convert_to_numpy(self._optimizer.learning_rate))

    def _files(self, step: int) -> str:
        size = self._config.batch_size
        numbers = range((step - 1) * size, step * size)
        names = sorted({str(self._patches.pair(number).photo) for number in numbers})
        return ", ".join(names[:3]) + (", ..." if len(names) > 3 else "")

    def _save(self, step: int) -> None:
        if not distribution.is_chief(self._strategy):
            return
        checkpoints.save_state(self._run / "state.npz", step, self._state)
        self._save_weights(step)

    def _saved_step(self) -> Any:
        return checkpoints.read_card(self.weights).get("step")

    def _save_weights(self, step: int) -> None:
        config = self._config
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

    def _validate(self, step: int) -> None:
        level = self._config.level
        found = validation.evaluate(
            lambda inputs: self._levels(inputs)[f"level_{level}"],
            self._test,
            level,
            pictures=0,
        )
        means = {f"validation/{name}": mean for name, mean in found.mean.items()}
        self._log.scalars(step, **means)
        if distribution.is_chief(self._strategy):
            report = {
                "level": level,
                "step": step,
                "pictures": len(found.names),
                "output": found.mean,
                "photo": validation.mean(found.photo),
            }
            checkpoints.write_text(self._run / "scores.json", json.dumps(report))
        self._log.picture(
            step, "input | outputs, coarse to fine | target", self._strips()
        )
        if self._config.histograms:
            self._log.histograms(step, self._model.trainable_variables)

    def _shown(self) -> keras.Model:
        """The pyramid with the outputs of this level and all coarser ones."""
        config = self._config
        shown = set(range(config.level, 8))
        if config.level == 1 and config.start == "identity":
            shown -= {2}  # `raw` was shifted, and is no picture of level 2 any more
        outputs = {f"level_{n}": self._pyramid.output[f"level_{n}"] for n in shown}
        return keras.Model(self._pyramid.input, outputs)

    def _strips(self) -> np.ndarray:
        """Rows of input, outputs from coarse to fine, and target, in one size."""
        rows = []
        for pair in self._test[:3]:
            source, target = ebb.full_picture(pair, self._config.level)
            found = self._levels(source[None])
            outputs = [np.asarray(found[name][0]) for name in sorted(found)[::-1]]
            size = (2 * source.shape[0], 2 * source.shape[1])
            row = [source[..., :3], *outputs, target]
            rows.append([_enlarged(picture, size) for picture in row])
        return pixels.sheet(rows)


def _enlarged(picture: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    return pixels.resize_to(pixels.to_uint8(np.clip(picture, 0, 1)), size)
