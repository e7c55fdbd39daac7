"""Where the page is, and who opens it."""

import pytest

from darkroom.page import addresses


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.0.0.5", "::1"])
def test_what_only_this_computer_reaches(host):
    assert addresses.is_local(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "studio.local"])
def test_what_others_reach(host):
    assert not addresses.is_local(host)


def test_everywhere_is_here_and_in_the_network(monkeypatch):
    monkeypatch.setattr(addresses, "in_network", lambda host: "192.168.1.5")
    assert addresses.reachable("0.0.0.0") == ["127.0.0.1", "192.168.1.5"]
    assert addresses.reachable("studio.local") == ["studio.local"]
    monkeypatch.setattr(addresses, "in_network", lambda host: None)
    assert addresses.reachable("::") == ["::1"]


def test_the_networks_address_is_none_that_only_we_reach():
    found = addresses.in_network("0.0.0.0")
    assert found is None or not addresses.is_local(found)


@pytest.mark.parametrize(
    ("platform", "environment", "expected"),
    [
        ("linux", {"DISPLAY": ":0"}, True),
        ("linux", {"WAYLAND_DISPLAY": "wayland-0"}, True),
        ("linux", {}, False),
        ("darwin", {}, True),
        ("win32", {}, True),
        ("darwin", {"SSH_CONNECTION": "10.0.0.1 1 10.0.0.2 22"}, False),
        ("linux", {"DISPLAY": ":0", "PYTEST_CURRENT_TEST": "this"}, False),
    ],
)
def test_a_browser_is_opened_where_somebody_sees_it(
    monkeypatch, platform, environment, expected
):
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "SSH_CONNECTION", "PYTEST_CURRENT_TEST"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(addresses.sys, "platform", platform)
    assert addresses.has_screen() is expected


def test_an_ipv6_address_is_spelled_with_brackets():
    assert addresses.spelled("::1") == "[::1]"
    assert addresses.spelled("127.0.0.1") == "127.0.0.1"
