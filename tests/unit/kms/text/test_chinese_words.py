"""Chinese words, and the file that jieba's dictionary is kept in."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from kms.text.chinese_words import is_chinese_noun, is_chinese_verb

_SPLIT = """
import sys
from pathlib import Path
from kms.text import chinese_words

chinese_words.keep_dictionary_in(Path(sys.argv[1]))
print(*chinese_words.longest_words("防水的露营帐篷和保温杯"), chinese_words.is_chinese_word("保温杯"))
"""


def split_in_new_process(folder: Path) -> str:
    run = subprocess.run([sys.executable, "-c", _SPLIT, str(folder)], capture_output=True, check=True)
    return run.stdout.decode()


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A folder with the dictionary that a process kept, and how it split a text."""
    folder = tmp_path_factory.mktemp("cache") / "new"
    return folder, split_in_new_process(folder)


def test_a_kept_dictionary_splits_like_a_new_one(kept: tuple[Path, str]) -> None:
    folder, first = kept
    (file,) = folder.iterdir()
    written = file.stat().st_mtime_ns
    assert split_in_new_process(folder) == first
    assert file.stat().st_mtime_ns == written


def test_a_damaged_file_is_made_again(kept: tuple[Path, str]) -> None:
    folder, first = kept
    (file,) = folder.iterdir()
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2])
    assert split_in_new_process(folder) == first
    assert file.read_bytes() == whole


def test_a_folder_that_cannot_be_written_to_is_no_error(kept: tuple[Path, str], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    assert split_in_new_process(tmp_path / "file") == kept[1]


def test_kinds_of_words_are_those_of_the_dictionary() -> None:
    assert is_chinese_verb("拖") and not is_chinese_verb("文件")
    assert is_chinese_noun("文件") and is_chinese_noun("碗") and not is_chinese_noun("拖")
    assert not is_chinese_verb("kettle") and not is_chinese_noun("")
