"""Downloads from a local server that speaks Flickr's search."""

import http.server
import io
import json
import threading
import urllib.parse

import numpy as np
import pytest
from PIL import Image

from cyclegan_tf.preparation import flickr, links, web
from darkroom.io import images

QUERY = links.Query("portrait", "apple/iphone_7", (4, 9), "1024")


class Flickr(http.server.ThreadingHTTPServer):
    """70 photos of each text, one in two of a licence that nobody asked for."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server_port}"
        self.searches, self.fetched = [], []
        self.instead = {}  # request number -> (code, headers, body)
        self.gone = set()  # ids of photos that were deleted

    def page(self, asked):
        self.searches.append(asked)
        page, per_page = int(asked["page"]), int(asked["per_page"])
        # as the true service: without `license` all licences come
        wanted = [n for n in asked.get("license", "").split(",") if n]
        start = 10**6 if asked["text"] == "portrait" else 2 * 10**6
        photos = [
            {
                "id": str(number),
                "owner": f"{number % 7}@N00",
                "ownername": f"Ms {number % 7}",
                "title": f"Photo {number}",
                "license": ("0", "4", "9", "2")[number % 4],
                "url_l": f"{self.address}/photos/{number}.jpg",
            }
            for number in range(start, start + 70)
        ]
        photos = [p for p in photos if p["license"] in wanted or not wanted]
        for photo in photos[::10]:
            del photo["url_l"]  # its owner keeps the large ones
        shown = photos[(page - 1) * per_page : page * per_page]
        if page == 1 and asked["text"] == "portrait":
            shown[1] = {**shown[1], "license": "0"}  # the service slips, too
        pages = -(-len(photos) // per_page)
        found = {"page": page, "pages": pages, "total": "70", "photo": shown}
        return {"photos": found, "stat": "ok"}


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        server, place = self.server, urllib.parse.urlsplit(self.path)
        code, headers, body = 200, {}, b""
        number = len(server.searches) + len(server.fetched)
        name = place.path.rpartition("/")[2].removesuffix(".jpg")
        if number in server.instead:
            code, headers, body = server.instead.pop(number)
        elif place.path == "/rest/":
            body = json.dumps(server.page(dict(urllib.parse.parse_qsl(place.query))))
            body = body.encode()
        elif name in server.gone:
            code = 410
        else:
            server.fetched.append(name)
            body = photo(int(name))
        self.send_response(code)
        for header in headers.items():
            self.send_header(*header)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def photo(number):
    file = io.BytesIO()
    Image.fromarray(np.full((8, 8, 3), number % 256, np.uint8)).save(file, "JPEG")
    return file.getvalue()


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setattr(flickr, "_PAGE", 25)
    with Flickr() as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server
        server.shutdown()


def download(server, folder, count, query=QUERY):
    """What `flickr.download` says of each photo."""
    service = web.Service("Flickr", 0.0, lambda seconds: None)
    endpoint = f"{server.address}/rest/"
    return list(flickr.download(query, count, folder, "key", service, endpoint))


def photos(folder):
    return sorted(path.stem for path in folder.glob("*.jpg"))


def test_photos_come_with_whose_they_are(server, tmp_path):
    assert download(server, tmp_path, 5) == [""] * 5
    assert len(photos(tmp_path)) == len(server.fetched) == 5
    name = photos(tmp_path)[0]
    assert images.read(tmp_path / f"{name}.jpg").pixels.shape == (8, 8, 3)
    assert json.loads((tmp_path / f"{name}.json").read_text()) == {
        "id": name,
        "title": f"Photo {name}",
        "owner": f"Ms {int(name) % 7}",
        "licence": {1: "CC BY 2.0", 2: "CC0 1.0"}[int(name) % 4],
        "page": f"https://www.flickr.com/photos/{int(name) % 7}@N00/{name}",
        "url": f"{server.address}/photos/{name}.jpg",
    }


def test_what_is_asked_is_what_the_service_knows(server, tmp_path):
    """Catches: the portrait project's `license_id`, which filters nothing."""
    download(server, tmp_path, 1)
    (asked,) = server.searches
    assert asked["license"] == "4,9"
    assert "license_id" not in asked
    assert asked["method"] == "flickr.photos.search"
    assert asked["text"] == "portrait"
    assert asked["camera"] == "apple/iphone_7"
    assert asked["api_key"] == "key"
    assert set(asked["extras"].split(",")) == {"license", "owner_name", "url_l"}


def test_a_licence_that_was_not_asked_for_is_never_fetched(server, tmp_path):
    download(server, tmp_path, 28)
    assert all(int(name) % 4 in (1, 2) for name in server.fetched)
    # Number 1000002 came on the first page, with all rights reserved.
    assert "1000002" not in server.fetched


