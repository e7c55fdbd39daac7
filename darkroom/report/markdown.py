"""The results as Markdown, for docs/results.md."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from darkroom.metrics import reports
from darkroom.report import prose
from darkroom.report.results import Result

WIDTH = 92  # of a line of prose

HEAD = """\
# Results: the published experiments, repeated

Made by `python -m darkroom.report` of the numbers in `docs/results`; they change by
running an experiment again:

```sh
scripts/experiments/renderers.sh --scale night    # one of them; stopped, it goes on
scripts/experiments/all.sh night                  # all, a night on two cores
scripts/experiments/publish.sh night              # puts them here
python -m darkroom.report --output runs/report    # an HTML page, a LaTeX article
```

Experiments 5 and 6 are of `checkpoints/pynet_quarter.weights.h5`; when that file was
replaced, the same command measures anew, and `--weights FILE` takes another. 2 takes
the levels of any staged training by `--run_dir DIR --data_dir DIR`.

No generator of 3 or 4 ships, since none is worth more than what needs no network: in 3
the best one's abs rel is hardly below that of a constant, and in 4 a Gaussian behind
the person blurs more and leaves the person as it was. For depth,
`checkpoints/depth_small.tflite` does
([depth.md](depth.md#the-network-that-comes-along)).
"""


def document(results: Sequence[Result], pictures: str) -> str:
    """Returns the document.

    Args:
      results: by their numbers.
      pictures: where the experiments' folders are, as seen from the document.
    """
    parts = [HEAD.rstrip()]
    parts += [_wrapped(text) for text in prose.caveats(results)]
    parts += [_bullets(prose.conclusions(results))]
    parts += [_section(result, pictures) for result in results]
    return "\n\n".join(parts) + "\n"


def _section(result: Result, pictures: str) -> str:
    parts = [f"## {result.number}. {result.title}", _wrapped(result.question)]
    parts += [_wrapped(result.method)]
    parts += [f"```sh\n{result.command}    # {prose.cost(result)}\n```"]
    for table in result.tables:
        parts += [_wrapped(f"{table.title}:")]
        parts += [reports.markdown(table.head, table.rows)]
    for picture in result.pictures:
        place = f"{pictures}/{result.name}/{picture.file}"
        parts += [f"![{result.title}]({place})", _wrapped(picture.caption)]
    return "\n\n".join([*parts, _bullets(result.findings)])


def _bullets(texts: Sequence[str]) -> str:
    return "\n".join(_wrapped(text, "- ", "  ") for text in texts)


def _wrapped(text: str, first: str = "", others: str = "") -> str:
    return textwrap.fill(
        text,
        WIDTH,
        initial_indent=first,
        subsequent_indent=others,
        break_long_words=False,
        break_on_hyphens=False,
    )
