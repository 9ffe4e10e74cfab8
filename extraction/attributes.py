"""Values of attributes that a model reads by their names: the attribute model of a shop's own catalogue as evidence."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import Field, ValidationError

from extraction.documents import Text
from extraction.rules.mention import Mention
from extraction.span_reader import Engine, SpanReader
from kms.errors import ConfigurationError, InputError
from kms.ontology.model import LANGUAGES, Attribute, Ontology
from kms.quantities.values import parse_quantity
from kms.types import Frozen

if TYPE_CHECKING:
    from extraction.model.config import Label
    from extraction.model.examples import Prediction

ATTRIBUTE_SETTINGS = "attributes.json"
_LEAST_PROBABILITY = 1e-6


class StatedAttributes(Frozen):
    """Attributes that tables commonly state, by class.

    An attribute that hardly any product of a class states is seldom one that its texts speak of, even where the class
    may have it: a number that fits by its form is then read wrongly.

    Attributes:
        in_tables: Attributes that some table states. Others, as one that the ontology got since, are asked for always.
        by_class: Those of them that are commonly stated of a class; a class with few products is not here.
    """

    in_tables: tuple[str, ...] = ()
    by_class: dict[str, tuple[str, ...]] = Field(default_factory=dict)

    @cached_property
    def _known(self) -> frozenset[str]:
        return frozenset(self.in_tables)

    def asks(self, attribute: str, classes: Iterable[str]) -> bool:
        """Whether a text is asked for an attribute.

        Args:
            attribute: Its id.
            classes: Class of the product, then those above it; the first with enough products decides.
        """
        if attribute not in self._known:
            return True
        return next((attribute in self.by_class[each] for each in classes if each in self.by_class), True)


class AttributeSettings(Frozen):
    """Calibration and least confidence of an attribute model, fitted on hidden cells.

    Attributes:
        threshold: Least calibrated confidence of a reading that is used.
        precision: The share of right readings that it was chosen for.
        scale: Factor of the log-odds that the model gives.
        shift: Added to them.
        shifts: Added to those of some attributes.
        stated: What the tables commonly state of each class.
    """

    threshold: float = Field(ge=0, le=1)
    precision: float = Field(gt=0, le=1)
    scale: float = Field(default=1.0, gt=0)
    shift: float = 0.0
    shifts: dict[str, float] = Field(default_factory=dict)
    stated: StatedAttributes = Field(default_factory=lambda: StatedAttributes())

    def log_odds(self, attribute: str, confidence: float) -> float:
        """Calibrated log-odds of a reading."""
        kept = min(max(confidence, _LEAST_PROBABILITY), 1.0 - _LEAST_PROBABILITY)
        return self.scale * math.log(kept / (1.0 - kept)) + self.shift + self.shifts.get(attribute, 0.0)

    def calibrated(self, attribute: str, confidence: float) -> float:
        """Probability that a reading is right."""
        return 1.0 / (1.0 + math.exp(-self.log_odds(attribute, confidence)))

    def write(self, path: Path) -> None:
        """Write it as JSON."""
        path.write_text(self.model_dump_json(indent=1) + "\n", encoding="utf-8")

    @classmethod
    def read(cls, path: Path) -> AttributeSettings:
        """Read the settings of a model.

        Raises:
            ConfigurationError: The file is missing or not of this version.
        """
        try:
            return cls.model_validate_json(path.read_text(encoding="utf-8"))
        except (OSError, ValidationError) as error:
            raise ConfigurationError(
                f"{path} cannot be read: {error}; train the model again with kms train extractor --from-catalog"
            ) from error


class AttributeReader(SpanReader):
    """An attribute model behind the pipeline: asks each text for the attributes that its product's class has."""

    fields = frozenset({"title", "description"})
    name = "attributes"

    def __init__(
        self,
        folder: Path,
        ontology: Ontology,
        *,
        state: Path,
        engine: Engine = "onnx",
        threads: int = 1,
        languages: frozenset[str] | None = None,
    ) -> None:
        """Prepare a model that ``kms train extractor --from-catalog`` wrote; see ``SpanReader``.

        The ontology's attributes are asked for, also those that the model was not trained on.

        Raises:
            ConfigurationError: The folder holds no such model.
        """
        self._settings = AttributeSettings.read(folder / ATTRIBUTE_SETTINGS)
        self._asked_of: dict[str, tuple[str, ...]] = {}
        super().__init__(folder, ontology, state=state, engine=engine, threads=threads, languages=languages)

    def reads(self, text: Text) -> bool:
        """Whether the model looks at a text: of a product whose class is known, in one of its languages."""
        return super().reads(text) and text.context.class_id is not None

    def _labels(self) -> list[Label]:
        from extraction.model.config import Label

        return [
            Label(name=attribute.id, text=describe_attribute(attribute))
            for attribute in self._ontology.attributes.values()
        ]

    def _asked(self, text: Text) -> tuple[str, ...]:
        class_id = text.context.class_id or ""
        known = self._asked_of.get(class_id)
        if known is None:
            classes = (class_id, *self._ontology.hierarchy.ancestors(class_id))
            own = self._ontology.attributes_of(class_id)
            asks = self._settings.stated.asks
            known = tuple(a.id for a in own if a.type != "boolean" and asks(a.id, classes))
            self._asked_of[class_id] = known
        return known

    def _mentions(self, text: Text, prediction: Prediction) -> Iterator[Mention]:
        for span in prediction.spans:
            confidence = self._settings.calibrated(span.type, span.confidence)
            attribute = self._ontology.attributes[span.type]
            surface = text.document.text[span.start : span.end]
            if confidence >= self._settings.threshold and _is_of_type(surface, attribute):
                yield from self._values.of(text, (span.start, span.end), attribute, confidence)


def describe_attribute(attribute: Attribute) -> str:
    """What the encoder reads of an attribute: its names in the languages there are."""
    names = [name for language in LANGUAGES for name in attribute.names(language)]
    return "; ".join(dict.fromkeys(names))


def _is_of_type(surface: str, attribute: Attribute) -> bool:
    """Whether a reading can be a value of the attribute: quantities need a number with a unit of its dimension."""
    if attribute.type != "quantity":
        return True
    try:
        parse_quantity(surface, attribute.dimension or "count")
    except InputError:
        return False
    return True
