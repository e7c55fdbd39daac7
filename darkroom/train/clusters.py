"""Which processes train together, and which of them this one is, before TensorFlow.

TensorFlow's MultiWorkerMirroredStrategy reads the environment variable TF_CONFIG, which
Kubeflow and scripts/train_cluster.sh set. For Slurm and for a plain Kubernetes Job,
`join` writes it from what these set themselves. Worker 0 is the chief: it alone writes.
"""

from __future__ import annotations

import json
import os
import re
from typing import Any, Literal

Kind = Literal["env", "slurm", "kubernetes"]

_PORT = 8470  # of worker 0 on each machine under Slurm, and of every pod
_EXAMPLE = json.dumps(
    {
        "cluster": {"worker": ["HOST:PORT", "..."]},
        "task": {"type": "worker", "index": 0},
    }
)


def rank(kind: Kind) -> int:
    """Returns this process's number among the workers; 0 is the chief.

    Raises:
      ValueError: the environment does not say.
    """
    if kind == "env":
        cluster, job, index = _tf_config()
        return index + len(cluster.get("chief", [])) * (job == "worker")
    return _number("SLURM_PROCID" if kind == "slurm" else "JOB_COMPLETION_INDEX", kind)


def join(kind: Kind) -> int:
    """Sets TF_CONFIG to what the environment says, and checks it where it is set.

    Returns:
      How many workers there are.

    Raises:
      ValueError: the environment does not say which workers there are.
    """
    if kind == "env":
        cluster, *_ = _tf_config()
        return sum(len(cluster.get(job, [])) for job in ("chief", "worker"))
    hosts = _slurm() if kind == "slurm" else _kubernetes()
    index = rank(kind)
    if index >= len(hosts):
        raise ValueError(
            f"this is worker {index} of only {len(hosts)} that {kind} tells of "
            f"({', '.join(hosts[:3])} ...); expected 0 to {len(hosts) - 1}"
        )
    task = {"type": "worker", "index": index}
    os.environ["TF_CONFIG"] = json.dumps({"cluster": {"worker": hosts}, "task": task})
    return len(hosts)


def _tf_config() -> tuple[dict[str, list[str]], str, int]:
    """The workers by their jobs, and this one's job and number there."""
    text = os.environ.get("TF_CONFIG")
    if text is None:
        raise ValueError(
            "--strategy multiworker needs TF_CONFIG in the environment, and it is not "
            f"set; expected {_EXAMPLE}, as scripts/train_cluster.sh sets it, or pass "
            "--cluster slurm or --cluster kubernetes"
        )
    try:
        config: dict[str, Any] = json.loads(text)
        cluster, task = config["cluster"], config["task"]
        job, index = task["type"], int(task["index"])
        known = job in ("chief", "worker") and index >= 0 and cluster[job][index]
        known = known and all(map(_are_addresses, cluster.values()))
    except (ValueError, KeyError, TypeError, IndexError, AttributeError):
        known = False
    if not known:
        raise ValueError(
            f"TF_CONFIG is {text[:200]}; expected {_EXAMPLE} with this process's own "
            "place among the workers"
        )
    return cluster, job, index


def _are_addresses(hosts: object) -> bool:
    return isinstance(hosts, list) and all(
        isinstance(host, str)
        and re.fullmatch(r".+:\d{1,5}", host)
        and int(host.rpartition(":")[2]) < 1 << 16
        for host in hosts
    )


def _number(name: str, kind: Kind) -> int:
    text = os.environ.get(name, "")
    if not text.isdecimal():
        where = "srun" if kind == "slurm" else "an Indexed Job (docs/scale.md)"
        raise ValueError(
            f"--cluster {kind} needs {name}, which is "
            f"{repr(text) if text else 'not set'}; start the workers by {where}"
        )
    return int(text)


def _slurm() -> list[str]:
    """The workers' addresses, in the order of their numbers.

    TensorFlow's resolver expands Slurm's lists, and sorts node10 before node9, which
    Slurm does not. It would also deal out the GPUs of a node, which is left to srun:
    where that shows each task its own, no task but the first would find one.
    """
    from tensorflow import distribute

    _number("SLURM_PROCID", "slurm")
    try:
        resolver = distribute.cluster_resolver.SlurmClusterResolver(
            port_base=_PORT, gpus_per_node=1 << 20, gpus_per_task=1, auto_set_gpu=False
        )
        hosts = resolver.cluster_spec().job_tasks("worker")
    except (RuntimeError, ValueError) as error:
        raise ValueError(
            f"--cluster slurm cannot read what srun set ({error}); start the workers "
            "by srun, with as many --ntasks-per-node on each node"
        ) from None
    hosts = sorted(hosts, key=_by_number)
    own, index = os.environ.get("SLURMD_NODENAME"), rank("slurm")
    if own and index < len(hosts) and hosts[index].rpartition(":")[0] != own:
        raise ValueError(
            f"worker {index} runs on {own}, where {hosts[index]} was expected; pass "
            "srun --distribution=block, which numbers the tasks node by node"
        )
    return hosts


def _by_number(host: str) -> list[tuple[int, str]]:
    parts = re.findall(r"\d+|\D+", host)
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in parts]


def _kubernetes() -> list[str]:
    """The addresses of an Indexed Job's pods, which a headless service names."""
    index, workers = rank("kubernetes"), _number("WORKERS", "kubernetes")
    service = os.environ.get("SERVICE", "")
    pod = os.environ.get("HOSTNAME", "")
    name, _, number = pod.rpartition("-")
    if not service or number != str(index):
        raise ValueError(
            "--cluster kubernetes needs SERVICE, the Job's headless service, which is "
            f"{repr(service) if service else 'not set'}, and HOSTNAME as an Indexed "
            f"Job sets it, which is {pod!r}; expected NAME-{index}"
        )
    return [f"{name}-{worker}.{service}:{_PORT}" for worker in range(workers)]