def test_pages_are_turned_to_the_last(server, tmp_path):
    """Catches: the last page asked for for ever, or not at all."""
    assert len(download(server, tmp_path, 10_000)) == 30  # 35, less 4 and the slip
    assert [asked["page"] for asked in server.searches] == ["1", "2"]
    assert len(set(server.fetched)) == len(server.fetched) == 30


def test_a_stopped_run_goes_on_where_it_was(server, tmp_path):
    """Catches: pages asked for again, photos fetched twice, and a half photo kept."""
    service = web.Service("Flickr", 0.0)
    run = flickr.download(
        QUERY, 28, tmp_path, "key", service, f"{server.address}/rest/"
    )
    for _ in range(20):
        next(run)
    run.close()
    assert len(photos(tmp_path)) == 20
    assert len(download(server, tmp_path, 28)) == 28
    assert [asked["page"] for asked in server.searches] == ["1", "2"]
    assert len(set(server.fetched)) == len(server.fetched) == 28
    assert download(server, tmp_path, 28) == [""] * 28
    assert len(server.fetched) == 28


def test_two_queries_share_a_folder_but_not_their_links(server, tmp_path):
    download(server, tmp_path, 5)
    download(server, tmp_path, 5, links.Query("bokeh", "", (4, 9), "1024"))
    assert [asked["text"] for asked in server.searches] == ["portrait", "bokeh"]
    assert "camera" not in server.searches[1]
    assert len(photos(tmp_path)) == 10
    assert len(list((tmp_path / "links").iterdir())) == 2


def test_photos_that_are_gone_do_not_stop_the_others(server, tmp_path):
    server.gone = {"1000005", "1000006"}
    said = download(server, tmp_path, 5)
    assert said.count("") == 5
    assert "photo 1000005: Flickr answered 410 Gone" in said
    assert len(photos(tmp_path)) == 5


def test_a_page_in_a_photos_place_is_no_photo(server, tmp_path):
    """Catches: HTML saved as .jpg, as services send it for a photo that is gone."""
    html = (200, {"Content-Type": "text/html"}, b"<html>This photo is private")
    server.instead = {2: html}
    said = download(server, tmp_path, 5)
    assert [why.partition(": ")[2] for why in said if why] == [
        "what came is text/html, no JPEG"
    ]
    for name in photos(tmp_path):
        images.read(tmp_path / f"{name}.jpg")


def test_a_rate_limit_is_honoured(server, tmp_path):
    server.instead = {
        0: (429, {"Retry-After": "2"}, b""),
        3: (429, {"Retry-After": "3"}, b""),
    }
    waits = []
    service = web.Service("Flickr", 0.0, waits.append)
    endpoint = f"{server.address}/rest/"
    assert len(list(flickr.download(QUERY, 5, tmp_path, "key", service, endpoint))) == 5
    assert [wait for wait in waits if wait >= 1] == [2, 3]


def test_an_error_of_the_service_is_told_in_its_words(server, tmp_path):
    error = {"stat": "fail", "code": 100, "message": "Invalid API Key (Key not found)"}
    server.instead = {0: (200, {}, json.dumps(error).encode())}
    said = r"refuses the search: Invalid API Key \(Key not found\) \(error 100\); see"
    with pytest.raises(ValueError, match=said):
        download(server, tmp_path, 5)


@pytest.mark.parametrize(
    "body",
    [
        b"<html><body>Down for a massage",
        b"",
        b"[]",
        b'{"stat": "ok"}',
        b'{"stat": "ok", "photos": {"pages": 1, "photo": [7]}}',
        b'jsonFlickrApi({"stat": "ok"})',
    ],
)
def test_an_answer_of_another_kind_is_told(server, tmp_path, body):
    server.instead = {0: (200, {}, body)}
    with pytest.raises(ValueError, match="not what its search gives, it begins with"):
        download(server, tmp_path, 5)
    assert not list(tmp_path.glob("links/*"))


def test_a_refusal_names_the_key_to_check(server, tmp_path):
    server.instead = {0: (403, {}, b"")}
    said = r"Flickr answered 403 Forbidden; check \$FLICKR_API_KEY and --endpoint"
    with pytest.raises(ValueError, match=said):
        download(server, tmp_path, 5)


def test_a_photo_of_any_name_stays_in_the_folder(server, tmp_path, monkeypatch):
    """Catches: an id that is a path."""
    page = Flickr.page

    def evil(self, asked):
        answer = page(self, asked)
        answer["photos"]["photo"][2]["id"] = "../../evil"
        return answer

    monkeypatch.setattr(Flickr, "page", evil)
    download(server, tmp_path / "in" / "photos", 5)
    assert not list(tmp_path.rglob("evil*"))


def test_the_key_is_never_written(server, tmp_path):
    service = web.Service("Flickr", 0.0)
    endpoint = f"{server.address}/rest/"
    list(flickr.download(QUERY, 3, tmp_path, "top-secret", service, endpoint))
    for path in tmp_path.rglob("*"):
        assert path.is_dir() or b"top-secret" not in path.read_bytes()
