"""The report as text: every number under its heading."""

from benchmarks.lens import scores, table, targets


def test_a_table_of_everything() -> None:
    """Catches columns exchanged, a score left out, and None that stops the program."""
    mean = {name: n + 0.25 for n, name in enumerate(scores.NAMES)}
    mean |= {"lights": None, "worst": 9.5, "milliseconds": 12.4}
    report = {
        "sets": {"fresh": {"lens": {"mean": mean, "shots": {"scene/0": {}}}}},
        "energy": {"lens": 0.0123},
        "seconds": {"12": {"gaussian": 0.5}},
        "memory": {"12": 0.75, "48": None},
    }
    checked = [
        targets.Target("PSNR", 38, 38.25),
        targets.Target("memory", 1, 2.0, at_least=False),
        targets.Target("cost", 1, None),
    ]
    assert table.text(report, checked).splitlines() == [
        "fresh, 1 shots  PSNR    SSIM  edges  worst  geometry  lights  energy"
        "  detail  CPU-ms",
        "lens            0.25  1.2500   2.25   9.50      4.25       -  5.2500"
        "   6.250      12",
        "",
        "light energy  error",
        "lens          1.23%",
        "",
        "CPU-seconds  gaussian",
        "12 MP           0.500",
        "",
        "peak memory    GB",
        "12 MP        0.75",
        "48 MP           -",
        "",
        "target         found",
        "PSNR    >= 38  38.25           met",
        "memory   <= 1      2        MISSED",
        "cost     >= 1      -  not measured",
    ]
