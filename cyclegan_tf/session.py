"""A training: networks, optimizers, losses, and what is shown of it."""

from __future__ import annotations

import pathlib
from collections.abc import Callable
from typing import Any

from cyclegan_tf import assembly, sources, state
from cyclegan_tf.data import folders, samples
from cyclegan_tf.evaluation import validation
from darkroom import pixels
from darkroom.metrics import reports
from darkroom.train import checkpoints, distribution, session

ROWS = 3  # of each direction, in TensorBoard

_DIRECTIONS = {
    "generator": "A_to_B",
    "generator_a": "A_to_B",
    "generator_b": "B_to_A",
}


class Session(session.Session):
    """Everything between the flags of cyclegan_tf.train and its loop."""

    def __init__(
        self,
        config: Any,
        run: pathlib.Path,
        train: sources.Domains,
        test: sources.Domains,
    ) -> None:
        self._form = sources.form(config, train)
        samples = sources.samples(config, train, self._form)
        paired = config.model == "pix2pix"
        first = "generator" if paired else "generator_a"
        super().__init__(config, run, f"{first}.weights.h5", samples)
        self._test = test[0][: config.validate], test[1][: config.validate]
        with self.strategy.scope():
            made = assembly.assemble(config, self.strategy)
            self._networks = made.networks._asdict()
            self.optimizer = made.optimizers["generators"]
            self.state = [
                *state.of_networks(self._networks),
                *state.of_optimizers(made.optimizers),
                *(variable for pool in made.pools for variable in pool.variables),
            ]
            self.first = self._begin()
        self._generator = self._networks[first]
        self._step = made.step
        # Pictures without masks are fine where nothing asks for them.
        beside = all(picture.mask is not None for picture in test[0] + test[1])
        self._masked = config.task == "portrait" and (
            beside or bool(config.lambda_mask or config.overlay)
        )

    def _begin(self) -> int:
        """Sets the first weights, or restores the run's state; the steps done."""
        kept = self.folder / "state.npz"
        if kept.exists():
            return checkpoints.load_state(kept, self.state)
        start = self.config.from_weights
        if start is not None and pathlib.Path(start).is_dir():
            for name, network in self._networks.items():
                checkpoints.load_weights(network, self._file(pathlib.Path(start), name))
        elif start is not None:
            generator = next(iter(self._networks.values()))
            checkpoints.load_weights(generator, pathlib.Path(start))
        return 0

    def step(self) -> Callable[..., distribution.Terms]:
        return self._step

    def file(self, number: int) -> pathlib.Path:
        return sources.file(self.samples, number)

    def save_weights(self, step: int) -> None:
        config = self.config
        notes: dict[str, Any] = {"method": config.model, "task": config.task}
        if self._form.encoding is not None:
            notes["farthest"] = self._form.encoding.farthest
        for name, network in self._networks.items():
            checkpoints.save_weights(
                network,
                self._file(self.folder, name),
                network="cyclegan_tf",
                **network.card,
                **notes,
                direction=_DIRECTIONS.get(name),
                size=f"{config.crop_size}x{config.crop_size}",
                step=step,
                steps=config.steps,
            )

    def evaluate(self, step: int) -> None:
        if self.config.histograms:
            for network in self._networks.values():
                self.log.histograms(step, network.trainable_variables)
        found = self._scores()
        values = found.get("output", {}).items()
        self.log.scalars(step, **{f"validation/{name}": v for name, v in values})
        title = "source | made | target"
        if self.config.model == "cyclegan":
            title = "real | made | restored | identity" + " | person" * self._masked
        self.log.picture(step, title, pixels.grid(self._rows()))
        if distribution.is_chief(self.strategy):
            config = self.config
            report = {
                "step": step,
                "model": config.model,
                "task": config.task,
                "run": config.run,
                "pictures": len(self._test[0]),
                **found,
            }
            reports.write(self.folder / "scores.json", report)

    def _scores(self) -> dict[str, dict[str, float]]:
        size, painted = self._form.size, self._form.encoding
        if painted is not None:
            return validation.depths(self._generator, self._pairs(), size, painted)
        if not self._masked:
            return {}
        return {"output": validation.portraits(self._generator, self._test[0], size)}

    def _pairs(self) -> list[folders.Pair]:
        """The held-out pictures that have a partner of the same name."""
        b = {picture.path.stem: picture for picture in self._test[1]}
        return [(a, b[a.path.stem]) for a in self._test[0] if a.path.stem in b]

    def _rows(self) -> list[list[Any]]:
        shape, size = self._form, self._form.size
        if self.config.model == "pix2pix":
            return [
                validation.translated(self._generator, *samples.whole_pair(pair, shape))
                for pair in self._pairs()[:ROWS]
            ]
        a, b = ([*each[:ROWS]] for each in self._test)
        pictures = [samples.whole_picture(each, size) for each in a]
        others = [samples.whole_picture(each, size, shape.encoding) for each in b]
        forward, backward, *_ = self._networks.values()
        rows = []
        for way in (
            (a, pictures, others, forward, backward),
            (b, others, pictures, backward, forward),
        ):
            for picture, real, other in zip(*way[:3], strict=False):
                mask = samples.whole_mask(picture, size) if self._masked else None
                rows.append(validation.cycle(*way[3:], real, other, mask))
        return rows

    def _file(self, folder: pathlib.Path, name: str) -> pathlib.Path:
        return folder / f"{name}.weights.h5"
