"""A training: networks, optimizers, losses, and what is shown of it."""

from __future__ import annotations

import dataclasses
import functools
import pathlib
from collections.abc import Mapping

import keras

from cyclegan_tf import assembly
from cyclegan_tf.config import Config
from cyclegan_tf.data import encoding, folders, pictures, samples
from cyclegan_tf.evaluation import scores, validation
from darkroom import pixels
from darkroom.metrics import reports
from darkroom.pixels import Array
from darkroom.train import cache, checkpoints, session
from darkroom.train import loop as training_loop

Domains = tuple[list[folders.Picture], list[folders.Picture]]

ROWS = 3  # of each direction, in TensorBoard

_DIRECTIONS = {
    "generator": "A_to_B",
    "generator_a": "A_to_B",
    "generator_b": "B_to_A",
}


def training(
    config: Config, run: pathlib.Path, domains: Domains, test: Domains
) -> session.Training:
    """Builds a training.

    Args:
      config: the flags, resolved.
      run: its folder.
      domains: the pictures to learn from, partners at equal places for pix2pix.
      test: those to score; the first `config.validate` of each are.

    Raises:
      ValueError, OSError: flags cannot be followed, or files do not fit.
    """
    spec = sample_spec(config, domains)
    drawn = training_samples(config, domains, spec)
    strategy = session.prepare(config)
    with strategy.scope():
        parts = assembly.assemble(config, strategy)
        state = parts.state()
        first = _start(parts.networks, state, config, run)
    # Pictures without masks are fine where nothing asks for them.
    beside = all(picture.mask is not None for picture in test[0] + test[1])
    asked = bool(config.lambda_mask or config.overlay)
    return session.Training(
        config=config,
        folder=run,
        weights=tuple(_file(run, name) for name in parts.networks),
        scores=run / "scores.json",
        samples=drawn,
        source=functools.partial(_source, drawn),
        strategy=strategy,
        state=state,
        first=first,
        optimizer=parts.generator_optimizer,
        step=parts.step,
        save_weights=functools.partial(_save, parts.networks, run, config, spec),
        evaluate=Evaluation(
            config,
            parts.networks,
            spec,
            (test[0][: config.validate], test[1][: config.validate]),
            config.task == "portrait" and (beside or asked),
            run / "scores.json",
        ),
    )


def sample_spec(config: Config, domains: Domains) -> samples.SampleSpec:
    """Returns the sizes that the flags ask for, and how B's depth maps are encoded.

    The first map of B tells whether they hold metres.

    Raises:
      OSError, ValueError: that map cannot be read, or the crops do not fit.
    """
    depth = None
    if config.task == "depth":
        stored = pictures.stored_depth(domains[1][0])
        depth = encoding.fitting(stored, config.farthest)
    load, crop = config.load_size, config.crop_size
    return samples.SampleSpec((load, load), (crop, crop), config.mirror, depth)


def training_samples(
    config: Config, domains: Domains, spec: samples.SampleSpec
) -> samples.Unpaired | samples.Paired:
    """Returns the training samples, a pure function of their number.

    Raises:
      ValueError: masks are wanted, and there are none.
    """
    decoded = cache.Cache(config.cache)
    if config.model == "pix2pix":
        pairs = list(zip(*domains, strict=True))
        return samples.Paired(pairs, spec, config.seed, decoded)
    masks = bool(config.lambda_mask or config.overlay)
    return samples.Unpaired(*domains, spec, masks, config.seed, decoded)


def _source(drawn: samples.Unpaired | samples.Paired, number: int) -> pathlib.Path:
    """Returns the file of A that sample `number` is made from."""
    if isinstance(drawn, samples.Paired):
        return drawn.pair(number)[0].path
    return drawn.pictures(number)[0].path


def _file(folder: pathlib.Path, name: str) -> pathlib.Path:
    return folder / f"{name}.weights.h5"


