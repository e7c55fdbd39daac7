"""The model of many workers, where it can be worked out by hand."""

import pytest

from benchmarks import macs, scale

CLUSTER = scale.Cluster(flops=1e12, bandwidth=1e9, latency=1e-3)


def test_one_worker_only_computes():
    assert CLUSTER.seconds(5e9, 1e9, 6, 1) == pytest.approx(6 * 2 * 5e9 / 1e12)


def test_a_ring_sends_twice_what_the_others_have():
    """Two workers: half a gradient there and half back. Four: six quarters."""
    assert CLUSTER.all_reduce(1e9, 2) == pytest.approx(1.0 + 2 * 1e-3)
    assert CLUSTER.all_reduce(1e9, 4) == pytest.approx(1.5 + 6 * 1e-3)


def test_speedups_by_hand():
    """10 pictures of 5 GMAC and .1 GB: .1 s alone; .05 + .102, .02 + .168 together."""
    work = macs.Work(forward=5 * 10**9 // 3, gradient_bytes=10**8)
    found = scale.speedups(CLUSTER, work, 10, [1, 2, 3, 5])
    assert found == ["1.0", "0.7", "-", "0.5"]


@pytest.mark.parametrize("text", ["", "0", "2,x", "1,-1"])
def test_workers_that_are_none_are_refused(text):
    with pytest.raises(ValueError, match="expected numbers from 1"):
        scale.parse_workers(text)
