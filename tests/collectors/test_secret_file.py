"""Files that hold one secret: for their owner only, and shown to nobody."""

import traceback

import pytest

from collectors.secret_file import Secret, read_secret
from data.errors import SettingsError


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "secret"
    path.touch(0o600)
    return path


def test_a_secret_is_the_content_without_its_last_line_break(file):
    file.write_bytes(b" p\xc3\xa4ss word \r\n")
    assert read_secret(file, SettingsError).value == " p\u00e4ss word "


def test_a_secret_does_not_show_itself():
    assert "hunter2" not in repr(Secret("hunter2")) + str(Secret("hunter2")) + f"{[Secret('hunter2')]}"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_a_file_that_others_can_read_is_refused_with_the_remedy(file, mode):
    file.chmod(mode)
    with pytest.raises(SettingsError, match=f"chmod 600 {file}"):
        read_secret(file, SettingsError)


def test_a_missing_file_is_named(file):
    file.unlink()
    with pytest.raises(SettingsError, match=f"The file {file} cannot be read"):
        read_secret(file, SettingsError)


def test_bytes_that_are_no_text_are_not_quoted_in_a_traceback(file):
    file.write_bytes(b"hunter2 \xff")
    with pytest.raises(SettingsError) as caught:
        read_secret(file, SettingsError)
    assert "hunter2" not in "".join(traceback.format_exception(caught.value))
