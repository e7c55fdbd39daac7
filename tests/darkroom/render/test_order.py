"""What cannot go together is refused before any work."""

import pytest

from darkroom.io import companions
from darkroom.io.companions import Named
from darkroom.render import aim, look, network, order


def asked(method: str | None = None, at: aim.Aim = aim.Aim()) -> order.Order:  # noqa: B008
    return order.Order(look.Look(method=method), at)


@pytest.mark.parametrize(
    ("at", "named", "said"),
    [
        (aim.Aim(disparity=0.5), Named(), "a focus"),
        (aim.Aim(), Named(sharp="m.png"), "a mask"),
        (aim.Aim(), Named(blurred="m.png"), "a mask"),
        (aim.Aim(), Named(sweep="s.gif"), "a sweep"),
        (aim.Aim(), Named(view=True), "a depth view"),
    ],
)
def test_a_network_has_no_control_over_its_focus(at, named, said):
    """Catches flags that would be ignored without a word."""
    with pytest.raises(ValueError, match=rf"n\.tflite draws .*, {said} has no effect"):
        order.check(asked("n.tflite", at), named, 1)
    order.check(asked(None, at), named, 1)


def test_a_missing_network_is_found_before_the_first_photo():
    with pytest.raises(FileNotFoundError):
        order.check(asked("none.tflite"), companions.Named(), 3)


def test_a_good_network_passes(monkeypatch):
    monkeypatch.setattr(network, "load", lambda path: None)
    order.check(asked("n.tflite"), companions.Named(depth="prior"), 3)


def test_a_sweep_is_of_one_photo_in_a_known_format():
    with pytest.raises(ValueError, match=r"--sweep s\.avi must end in \.gif or \.mp4"):
        order.check(asked(), Named(sweep="s.avi"), 1)
    with pytest.raises(ValueError, match="one file for 2 photos"):
        order.check(asked(), Named(sweep="s.gif"), 2)
