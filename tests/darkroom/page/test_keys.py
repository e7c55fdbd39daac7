"""Whom the page lets in from elsewhere: a key each, once."""

import http.client
import socket

import pytest
from werkzeug import exceptions

from darkroom.page import keys, site


@pytest.fixture
def shown():
    return []


@pytest.fixture
def guests(shown):
    return keys.Keys(shown.append)


@pytest.fixture
def guarded(make_page, guests):
    """A page that others in the network reach."""
    return make_page(keys=guests, hosts=site.LOCAL | {"192.168.1.5"})


def enter(page, key):
    """Opens the address with the key; where it leads to."""
    answer = page.get(f"/{key}")
    return answer.headers["Location"] if answer.status_code == 303 else None


def test_a_key_opens_the_page_once(guarded, guests, shown):
    key = guests.new()
    place = enter(guarded, key)
    assert guarded.get(place).get_data(as_text=True).startswith("<!doctype html>")
    assert enter(guarded, key) is None
    assert guarded.get(f"/{key}").status_code == 403
    # The next device has a key of its own, and an address of its own.
    (following,) = shown
    assert following != key
    other = enter(guarded, following)
    assert other not in (None, place)
    assert guarded.get(f"{place}about").status_code == 200
    assert guarded.get(f"{other}about").status_code == 200


def test_without_a_key_nothing_is_answered(guarded, guests, photo_file):
    guests.new()
    for path in ("/", "/about", "/page.js", "/photos/a/before", "//", "/about/about"):
        answer = guarded.get(path)
        assert answer.status_code == 403
        assert "a key that works once" in answer.get_json()["error"]
    assert guarded.post("/photos?name=a.png", photo_file.data).status_code == 403


def test_all_of_the_page_works_behind_a_key(guarded, guests, photo_file, depth_file):
    place = enter(guarded, guests.new())
    opened = guarded.post(f"{place}photos?name=a.png", photo_file.data).get_json()
    where = f"{place}photos/{opened['id']}"
    guarded.post(f"{where}/depth?name=a_depth.png", depth_file.data)
    assert guarded.post(f"{where}/preview", {}).status_code == 200
    assert guarded.get(f"{place}aperture?shape=ring").status_code == 200


def test_a_key_replaces_no_other_check(guarded, guests):
    key = guests.new()
    strange = guarded.get(f"/{key}", headers={"Host": "evil.example"})
    assert strange.status_code == 403
    place = enter(guarded, key)
    assert place
    sent = guarded.post(f"{place}photos", b"1", Origin="http://evil.example")
    assert sent.status_code == 403
    assert "open the page itself" in sent.get_json()["error"]


def test_a_browser_that_runs_ahead_spends_no_key(guarded, guests):
    key = guests.new()
    ahead = guarded.get(f"/{key}", headers={"Sec-Purpose": "prefetch;prerender"})
    assert ahead.status_code == 403
    assert guarded.client.head(f"/{key}").status_code == 403
    assert enter(guarded, key)


def test_keys_are_short_enough_to_type_and_long_enough_to_guess(guests):
    many = {guests.new() for _ in range(100)}
    assert len(many) == 100
    assert all(len(key) == 10 and key.isalnum() and key == key.lower() for key in many)
    assert len(keys._LETTERS) ** 10 > 2**49


def test_the_longest_unused_devices_are_forgotten(guests):
    places = [guests.redeem(f"/{guests.new()}").headers["Location"] for _ in range(2)]
    for _ in range(keys._MOST_DEVICES - 1):
        guests.inside(places[0])
        guests.redeem(f"/{guests.new()}")
    assert guests.inside(places[0]) == places[0][:-1]
    with pytest.raises(exceptions.Forbidden):
        guests.inside(places[1])


def test_without_a_key_a_body_is_not_even_read(serve, guests):
    port = serve(keys=guests)
    own = f"127.0.0.1:{port}"
    key = guests.new()
    with socket.create_connection(("127.0.0.1", port), timeout=10) as raw:
        head = f"POST /photos HTTP/1.1\r\nHost: {own}\r\nOrigin: http://{own}\r\n"
        raw.sendall(f"{head}Content-Length: 900000\r\n\r\n".encode())
        assert raw.recv(100).startswith(b"HTTP/1.1 403")
    one = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    one.request("GET", f"/{key}")
    answer = one.getresponse()
    answer.read()
    place = answer.headers["Location"]
    long = {"Origin": f"http://{own}", "Content-Length": str(2_000_000)}
    one.putrequest("POST", f"{place}photos")
    for name, value in long.items():
        one.putheader(name, value)
    one.endheaders()
    assert one.getresponse().status == 413  # as at home: by its length, beyond 1 MB
