"""Makes training folders: from your own photos, NYU Depth v2, or a search on Flickr.

  python -m cyclegan_tf.prepare portraits phone/*.jpg --output data/mine/trainA
  python -m cyclegan_tf.prepare nyu --mat nyu_depth_v2_labeled.mat \\
      --splits splits.mat --output data/nyu
  FLICKR_API_KEY=... python -m cyclegan_tf.prepare flickr --query portrait \\
      --camera apple/iphone_7 --count 500 --output photos/phone

The same command again goes on where nyu or flickr was stopped.
"""

from __future__ import annotations

import dataclasses
import os
import pathlib
from typing import Literal

from darkroom import cli, program


@dataclasses.dataclass(frozen=True)
class Config:
    """Flags of cyclegan_tf.prepare."""

    output: str | None = cli.flag(None, "the folder to write to")
    overwrite: bool = cli.flag(False, "portraits: replace what is there already")
    size: int = cli.flag(256, "portraits: side of the squares", lower_bound=1)
    crop: Literal["centre", "face"] = cli.flag(
        "centre", "portraits: what the square is cut about"
    )
    kilobytes: int = cli.flag(100, "portraits: drop smaller files", lower_bound=0)
    alike: int = cli.flag(
        6, "portraits: bits of 63 by which duplicates may differ; -1: only equal files"
    )
    masks: bool = cli.flag(
        True, "portraits: make person masks, and drop photos without a person"
    )
    mat: str | None = cli.flag(None, "nyu: nyu_depth_v2_labeled.mat")
    splits: str | None = cli.flag(
        None, "nyu: splits.mat; without it the first 795 of 1449 are to train on"
    )
    encoding: Literal["metric", "compat"] = cli.flag(
        "metric", "nyu: depth in millimetres, 16 bits; or the original's greys at 256"
    )
    trim: bool = cli.flag(
        False, "nyu: leave out the margins, which the depth camera does not see"
    )
    query: str | None = cli.flag(None, "flickr: words to search for")
    camera: str = cli.flag("", "flickr: a model, such as apple/iphone_7")
    licences: str = cli.flag(
        "4,5,7,8,9,10,11,12", "flickr: ids of the licences that are allowed"
    )
    photo_size: Literal["640", "800", "1024", "1600", "2048", "original"] = cli.flag(
        "1024", "flickr: pixels of the longer side"
    )
    count: int = cli.flag(100, "flickr: photos to have in the end", lower_bound=1)
    pause: float = cli.flag(
        1.0, "flickr: seconds from one request to the next", lower_bound=0.0
    )
    endpoint: str = cli.flag(
        "https://api.flickr.com/services/rest/", "flickr: the service's address"
    )


def main(config: Config, action: str, *photos: str) -> None:
    """Prepares one kind of folder."""
    actions = {"portraits": _portraits, "nyu": _nyu, "flickr": _flickr}
    if action not in actions or (photos and action != "portraits"):
        raise ValueError(
            f"got {' '.join((action, *photos))}; expected portraits and photos, or "
            "nyu, or flickr"
        )
    if not config.output:
        raise ValueError("no folder was named; pass --output DIR")
    actions[action](config, pathlib.Path(config.output), *photos)


def _portraits(config: Config, output: pathlib.Path, *photos: str) -> None:
    from tqdm import auto

    from cyclegan_tf.preparation import portraits
    from darkroom.io import files

    options = portraits.PortraitOptions(
        config.size, config.crop, config.kilobytes, config.alike, config.masks
    )
    chosen, others = files.photos(photos)
    if others:
        print(f"left out, as they go with others: {', '.join(map(str, others))}")
    becomes = portraits.files(chosen, output, config.overwrite)
    dropped = {}
    done = portraits.prepare(becomes, options)
    for photo, why in auto.tqdm(done, total=len(becomes), unit="photo"):
        if why:
            dropped[photo] = why
            auto.tqdm.write(f"{photo} dropped: {why}")
    portraits.write_report(output, becomes, dropped)
    if len(dropped) == len(becomes):
        raise ValueError(
            f"no photo became a portrait; {portraits.report_file(output)} says why"
        )
    print(
        f"{output}: {len(becomes) - len(dropped)} of {len(becomes)} photos became "
        f"portraits; {portraits.report_file(output)} says why others did not"
    )


def _nyu(config: Config, output: pathlib.Path) -> None:
    from tqdm import auto

    from cyclegan_tf.preparation import nyu

    if config.mat is None:
        raise ValueError("no data set was named; pass --mat nyu_depth_v2_labeled.mat")
    with auto.tqdm(unit="pair") as bar:
        for total in nyu.prepare(
            config.mat, config.splits, output, config.encoding, config.trim
        ):
            bar.total = total
            bar.update()
    print(f"{output}: {bar.n} pairs of photo and depth")


def _flickr(config: Config, output: pathlib.Path) -> None:
    from tqdm import auto

    from cyclegan_tf.preparation import flickr, links, web

    if not config.query:
        raise ValueError("nothing to search for was named; pass --query WORDS")
    if not (key := os.environ.get(flickr.KEY)):
        raise ValueError(
            f"the environment variable {flickr.KEY} is not set; get a key at "
            "https://www.flickr.com/services/apps/create and set it"
        )
    allowed = links.licences(config.licences)
    query = links.Query(config.query, config.camera, allowed, config.photo_size)
    service = web.Service("Flickr", config.pause)
    with auto.tqdm(total=config.count, unit="photo") as bar:
        for why in flickr.download(
            query, config.count, output, key, service, config.endpoint
        ):
            if why:
                bar.write(why)
            else:
                bar.update()
    short = "" if bar.n >= config.count else "; the search has no more"
    print(f"{output}: {bar.n} photos, each with its owner and licence{short}")


def console() -> None:
    """Starts the program."""
    program.run(main, Config)


if __name__ == "__main__":
    console()
