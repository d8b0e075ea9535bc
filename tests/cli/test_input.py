"""Files at fault: exit code 1, and a message that begins with the path."""

import os

import pytest

from prompt_salience.template_files import LARGEST


@pytest.fixture
def message(prompt_salience):
    def run(path, **streams):
        outcome = prompt_salience("render", path, **streams)
        assert (outcome.code, outcome.out) == (1, "")
        return outcome.err

    return run


def test_a_missing_file(message):
    assert message("nothing.txt") == "nothing.txt: No such file or directory\n"


def test_a_directory(message, tmp_path):
    (tmp_path / "folder.txt").mkdir()
    assert message("folder.txt") == "folder.txt: Is a directory\n"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission(message, tmp_path):
    (tmp_path / "secret.txt").touch(mode=0)
    assert message("secret.txt") == "secret.txt: Permission denied\n"


def test_a_file_that_is_too_large(message, tmp_path):
    (tmp_path / "huge.txt").write_bytes(b"x" * (LARGEST + 1))
    assert message("huge.txt") == "huge.txt: Too large for a prompt: at most 4 MiB are read\n"


def test_a_file_that_is_no_text(message, tmp_path):
    (tmp_path / "latin.txt").write_bytes(b"One.\nCaf\xe9 noir\n")
    first, line, caret, cure = message("latin.txt").splitlines()
    assert first.startswith("latin.txt:2:4: error: This is not UTF-8 text")
    assert (line, caret) == ("    2 | Caf\ufffd noir", "      |    ^")
    assert "UTF-8" in cure


def test_standard_input_that_is_no_text(message):
    assert message("-", stdin=b"\xff").startswith("<stdin>:1:1: error: ")


def test_a_values_file_that_is_a_directory(message, tmp_path):
    (tmp_path / "menu.j2").write_text("Hi")
    (tmp_path / "menu.values.yaml").mkdir()
    assert message("menu.j2") == "menu.values.yaml: Is a directory\n"


def test_an_empty_prompt(message):
    assert message("-", stdin=b" \n").startswith("<stdin>:1:1: error: ")


def test_an_unknown_case(message, prompt_salience, tmp_path):
    (tmp_path / "menu.j2").write_text("Dish: {{ dish }}")
    (tmp_path / "menu.values.yaml").write_text("cases:\n  soup:\n    values:\n      dish: soup\n")
    outcome = prompt_salience("render", "menu.j2", "--case", "soap")
    assert outcome.code == 1
    assert "soup" in outcome.err


def test_a_long_line_is_shown_around_the_fault(message, tmp_path):
    (tmp_path / "long.j2").write_text("x" * 5000 + " {{ wrong }} " + "y" * 5000)
    _, line, caret, *_ = message("long.j2").splitlines()
    assert "{{ wrong }}" in line
    assert len(line) < 120
    assert line[caret.index("^") : caret.rindex("^") + 1] == "wrong"
