"""Chinese words: splits runs of Chinese characters by jieba's dictionary and the names of the ontology."""

from __future__ import annotations

import logging
import os
import re
import threading
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

from kms.text.chinese import fold_traditional, split_long_runs

_RUN = re.compile("[\u3400-\u9fff\uf900-\ufaff]+")

_LONGEST_VERB = 2
_LONGEST_NOUN = 4
_waiting: list[str] = []
_learned: set[str] = set()
_learning = threading.Lock()
_when_learned: list[Callable[[], None]] = []
_kept: list[Path] = []


def learn_words(names: Iterable[str]) -> None:
    """Register names that jieba keeps whole: Chinese labels of an ontology (不粘锅, 双人帐篷).

    They stay known for the life of the process. Subwords are indexed beside a word, so that an index that was made without
    a name still answers queries with it. jieba learns them with the first Chinese text, since its dictionary takes time
    to load.
    """
    with _learning:
        _waiting.extend(names)


def call_when_learned(forget: Callable[[], None]) -> None:
    """Register what forgets the words of texts that were split before new names were learned."""
    _when_learned.append(forget)


def keep_dictionary_in(folder: Path) -> None:
    """Name the folder in which jieba's dictionary is kept ready for the next process.

    jieba keeps one by itself, in a folder for temporary files that any user may write to, and takes as long to read it as
    to make it anew.
    """
    _kept[:] = [folder]


def is_chinese_word(word: str) -> bool:
    """Whether jieba's dictionary, or an ontology of this process, has a word."""
    return bool(_frequencies().get(word))


def is_learned(word: str) -> bool:
    """Whether an ontology of this process named a word that jieba's dictionary lacks."""
    return word in _learned


def is_chinese_verb(word: str) -> bool:
    """Whether jieba's dictionary calls a word a verb first; of words that are nouns as well it may say either."""
    return word in _verbs_and_nouns()[0]


def is_chinese_noun(word: str) -> bool:
    """Whether jieba's dictionary calls a word a noun or a measure (碗) first, or has it in no other class."""
    return word in _verbs_and_nouns()[1]


def inner_words(word: str) -> Iterator[str]:
    """The dictionary's words of two and three characters inside a longer one, as jieba's search mode gives them."""
    known = _frequencies()
    for length in (2, 3):
        if len(word) > length:
            pieces = (word[at : at + length] for at in range(len(word) - length + 1))
            yield from (piece for piece in pieces if known.get(piece))


def longest_words(run: str) -> Iterator[str]:
    """The words of a run of Chinese characters, none inside another."""
    for _, piece in split_long_runs(run):
        yield from _tokenizer().cut(piece)


def shortest_words(run: str) -> Iterator[str]:
    """The words of a run, long ones as the shorter words that make them up where they do (头戴式耳机: 头戴式, 耳机)."""
    for word in longest_words(run):
        yield from _split_fully(word) or [word]


def _split_fully(word: str) -> list[str]:
    """A word as two to four dictionary words of two or three characters that follow each other; empty where it is none."""
    if len(word) < 4:
        return []
    known = _frequencies()
    for length in (3, 2):
        head, tail = word[:length], word[length:]
        if known.get(head) and len(tail) > 1:
            rest = [tail] if len(tail) < 4 and known.get(tail) else _split_fully(tail)
            if rest:
                return [head, *rest]
    return []


def _frequencies() -> Mapping[str, int]:
    known: Mapping[str, int] = _tokenizer().FREQ
    return known


def _tokenizer() -> Any:
    """Jieba's tokenizer with all names that were registered."""
    tokenizer = _load_tokenizer()
    if _waiting:
        with _learning:
            words = [word for word in map(fold_traditional, dict.fromkeys(_waiting)) if len(word) > 1]
            new = [word for word in words if _RUN.fullmatch(word) and not tokenizer.FREQ.get(word)]
            for word in new:
                tokenizer.add_word(word)
            _learned.update(new)
            _waiting.clear()
        if new:
            for forget in _when_learned:
                forget()
    return tokenizer


@lru_cache(maxsize=1)
def _verbs_and_nouns() -> tuple[frozenset[str], frozenset[str]]:
    """Verbs of at most two characters, and nouns, by the first class that jieba's dictionary gives."""
    verbs: set[str] = set()
    nouns: set[str] = set()
    with _load_tokenizer().get_dict_file() as lines:
        for line in lines:
            word, _, kind = line.decode("utf-8").rstrip().split(" ")
            if kind[0] == "v" and len(word) <= _LONGEST_VERB:
                verbs.add(word)
            elif kind[0] in "nqlji" and len(word) <= _LONGEST_NOUN:
                nouns.add(word)
    return frozenset(verbs), frozenset(nouns)


@lru_cache(maxsize=1)
def _load_tokenizer() -> Any:
    with warnings.catch_warnings():
        # Its source has escape sequences and imports that newer Pythons warn of.
        warnings.simplefilter("ignore")
        import jieba
    jieba.setLogLevel(logging.WARNING)
    tokenizer = jieba.dt
    with tokenizer.lock:
        if not tokenizer.initialized:
            file = _kept[0] / f"jieba-{jieba.__version__}.txt" if _kept else None
            tokenizer.FREQ, tokenizer.total = _read_dictionary(file, tokenizer)
            tokenizer.initialized = True
    return tokenizer


def _read_dictionary(file: Path | None, tokenizer: Any) -> tuple[dict[str, int], int]:
    """Words and beginnings of words with their frequencies, and the sum of these: kept in a file, or made and kept."""
    with suppress(OSError, ValueError):
        if file is not None:
            total, numbers, *words = file.read_text("utf-8").split("\n")
            return dict(zip(words, map(int, numbers.split(" ")), strict=True)), int(total)
    frequencies, total = tokenizer.gen_pfdict(tokenizer.get_dict_file())
    if file is not None:
        _keep_dictionary(file, frequencies, total)
    return frequencies, total


def _keep_dictionary(file: Path, frequencies: Mapping[str, int], total: int) -> None:
    """Write the dictionary; a folder that cannot be written to costs time and nothing else."""
    lines = (str(total), " ".join(map(str, frequencies.values())), *frequencies)
    with suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        temporary = file.with_name(f"{file.name}.{os.getpid()}")
        temporary.write_text("\n".join(lines), "utf-8")
        os.replace(temporary, file)
