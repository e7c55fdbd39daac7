"""The benchmark of several workers; its trainings are test_cluster_programs'."""

import pytest

from benchmarks import workers


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        ({"counts": "1,4"}, "--batch_size 6 does not divide among 4"),
        ({"counts": "1,x"}, "expected numbers from 1"),
    ],
)
def test_bad_flags(flags, said):
    with pytest.raises(ValueError, match=said):
        workers.main(workers.Config(**flags))


def test_a_training_that_fails_says_why(tmp_path):
    config = workers.Config(data_dir=str(tmp_path), steps=10)
    with pytest.raises(ValueError, match=r"by 1 workers failed: .*no such folder"):
        workers.measure(config, 1)