def _start(
    networks: Mapping[str, keras.Model],
    state: Mapping[str, keras.Variable],
    config: Config,
    run: pathlib.Path,
) -> int:
    """Sets the first weights, or restores the run's state; returns the steps done."""
    if (run / "state.npz").exists():
        return checkpoints.load_state(run / "state.npz", state)
    if config.from_weights is None:
        return 0
    start = pathlib.Path(config.from_weights)
    if start.is_dir():
        steps = {
            name: checkpoints.load_weights(network, _file(start, name)).get("step")
            for name, network in networks.items()
        }
        if len(set(steps.values())) > 1:
            found = ", ".join(f"{name} {step}" for name, step in steps.items())
            raise ValueError(
                f"{start} holds networks of different steps ({found}): its training "
                "was killed while it saved; run that again first"
            )
    else:
        checkpoints.load_weights(next(iter(networks.values())), start)
    return 0


def _save(
    networks: Mapping[str, keras.Model],
    run: pathlib.Path,
    config: Config,
    spec: samples.SampleSpec,
    step: int,
) -> None:
    notes: dict[str, object] = {"method": config.model, "task": config.task}
    if spec.encoding is not None:
        notes["farthest"] = spec.encoding.farthest
    for name, network in networks.items():
        checkpoints.save_weights(
            network,
            _file(run, name),
            network="cyclegan_tf",
            **network.card,
            **notes,
            direction=_DIRECTIONS.get(name),
            size=f"{config.crop_size}x{config.crop_size}",
            step=step,
            steps=config.steps,
        )


@dataclasses.dataclass(frozen=True)
class Evaluation:
    """Scores the networks after a step, into the log.

    Attributes:
      config: the flags, resolved.
      networks: by the names of their files.
      spec: what samples look like.
      test: the pictures to score.
      masked: whether persons are scored and shown: portraits have masks, or get them.
      report: a file for the scores, as JSON; None to keep none.
    """

    config: Config
    networks: Mapping[str, keras.Model]
    spec: samples.SampleSpec
    test: Domains
    masked: bool
    report: pathlib.Path | None

    def __call__(self, step: int, log: training_loop.Log) -> None:
        """Scores after `step`."""
        config = self.config
        if config.histograms:
            for network in self.networks.values():
                log.histograms(step, network.trainable_variables)
        values = self.scores()
        output = values.get("output", {}).items()
        log.scalars(step, **{f"validation/{name}": value for name, value in output})
        title = "source | made | target"
        if config.model == "cyclegan":
            title = "real | made | restored | identity" + " | person" * self.masked
        log.picture(step, title, pixels.grid(self.rows()))
        if self.report is not None:
            report = {
                "step": step,
                "model": config.model,
                "task": config.task,
                "run": config.run,
                "pictures": len(self.test[0]),
                **values,
            }
            reports.write(self.report, report)

    def scores(self) -> dict[str, scores.Scores]:
        """Returns the mean scores of the output, and of what it is compared with."""
        generator, size = self._generator, self.spec.size
        if self.spec.encoding is not None:
            pairs = self.pairs()
            return validation.depths(generator, pairs, size, self.spec.encoding)
        if not self.masked:
            return {}
        return {"output": validation.portraits(generator, self.test[0], size)}

    def pairs(self) -> list[folders.Pair]:
        """Returns the pictures that have a partner of the same name."""
        b = {picture.path.stem: picture for picture in self.test[1]}
        return [(a, b[a.path.stem]) for a in self.test[0] if a.path.stem in b]

    def rows(self) -> list[list[Array]]:
        """Returns rows of pictures to look at, uint8; see `validation`."""
        spec, size = self.spec, self.spec.size
        if self.config.model == "pix2pix":
            return [
                validation.translated(self._generator, *samples.whole_pair(pair, spec))
                for pair in self.pairs()[:ROWS]
            ]
        a, b = ([*each[:ROWS]] for each in self.test)
        from_a = [samples.whole_picture(each, size) for each in a]
        from_b = [samples.whole_picture(each, size, spec.encoding) for each in b]
        forward, backward, *_ = self.networks.values()
        rows = []
        for files, reals, others, there, back in (
            (a, from_a, from_b, forward, backward),
            (b, from_b, from_a, backward, forward),
        ):
            for file, real, other in zip(files, reals, others, strict=False):
                mask = samples.whole_mask(file, size) if self.masked else None
                rows.append(validation.cycle(there, back, real, other, mask))
        return rows

    @property
    def _generator(self) -> keras.Model:
        return next(iter(self.networks.values()))
