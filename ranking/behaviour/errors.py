"""Errors of the behaviour models.

::

    KmsError
    ├── InputError
    │   └── BehaviourError     interactions, a setting or a file that a model refuses
    └── ConfigurationError
        └── FitTooLargeError   the fit would need more memory than it may take
"""

from __future__ import annotations

from kms.errors import ConfigurationError, InputError


class BehaviourError(InputError):
    """Interactions, a history, a setting or a saved model that a behaviour model refuses."""


class FitTooLargeError(ConfigurationError):
    """A fit would need more memory than ``max_memory_bytes`` allows."""
