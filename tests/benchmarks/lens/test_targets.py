"""Targets: which there are, and when they are met."""

from benchmarks.lens import targets


def means(psnr, **named):
    found = {"psnr": psnr, "ssim": 0.99, "edges": 35.0, "worst": 31.0}
    return {"mean": {**found, "sharpness": None, **named}}


def test_a_target_is_met_at_its_bound() -> None:
    assert targets.Target("", 38, 38.0).met
    assert targets.Target("", 38, 37.9).met is False
    assert targets.Target("", 1.1, 1.2, at_least=False).met is False
    assert targets.Target("", 1.1, 1.1, at_least=False).met
    assert targets.Target("", 1.1, None).met is None


def test_gains_are_over_the_other_renderers() -> None:
    """Catches the gather's target checked with the hard threshold."""
    fresh = {"lens": means(36.0), "gather": means(31.0), "classic": means(28.0)}
    known = {"lens": means(38.5), "gather": means(31.0), "classic": means(28.0)}
    report = {
        "sets": {targets.TRUTH: known, "fresh": fresh},
        "energy": {"lens": 0.004, "classic": 0.5},
        "identity": True,
    }
    found = {target.what: target for target in targets.check(report)}
    assert found["fresh: dB above gather"].found == 5
    assert found["fresh: dB above gather"].met
    assert found["fresh: dB above classic"].met is False
    assert found["lens_truth: PSNR"].met
    assert "lens_truth: dB above gather" not in found
    assert found["light energy, relative error"].met
    assert found["12 MP: peak memory, GB"].met is None


def test_cost_is_compared_at_its_own_size() -> None:
    ratios = {"over gaussian": 2.5, "40 over 12": 1.0, "40 over 12 scaled": 1.2}
    report = {"ratios": {"1": ratios, "12": ratios}, "memory": {"12": 0.9, "48": 3.0}}
    found = {target.what: target.met for target in targets.check(report)}
    assert found["1 MP: CPU-seconds over a Gaussian blur's"]
    assert found["12 MP: CPU-seconds over a Gaussian blur's"] is False
    assert found["12 MP: K 40 over K 12"]
    assert found["12 MP: K 40 over K 12 scaled"] is False
    assert found["12 MP: peak memory, GB"]
