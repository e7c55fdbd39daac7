"""What holds for every program."""

import resource

import programs
import pytest


@pytest.mark.parametrize("module", programs.modules())
def test_help_comes_at_once(tmp_path, module):
    """Catches a heavy import where a program starts, and help without an example."""
    seconds = []
    for _ in range(3):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        found = programs.run(f"python -m {module} --help", tmp_path)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        used = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
        seconds.append(used)
        if used < 0.3:
            break
    assert found.returncode == 0, found.stderr
    assert f"python -m {module}" in found.stdout
    assert "flags:" in found.stdout and "Traceback" not in found.stderr
    assert min(seconds) < 0.3
