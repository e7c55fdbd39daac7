"""Photos of a Flickr search: FOLDER/ID.jpg, with whose it is in FOLDER/ID.json.

The service allows 3600 requests an hour, names at most 4000 photos to one search, and
calls the filter for licences `license`: under another name it is ignored, and so what
comes is checked again.
"""

from __future__ import annotations

import json
import pathlib
import urllib.parse
from collections.abc import Iterator

from cyclegan_tf.preparation import links, web
from darkroom.io import saving

ENDPOINT = "https://api.flickr.com/services/rest/"
KEY = "FLICKR_API_KEY"  # the environment variable
LINKS = "links"  # folder beside the photos
_PAGE = 250  # photos named in one answer
_MOST = 4000  # after them the service repeats itself
_JPEG = b"\xff\xd8\xff"


def download(
    query: links.Query,
    count: int,
    output: pathlib.Path,
    key: str,
    service: web.Service,
    endpoint: str = ENDPOINT,
) -> Iterator[str]:
    """Brings photos until `count` of the query are in the folder.

    Args:
      query: what is searched for.
      count: of photos, those of an earlier run included.
      output: the folder.
      key: of the user, for the service.
      service: with its pace.
      endpoint: address of the service.

    Yields:
      For each photo that is there in the end, an empty string; for each that cannot be
      had, why.

    Raises:
      OSError: a file cannot be written.
      ValueError: the service answers with an error, or not at all.
    """
    known, there = links.Links(output / LINKS, query), 0
    for photo in _all(known, query, key, service, endpoint):
        try:
            fetch(photo, output, service)
        except web.Refusal as error:
            yield f"photo {photo['id']}: {error}"
            continue
        there += 1
        yield ""
        if there == count:
            return


def _all(
    known: links.Links,
    query: links.Query,
    key: str,
    service: web.Service,
    endpoint: str,
) -> Iterator[links.Photo]:
    """The photos of the query, page after page."""
    given = 0
    while True:
        fresh = list(known.photos.values())[given:]
        yield from fresh
        given += len(fresh)
        if known.page is None:
            return
        search(known, query, key, service, endpoint)


def search(
    known: links.Links,
    query: links.Query,
    key: str,
    service: web.Service,
    endpoint: str,
) -> None:
    """Asks for the next page of links.

    Raises:
      ValueError: the service answers with an error, or not at all.
    """
    page = known.page or 1
    asked = {
        "method": "flickr.photos.search",
        "api_key": key,
        "format": "json",
        "nojsoncallback": 1,
        "text": query.text,
        "license": ",".join(map(str, query.licences)),
        "media": "photos",
        "content_types": 0,  # photographs, no screenshots
        "safe_search": 1,
        "sort": "relevance",
        "extras": f"license,owner_name,url_{links.SIZES[query.size]}",
        "per_page": _PAGE,
        "page": page,
    }
    if query.camera:
        asked["camera"] = query.camera
    try:
        _, content = service.get(f"{endpoint}?{urllib.parse.urlencode(asked)}")
    except web.Refusal as error:
        raise ValueError(f"{error}; check ${KEY} and --endpoint") from None
    photos, pages = _read_answer(content, query)
    known.add(photos, page + 1 if page < min(pages, _MOST // _PAGE) else None)


def _read_answer(
    content: bytes, query: links.Query
) -> tuple[dict[str, links.Photo], int]:
    """Reads the photos of a page that qualify, by id, and how many pages there are.

    Raises:
      ValueError: it is an error, or no answer of Flickr's.
    """
    try:
        answer = json.loads(content)
        if answer["stat"] == "ok":
            listed = answer["photos"]["photo"]
            entries = [
                _entry(photo, query) for photo in listed if _qualifies(photo, query)
            ]
            pages = int(answer["photos"]["pages"])
            return {photo["id"]: photo for photo in entries}, pages
        message = f"{answer['message']} (error {answer['code']})"
    except (ValueError, KeyError, TypeError, AttributeError):
        start = " ".join(content[:60].decode("utf-8", "replace").split())
        raise ValueError(
            f"Flickr's answer is not what its search gives, it begins with {start!r}; "
            "check --endpoint, or try again later"
        ) from None
    raise ValueError(f"Flickr refuses the search: {message}; see ${KEY} and the flags")


def _qualifies(photo: links.Photo, query: links.Query) -> bool:
    return (
        f"url_{links.SIZES[query.size]}" in photo  # the owner gives this size away
        and int(photo["license"]) in query.licences
        and photo["id"].isdecimal()  # it becomes a file's name
    )


def _entry(photo: links.Photo, query: links.Query) -> links.Photo:
    """What is kept of a photo: its address, and what its licence asks to be named."""
    return {
        "id": photo["id"],
        "title": photo["title"],
        "owner": photo["ownername"],
        "licence": links.LICENCES[int(photo["license"])],
        "page": f"https://www.flickr.com/photos/{photo['owner']}/{photo['id']}",
        "url": photo[f"url_{links.SIZES[query.size]}"],
    }


def fetch(photo: links.Photo, output: pathlib.Path, service: web.Service) -> None:
    """Brings one photo and what it is to be credited with, unless it is there.

    Raises:
      OSError: a file cannot be written.
      web.Refusal: the photo is gone.
      ValueError: the service does not answer.
    """
    path = output / f"{photo['id']}.jpg"
    if path.exists():
        return
    kind, content = service.get(photo["url"])
    if not content.startswith(_JPEG):
        raise web.Refusal(f"what came is {kind}, no JPEG")
    credit = json.dumps(photo, indent=1, ensure_ascii=False)
    saving.write(path.with_suffix(".json"), lambda to: to.write_text(credit + "\n"))
    saving.write(path, lambda to: to.write_bytes(content))
