"""What the environment says of several machines, as each scheduler spells it."""

import json

import pytest

from darkroom.train import clusters

NAMES = ("TF_CONFIG", "WORKERS", "SERVICE", "HOSTNAME", "JOB_COMPLETION_INDEX")
SLURM = ("PROCID", "STEP_NUM_TASKS", "STEP_NODELIST", "STEP_TASKS_PER_NODE")


@pytest.fixture
def say(monkeypatch):
    """Sets the environment to this, and nothing else that clusters read."""
    for name in (*NAMES, *(f"SLURM_{each}" for each in SLURM), "SLURMD_NODENAME"):
        monkeypatch.delenv(name, raising=False)

    def say(**environment: str) -> None:
        for name, value in environment.items():
            monkeypatch.setenv(name, value)

    return say


def joined(kind: clusters.Kind) -> tuple[list[str], int]:
    import os

    count = clusters.join(kind)
    config = json.loads(os.environ["TF_CONFIG"])
    assert count == len(config["cluster"]["worker"])
    assert config["task"]["type"] == "worker"
    assert clusters.rank("env") == clusters.rank(kind) == config["task"]["index"]
    return config["cluster"]["worker"], config["task"]["index"]


def slurm(rank: int, nodes: str, tasks: str, count: int, node: str) -> dict[str, str]:
    """What srun sets."""
    values = (str(rank), str(count), nodes, tasks)
    told = {f"SLURM_{name}": v for name, v in zip(SLURM, values, strict=True)}
    return told | {"SLURMD_NODENAME": node}


def test_slurm(say):
    """Two tasks a node: ports are apart, and nodes in the order of their numbers."""
    say(**slurm(2, "gpu[9-10]", "2(x2)", 4, "gpu10"))
    expected = ["gpu9:8470", "gpu9:8471", "gpu10:8470", "gpu10:8471"]
    assert joined("slurm") == (expected, 2)


def test_slurm_in_another_order_is_refused(say):
    """Catches a worker that would listen at the address of another machine."""
    say(**slurm(1, "gpu[1-2]", "2(x2)", 4, "gpu2"))  # --distribution=cyclic
    with pytest.raises(ValueError, match=r"worker 1 runs on gpu2, where gpu1:8471"):
        clusters.join("slurm")


def test_kubernetes(say):
    index = {"JOB_COMPLETION_INDEX": "1", "HOSTNAME": "pynet-1"}
    say(WORKERS="3", SERVICE="pynet", **index)
    hosts = ["pynet-0.pynet:8470", "pynet-1.pynet:8470", "pynet-2.pynet:8470"]
    assert joined("kubernetes") == (hosts, 1)


@pytest.mark.parametrize(
    ("job", "index", "rank"), [("chief", 0, 0), ("worker", 0, 1), ("worker", 1, 2)]
)
def test_a_chief_comes_before_the_workers(say, job, index, rank):
    """Catches two processes that take themselves for the one that writes."""
    cluster = {"chief": ["a:1"], "worker": ["b:1", "c:1"]}
    task = {"type": job, "index": index}
    say(TF_CONFIG=json.dumps({"cluster": cluster, "task": task}))
    assert (clusters.rank("env"), clusters.join("env")) == (rank, 3)


@pytest.mark.parametrize(
    ("kind", "environment", "message"),
    [
        ("env", {}, "needs TF_CONFIG in the environment, and it is not set"),
        ("env", {"TF_CONFIG": "{"}, "TF_CONFIG is {; expected"),
        ("env", {"TF_CONFIG": "[]"}, r"TF_CONFIG is \[\]; expected"),
        (
            "env",
            {"TF_CONFIG": '{"cluster": {"worker": ["a:1"]}, "task": {}}'},
            "with this process's own place",
        ),
        (
            "env",
            {
                "TF_CONFIG": '{"cluster": {"worker": ["a:1"]}, '
                '"task": {"type": "worker", "index": 1}}'
            },
            "with this process's own place",
        ),
        (
            "env",
            {
                "TF_CONFIG": '{"cluster": {"ps": ["a:1"], "worker": ["a:2"]}, '
                '"task": {"type": "ps", "index": 0}}'
            },
            "with this process's own place",
        ),
        *(
            (
                "env",
                {
                    "TF_CONFIG": f'{{"cluster": {{"worker": {hosts}}}, '
                    '"task": {"type": "worker", "index": 0}}'
                },
                'expected {"cluster": {"worker": .*HOST:PORT',
            )
            for hosts in ('["a"]', '["a:b", "c:1"]', '["a:99999"]', "[5]", '"a:1"')
        ),
        ("slurm", {}, "needs SLURM_PROCID, which is not set; start .* by srun"),
        ("slurm", {"SLURM_PROCID": "0"}, "cannot read what srun set"),
        (
            "kubernetes",
            {"JOB_COMPLETION_INDEX": "0"},
            "needs WORKERS, which is not set; .* an Indexed Job",
        ),
        (
            "kubernetes",
            {"JOB_COMPLETION_INDEX": "0", "WORKERS": "two"},
            "needs WORKERS, which is 'two'",
        ),
        (
            "kubernetes",
            {"JOB_COMPLETION_INDEX": "0", "WORKERS": "2", "HOSTNAME": "a-0"},
            "needs SERVICE, .* not set",
        ),
        (
            "kubernetes",
            {
                "JOB_COMPLETION_INDEX": "2",
                "WORKERS": "2",
                "HOSTNAME": "a-2",
                "SERVICE": "a",
            },
            "this is worker 2 of only 2 that kubernetes tells of",
        ),
    ],
)
def test_what_cannot_be_a_worker_is_told_what_is_missing(
    say, kind, environment, message
):
    say(**environment)
    with pytest.raises(ValueError, match=message):
        clusters.join(kind)
