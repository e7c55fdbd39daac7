"""What holds for every program."""

import configparser
import resource

import programs
import pytest


def modules() -> list[str]:
    """Of all commands that the packages install."""
    setup = configparser.ConfigParser()
    setup.read(programs.ROOT / "setup.cfg")
    lines = setup["options.entry_points"]["console_scripts"].split("\n")
    found = [line.split("=")[1].split(":")[0].strip() for line in lines if line]
    return [module.removesuffix(".__main__") for module in found]


@pytest.mark.parametrize("module", modules())
def test_help_comes_at_once(tmp_path, module):
    """Catches a heavy import at the top of a program, and help without an example."""
    times = []
    for _ in range(3):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        found = programs.run(f"python -m {module} --help", tmp_path)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        used = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
        times.append(used)
    assert found.returncode == 0, found.stderr
    assert f"python -m {module}" in found.stdout
    assert "  --" in found.stdout
    assert min(times) < 0.3
