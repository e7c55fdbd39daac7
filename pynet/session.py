"""One level's training put together: data, network, optimizer, loss, loop."""

from __future__ import annotations

import pathlib
from collections.abc import Iterator
from typing import Any

import keras
import numpy as np

from darkroom import checkpoints, data, pixels, training, vgg
from darkroom.scenes import dataset
from pynet import data as ebb
from pynet import handoff, identity, levels, network, validation

GENERATED = pathlib.Path("data/scenes")
GENERATED_SIZE = (256, 384)
POLICY = {
    "float32": "float32",
    "bfloat16": "mixed_bfloat16",
    "float16": "mixed_float16",
}


def generated_scenes() -> pathlib.Path:
    """The generated data set that stands in for EBB!; made, or completed, if need be."""
    return dataset.generate("ebb", GENERATED, train=240, test=24, size=GENERATED_SIZE)


class Session:
    """Everything between the flags of pynet.train and its loop.

    Attributes:
      first: steps that were done before.
      weights: the file that the next level starts from.
    """

    def __init__(self, config: Any, run: pathlib.Path) -> None:
        self._config, self._run = config, run
        self.weights = run / "pynet.weights.h5"
        folder = config.data_dir or generated_scenes()
        self._patches = ebb.train_sample(
            ebb.pairs(folder, "train"), config.level, config.patch_size, config.seed
        )
        self._test = ebb.pairs(folder, "test")[: config.validate]

        keras.utils.set_random_seed(config.seed)
        self._strategy = training.strategy(config.strategy)
        with self._strategy.scope():
            self._pyramid = network.pynet(
                config.width,
                seed=config.seed,
                precision=POLICY[config.precision],
                without_filters_of=config.without_filters_of,
            )
            if config.start == "identity" and config.level > 3:
                for name in identity.FROZEN:
                    self._pyramid.get_layer(name).trainable = False
            self._model = network.one_level(self._pyramid, config.level)
            self._optimizer = levels.optimizer(config)
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
            features = vgg.vgg19(config.vgg, POLICY[config.precision])
        if config.level == 1:
            what = "none: L1 and SSIM only" if features is None else config.vgg
            print(f"VGG-19 of the content loss: {what}")
        self._loss = levels.loss(config.level, features)

    def run(self, flags: str) -> None:
        """Trains from `first` to the last step."""
        config = self._config
        if self.first >= config.steps:
            return
        self._log = training.Log(str(self._run / "log"))
        self._log.text("flags", flags)
        self._levels = validation.compiled(self._shown())
        loop = training.Loop(
            steps=config.steps,
            save=self._save,
            evaluate=self._validate,
            log=self._log,
            learning_rate=lambda: float(self._optimizer.learning_rate),
            files=self._files,
            eval_every=config.eval_every,
            save_minutes=config.save_minutes,
            profile=(str(self._run / "log"), config.profile)
            if config.profile
            else None,
        )
        step = training.supervised_step(
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

    def _files(self, step: int) -> str:
        size = self._config.batch_size
        numbers = range((step - 1) * size, step * size)
        names = sorted({str(self._patches.pair(number).photo) for number in numbers})
        return ", ".join(names[:3]) + (", ..." if len(names) > 3 else "")

    def _save(self, step: int) -> None:
        if not training.is_chief(self._strategy):
            return
        config = self._config
        checkpoints.save_state(self._run / "state.npz", step, self._state)
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
            untouched=False,
            pictures=0,
        )
        means = {f"validation/{name}": mean for name, mean in found.mean.items()}
        self._log.scalars(step, **means)
        self._log.picture(
            step, "input | outputs, coarse to fine | target", self._strips()
        )
        if self._config.histograms:
            self._log.histograms(step, self._model.trainable_variables)

    def _shown(self) -> keras.Model:
        """The pyramid with the outputs of this level and all coarser ones."""
        config = self._config
        # Once level 1 has begun from the identity, `raw` is no picture of level 2.
        hidden = (
            {"level_2"} if (config.level, config.start) == (1, "identity") else set()
        )
        outputs = {
            name: picture
            for name, picture in self._pyramid.output.items()
            if int(name[-1]) >= config.level and name not in hidden
        }
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
