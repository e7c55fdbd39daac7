"""The pipeline: photos are spread over workers, and a line is written of each.

    Create(photos) -> Reshuffle -> RunInference(renderer) -> WriteToText(results)

Beam loads a `ModelHandler`'s model once a process and hands it to all threads there.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import pathlib
from collections.abc import Iterator, Sequence
from typing import Any

from darkroom import program, quiet
from darkroom.io import files
from darkroom.library.renderer import Renderer, Result
from darkroom.render.options import RenderOptions

try:
    with quiet.chatter():  # of what Google's cloud would need besides
        import apache_beam as beam
        from apache_beam.ml.inference import base
        from apache_beam.options import pipeline_options
except ImportError:
    raise ValueError(
        "a library is rendered on Apache Beam, which is not installed here: pip "
        "install apache-beam; or render without it: darkroom FOLDER --output DIR"
    ) from None

Options = Any  # Beam's PipelineOptions
Runner = Any  # and its PipelineRunner

LOCAL = "DirectRunner"


class RendererHandler(base.ModelHandler[files.Job, Result, Renderer]):
    """Loads the renderer, with its network, once a worker, and runs it on photos."""

    def __init__(self, options: RenderOptions, overwrite: bool) -> None:
        super().__init__(min_batch_size=1, max_batch_size=1)  # sizes differ
        self._settings = options, overwrite

    def load_model(self) -> Renderer:
        """Loads it."""
        return Renderer(*self._settings)

    def run_inference(
        self,
        batch: Sequence[files.Job],
        model: Renderer,
        inference_args: dict[str, Any] | None = None,
    ) -> Iterator[Result]:
        """Renders photos."""
        return map(model, batch)


def options(runner: str, workers: int | None, words: Sequence[str]) -> Options:
    """Returns Beam's options.

    Args:
      runner: its name.
      workers: processes of the DirectRunner; None for one a core.
      words: options of the pipeline, as Beam's own command lines have them.

    Raises:
      ValueError: Beam does not know the runner or an option.
    """
    flags = [f"--runner={runner}"]
    if runner == LOCAL:
        flags.append(f"--direct_num_workers={workers or os.cpu_count() or 1}")
        flags.append("--direct_running_mode=multi_processing")
    known = pipeline_options.StandardOptions.ALL_KNOWN_RUNNERS
    names = [path.rpartition(".")[2] for path in known]
    if runner not in names:
        raise ValueError(
            f"Beam knows no runner {runner}; expected one of {', '.join(names)}"
        )
    chosen = pipeline_options.PipelineOptions([*flags, *words])
    try:
        with quiet.chatter():
            chosen.get_all_options()
    except SystemExit:
        raise ValueError(
            f"Beam cannot read its options {' '.join(words)}; see the documents of "
            f"the {runner}"
        ) from None
    return chosen


def run(
    todo: Sequence[files.Job],
    render_options: RenderOptions,
    overwrite: bool,
    results: pathlib.Path,
    options: Options,
) -> None:
    """Renders photos, and writes a line of JSON on each to the file `results`.

    Raises:
      ValueError: the pipeline failed, as where the file cannot be written.
    """
    handler = RendererHandler(render_options, overwrite)
    name = options.view_as(pipeline_options.StandardOptions).runner
    is_local = name == LOCAL
    try:
        with quiet.chatter() if is_local else contextlib.nullcontext():
            pipeline = beam.Pipeline(_local(options) if is_local else name, options)
            (
                pipeline
                | "Photos" >> beam.Create(list(todo))
                | "Spread" >> beam.Reshuffle()
                | "Render" >> base.RunInference(handler)
                | "Line" >> beam.Map(_line)
                | "Results"
                >> beam.io.WriteToText(
                    str(results), num_shards=1, shard_name_template=""
                )
            )
            pipeline.run().wait_until_finish()
    except Exception as error:  # of Beam, of a runner, of a worker's disk
        raise ValueError(
            f"{name} failed ({program.sentence(error)[:300]}); what it rendered stays, "
            "and the same command goes on from there"
        ) from error


def _local(options: Options) -> Runner:
    """Returns the runner of this machine.

    By its name, DirectRunner, Beam would download another, written in Go, and try that.
    """
    from apache_beam.portability.api import beam_provision_api_pb2 as provision
    from apache_beam.runners.portability import portable_runner
    from apache_beam.runners.portability.fn_api_runner import fn_runner

    flags = portable_runner.JobServiceHandle.encode_pipeline_options(
        options.get_all_options()
    )
    information = provision.ProvisionInfo(pipeline_options=flags)
    return fn_runner.FnApiRunner(
        provision_info=fn_runner.ExtendedProvisionInfo(information)
    )


def _line(result: Result) -> str:
    return json.dumps(dataclasses.asdict(result))
