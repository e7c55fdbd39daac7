"""What is printed meanwhile is dropped, and only that."""

import os

import pytest

from darkroom import quiet


def test_python_and_native_output_is_dropped(capfd):
    """Catches a redirection that stays, and one that C++ does not notice."""
    print("before")
    with quiet.chatter():
        print("meanwhile")
        os.write(2, b"from C++\n")
    os.write(2, b"after\n")
    out, err = capfd.readouterr()
    assert (out, err) == ("before\n", "after\n")


def test_errors_come_through_and_output_comes_back(capfd):
    with pytest.raises(KeyError, match="reason"), quiet.chatter():
        raise KeyError("reason")
    print("after")
    assert capfd.readouterr().out == "after\n"
