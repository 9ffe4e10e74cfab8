"""The root of all errors that a person can act on.

::

    KmsError
    ├── ConfigurationError   a setting is wrong or a component is missing
    ├── InputError           input that was refused, with its place
    │   ├── OntologyError    every problem of the ontology's files, with file and line
    │   ├── CatalogError     a catalogue file that cannot be read at all, or strict mode
    │   └── FilterError      a filter names a field that has no index
    ├── StoreError           a store refused or lost an operation
    │   └── StoreUnavailable the store does not answer now; callers may go on without it
    └── NotFoundError        an id that nobody knows

Each package may add leaves of its own under these. A message says what was wrong, where, and what to do.
"""

from __future__ import annotations


class KmsError(Exception):
    """Base class; catching it catches everything the platform raises on purpose."""


class ConfigurationError(KmsError):
    """A setting is wrong, or a component that it names is missing."""


class InputError(KmsError):
    """Input was refused."""


class ConflictError(InputError):
    """Something else is there already under the same id."""


class CatalogError(InputError):
    """A catalogue file cannot be read, or strict mode met a bad row."""


class UnusableFileError(CatalogError):
    """None of a catalogue file's rows can be used, so nothing of it was written."""


class FilterError(InputError):
    """A filter names a field that has no index, or asks for what the field cannot answer."""


class StoreError(KmsError):
    """A store refused an operation."""


class StoreUnavailable(StoreError):
    """A store does not answer; operations that do not need it continue."""


class NotFoundError(KmsError):
    """No object has this id."""
