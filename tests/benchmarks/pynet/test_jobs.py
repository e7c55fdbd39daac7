"""What is measured, and flags that name nothing to measure."""

import re

import pytest

from benchmarks.pynet import __main__ as benchmark
from benchmarks.pynet import jobs as cost_jobs
from darkroom import cli


@pytest.mark.parametrize(("text", "found"), [("512", (512, 512)), ("64x96", (64, 96))])
def test_size(text, found):
    """Catches height and width exchanged."""
    assert cost_jobs.size(text) == found


@pytest.mark.parametrize(
    ("flags", "says"),
    [
        (["--levels=8"], "--levels has '8'; expected levels 7 to 1"),
        (["--precisions=int8"], "--precisions has 'int8'; expected float32, bfloat16"),
        (["--sizes=500"], "size is 500x500; expected multiples of 32"),
        (["--inference_size=512x"], "size is 512x; expected HxW"),
    ],
)
def test_bad_flags(flags, says):
    with pytest.raises(ValueError, match=re.escape(says)):
        benchmark.main(cli.parse(benchmark.Config, *flags))
