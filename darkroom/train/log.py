"""What a training writes for TensorBoard, without TensorFlow.

A file of records, a protocol buffer `Event` each, as TensorFlow's writer leaves them:
`tensorboard` itself has the records and their checksums.
"""

from __future__ import annotations

import contextlib
import io
import os
import pathlib
import platform
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image
from tensorboard.compat.proto import event_pb2, summary_pb2, tensor_pb2
from tensorboard.compat.proto import tensor_shape_pb2 as shape_pb2
from tensorboard.compat.proto import types_pb2 as types
from tensorboard.plugins.histogram import metadata as histogram_metadata
from tensorboard.plugins.image import metadata as image_metadata
from tensorboard.plugins.scalar import metadata as scalar_metadata
from tensorboard.plugins.text import metadata as text_metadata
from tensorboard.summary.writer import record_writer

from darkroom.pixels import Array

if TYPE_CHECKING:
    import keras

_BUCKETS = 30  # of a histogram


class Log:
    """A training's log.

    Where it cannot be written, on a full disk, say, that is said once, and the training
    goes on without.
    """

    def __init__(self, folder: str | None, first: int = 0) -> None:
        """Begins a file, of what comes after the step `first`; none without a folder.

        TensorBoard forgets what a killed run had logged beyond it.
        """
        self._folder = folder
        self._file: io.FileIO | None = None
        if folder is None:
            return
        with self._said_once():
            pathlib.Path(folder).mkdir(parents=True, exist_ok=True)
            # in the order of their names; nothing is held back in a buffer
            name = f"events.out.tfevents.{time.time():017.6f}.{platform.node()}"
            self._file = io.FileIO(f"{folder}/{name}.{os.getpid()}", "a")
        self._add(0, file_version="brain.Event:2")
        begins = event_pb2.SessionLog(status=event_pb2.SessionLog.START)
        self._add(first + 1 if first else 0, session_log=begins)

    def scalars(self, step: int, **values: float) -> None:
        """Adds numbers, each to the curve of its name."""
        about = scalar_metadata.create_summary_metadata("", "")
        for name, value in values.items():
            number = tensor_pb2.TensorProto(dtype=types.DT_FLOAT, float_val=[value])
            self._value(step, name, about, number)

    def picture(self, step: int, name: str, picture: Array) -> None:
        """Adds a uint8 picture `[H, W, 3]`: a strip or grid of several, say."""
        about = image_metadata.create_summary_metadata("", "")
        encoded = io.BytesIO()
        Image.fromarray(picture).save(encoded, "PNG")
        height, width = (str(side).encode() for side in picture.shape[:2])
        self._value(step, name, about, _texts(width, height, encoded.getvalue()))

    def text(self, name: str, text: str) -> None:
        """Adds a text as it is, line by line."""
        about = text_metadata.create_summary_metadata("", "")
        content = tensor_pb2.TensorProto(
            dtype=types.DT_STRING, string_val=[f"```\n{text}```".encode()]
        )
        self._value(0, name, about, content)

    def histograms(self, step: int, variables: Iterable[keras.Variable]) -> None:
        """Adds how the values of each variable are spread."""
        import keras

        about = histogram_metadata.create_summary_metadata("", "")
        for variable in variables:
            values = keras.ops.convert_to_numpy(variable)
            counts, edges = np.histogram(values, bins=_BUCKETS)
            rows = np.stack([edges[:-1], edges[1:], counts], axis=-1)
            table = tensor_pb2.TensorProto(
                dtype=types.DT_DOUBLE,
                tensor_shape=_shape(rows.shape),
                double_val=rows.ravel(),
            )
            self._value(step, variable.path, about, table)

    def _value(
        self,
        step: int,
        tag: str,
        about: summary_pb2.SummaryMetadata,
        tensor: tensor_pb2.TensorProto,
    ) -> None:
        value = summary_pb2.Summary.Value(tag=tag, metadata=about, tensor=tensor)
        self._add(step, summary=summary_pb2.Summary(value=[value]))

    def _add(self, step: int, **content: object) -> None:
        if self._file is None:
            return
        event = event_pb2.Event(wall_time=time.time(), step=step, **content)
        with self._said_once():
            record_writer.RecordWriter(self._file).write(event.SerializeToString())

    @contextlib.contextmanager
    def _said_once(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            self._file = None
            print(
                f"{self._folder}: TensorBoard's log cannot be written, and ends here; "
                f"the training goes on ({error.strerror})",
                file=sys.stderr,
            )


def _texts(*texts: bytes) -> tensor_pb2.TensorProto:
    return tensor_pb2.TensorProto(
        dtype=types.DT_STRING, tensor_shape=_shape([len(texts)]), string_val=texts
    )


def _shape(sides: Sequence[int]) -> shape_pb2.TensorShapeProto:
    dim = shape_pb2.TensorShapeProto.Dim
    return shape_pb2.TensorShapeProto(dim=[dim(size=side) for side in sides])
