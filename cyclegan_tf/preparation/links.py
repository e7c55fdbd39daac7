"""The photos of one Flickr search so far, kept in a file of its own.

So a search that was stopped goes on with its next page, and two searches never share
their links.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import pathlib
from typing import Any

from darkroom.io import saving

Photo = dict[str, Any]  # Flickr's entry of it: id, title, owner, licence, page, url

LICENCES = {
    1: "CC BY-NC-SA 2.0",
    2: "CC BY-NC 2.0",
    3: "CC BY-NC-ND 2.0",
    4: "CC BY 2.0",
    5: "CC BY-SA 2.0",
    6: "CC BY-ND 2.0",
    7: "no known copyright restrictions",
    8: "United States government work",
    9: "CC0 1.0",
    10: "public domain mark 1.0",
    11: "CC BY 4.0",
    12: "CC BY-SA 4.0",
    13: "CC BY-ND 4.0",
    14: "CC BY-NC 4.0",
    15: "CC BY-NC-SA 4.0",
    16: "CC BY-NC-ND 4.0",
}
SIZES = {"640": "z", "800": "c", "1024": "l", "1600": "h", "2048": "k", "original": "o"}


@dataclasses.dataclass(frozen=True)
class Query:
    """What is searched for.

    Attributes:
      text: words in title, description or tags.
      camera: a model as Flickr writes it, "apple/iphone_7"; or empty.
      licences: ids, a key of `LICENCES` each.
      size: of the photos' longer side, a key of `SIZES`.
    """

    text: str
    camera: str
    licences: tuple[int, ...]
    size: str

    @property
    def name(self) -> str:
        """A file name of this query alone."""
        spelt = json.dumps(dataclasses.astuple(self))
        words = "".join(c if c.isalnum() else "-" for c in self.text.lower())[:40]
        return f"{words}-{hashlib.sha256(spelt.encode()).hexdigest()[:12]}"


def licences(text: str) -> tuple[int, ...]:
    """Reads a list of ids with commas: the ids in order.

    Raises:
      ValueError: one is no licence of Flickr's.
    """
    names = [name.strip() for name in text.split(",")]
    if not all(name.isdecimal() and int(name) in LICENCES for name in names):
        known = ", ".join(f"{number} {name}" for number, name in LICENCES.items())
        raise ValueError(
            f"--licences is {text}; expected ids with commas between them: {known}"
        )
    return tuple(sorted({int(name) for name in names}))


class Links:
    """The links to the photos of a query.

    Attributes:
      photos: the service's entry of each, in its order, by id.
      page: the next page to ask for; None after the last.
    """

    def __init__(self, folder: pathlib.Path, query: Query) -> None:
        """Takes up the links of `folder`, if the query was begun there.

        Raises:
          ValueError: its file is damaged.
        """
        self._file = folder / f"{query.name}.json"
        self._query = dataclasses.asdict(query)
        self.photos: dict[str, Photo] = {}
        self.page: int | None = 1
        if self._file.exists():
            try:
                content = json.loads(self._file.read_text())
                self.photos, self.page = content["photos"], content["page"]
            except (ValueError, KeyError, TypeError):
                raise ValueError(
                    f"{self._file}: it is damaged; delete it, and the search begins "
                    "again"
                ) from None

    def add(self, photos: dict[str, Photo], page: int | None) -> None:
        """Notes a page's photos and which page comes next.

        Raises:
          OSError: the file cannot be written.
        """
        self.photos, self.page = self.photos | photos, page
        content = {"query": self._query, "page": page, "photos": self.photos}
        saving.write(self._file, lambda to: to.write_text(json.dumps(content)))
