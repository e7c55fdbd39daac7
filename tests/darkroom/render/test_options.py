"""What cannot go together is refused before any work; what each photo becomes."""

import pytest

from darkroom.io.companions import Companions
from darkroom.render import look, network, options
from darkroom.render.options import RenderOptions


def asked(method: str | None = None, **flags: object) -> RenderOptions:
    return RenderOptions(look.Look(method=method), **flags)


@pytest.mark.parametrize(
    ("flags", "named", "said"),
    [
        ({}, {"mask": "m.png"}, "a mask"),
        ({}, {"blur_mask": "m.png"}, "a mask"),
        ({"sweep": "s.gif"}, {}, "a sweep"),
        ({"view": True}, {}, "a depth view"),
    ],
)
def test_what_a_network_has_no_control_for_is_refused(flags, named, said):
    """Catches flags that would be ignored without a word."""
    companions = Companions(**named)
    with pytest.raises(ValueError, match=rf"n\.tflite draws .*, {said} has no effect"):
        options.check(asked("n.tflite", **flags), companions, 1)
    options.check(asked(None, **flags), companions, 1)


@pytest.mark.parametrize("method", ["classic", "graded", "n.tflite"])
def test_a_matte_is_for_the_lens(method):
    with pytest.raises(ValueError, match="a matte has no effect with the method"):
        options.check(asked(method), Companions(matte="m.png"), 1)
    options.check(asked("lens"), Companions(matte="m.png"), 1)


def test_a_missing_network_is_found_before_the_first_photo():
    with pytest.raises(FileNotFoundError):
        options.check(asked("none.tflite"), Companions(), 3)


def test_a_good_network_passes(monkeypatch):
    monkeypatch.setattr(network, "load", lambda path: None)
    options.check(asked("n.tflite"), Companions(depth="prior"), 3)


def test_a_sweep_is_of_one_photo_in_a_known_format():
    with pytest.raises(
        ValueError, match=r"--sweep s\.avi must end in \.webp, \.gif or"
    ):
        options.check(asked(sweep="s.avi"), Companions(), 1)
    with pytest.raises(ValueError, match=r"for 2 photos; pass --sweep gif, which wri"):
        options.check(asked(sweep="s.gif"), Companions(), 2)
    for each in ("gif", ".webp", "MP4"):
        options.check(asked(sweep=each), Companions(), 2)


@pytest.mark.parametrize(
    ("output", "flags", "expected"),
    [
        (None, {}, {"picture": "a_bokeh.jpg"}),
        ("out", {}, {"picture": "out/a.jpg"}),
        (
            "out",
            {"view": True},
            {"picture": "out/a.jpg", "view": "out/a_depth_view.png"},
        ),
        ("b.png", {"view": True}, {"picture": "b.png", "view": "b_depth_view.png"}),
        (
            "in/b.png",
            {"view": True, "sweep": "gif"},
            {
                "picture": "in/b.png",
                "view": "in/b_depth_view.png",
                "sweep": "in/b_sweep.gif",
            },
        ),
        (
            None,
            {"view": True, "sweep": ".WEBP"},
            {"view": "a_depth_view.png", "sweep": "a_sweep.webp"},
        ),
        (
            "out",
            {"sweep": "webp"},
            {"picture": "out/a.jpg", "sweep": "out/a_sweep.webp"},
        ),
        (None, {"sweep": "s.gif"}, {"sweep": "s.gif"}),
        ("b.png", {"sweep": "s.gif"}, {"picture": "b.png", "sweep": "s.gif"}),
    ],
)
def test_what_a_photo_becomes(output, flags, expected):
    """Catches a picture that is written though a sweep stands in for it."""
    [job] = options.jobs(["a.jpg"], output, Companions(), asked(**flags))
    assert {kind: str(path) for kind, path in job.outputs.items()} == expected


def test_a_depth_goes_into_a_jpeg_only():
    wanted = asked(embed_depth=True)
    assert options.jobs(["a.jpg"], None, Companions(), wanted)
    with pytest.raises(ValueError, match=r"b\.png: --embed_depth needs a JPEG"):
        options.jobs(["a.jpg"], "b.png", Companions(), wanted)
