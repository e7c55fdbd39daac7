"""What is kept, for how long, and what work waits for."""

import dataclasses
import threading

import pytest
from werkzeug import exceptions

from darkroom.page import memory


@dataclasses.dataclass(eq=False)
class Photo:
    bytes: int = 10_000

    def size(self):
        return self.bytes


def test_the_least_recently_used_photo_goes_first():
    kept = memory.Memory(25_000)  # two and a half of them
    first, second = kept.put(Photo()), kept.put(Photo())
    kept.get(first)
    third = kept.put(Photo())
    with pytest.raises(exceptions.NotFound, match="open it again"):
        kept.get(second)
    assert kept.get(first) is not kept.get(third)


def test_the_newest_photo_stays_even_if_it_is_too_large():
    kept = memory.Memory(1)
    names = [kept.put(Photo()) for _ in range(2)]
    assert kept.get(names[1])
    with pytest.raises(exceptions.NotFound):
        kept.get(names[0])


def test_names_cannot_be_guessed():
    kept = memory.Memory(10**9)
    names = {kept.put(Photo()) for _ in range(20)}
    assert len(names) == 20
    assert min(map(len, names)) >= 16


def test_a_photo_that_takes_more_than_there_is_is_not_opened():
    """Catches one PNG of half a megabyte that takes 2.3 GB of 500 MB."""
    with (
        pytest.raises(
            exceptions.RequestEntityTooLarge,
            match=r"a\.png: it takes 1920 MB .* 500 MB",
        ),
        memory.Memory(500_000_000).opening("a.png", 64_000_000),
    ):
        pass


def test_what_opens_makes_room_first():
    kept = memory.Memory(30_000)
    names = [kept.put(Photo()) for _ in range(3)]
    with kept.opening("a.png", 15_000 // memory.OPENING):
        assert kept.get(names[2])
        with pytest.raises(exceptions.NotFound):
            kept.get(names[1])


def test_what_is_drawn_stays():
    kept = memory.Memory(30_000)
    names = [kept.put(Photo()) for _ in range(3)]
    with kept.drawing(10**6):
        assert kept.get(names[2])
        with pytest.raises(exceptions.NotFound):
            kept.get(names[1])


def test_a_blur_that_takes_three_times_what_there_is_is_not_drawn():
    """Catches a picture of 12 megapixels at f/0.3 that takes 2.3 GB of 600 MB."""
    kept = memory.Memory(600_000_000)
    with (
        pytest.raises(exceptions.RequestEntityTooLarge, match="1801 MB; 600 MB are"),
        kept.drawing(1, blur=1_801_000_000),
    ):
        pass
    with kept.drawing(1, blur=1_800_000_000):
        pass


def most_at_a_time(kept, pixels, threads=4):
    """How many pieces of work were done at a time."""
    at_work, most, lock = 0, 0, threading.Lock()
    met = threading.Event()

    def work():
        nonlocal at_work, most
        with kept.drawing(pixels):
            with lock:
                at_work += 1
                most = max(most, at_work)
            met.wait(0.05)
            with lock:
                at_work -= 1

    running = [threading.Thread(target=work) for _ in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join(10)
    return most


def test_work_waits_for_work():
    """Catches three decoders at once, which took 7 GB."""
    assert most_at_a_time(memory.Memory(3 * memory.DRAWING), 1) == 3
    assert most_at_a_time(memory.Memory(3 * memory.DRAWING), 2) == 1
    assert most_at_a_time(memory.Memory(3 * memory.DRAWING), 100) == 1
