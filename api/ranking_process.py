"""A ranking process: answers searches and recommendations for the server that started it, one after the other."""

from __future__ import annotations

import pickle
import signal
import traceback
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from api.answers import Answered, Asked, make_answer

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from kms.settings import Settings


@dataclass(frozen=True)
class Question:
    """What the server asks.

    It is answered from version ``version`` of the indexes and from no other, with the changes through number ``sequence``
    at least.
    """

    name: Asked
    arguments: Mapping[str, Any]
    version: int
    sequence: int = 0


@dataclass(frozen=True)
class OtherVersion:
    """Reply of a process that serves another version at the moment, or could not take over changes."""


@dataclass(frozen=True)
class Failed:
    """Reply where the service raised: an error of the platform as it is, any other as its traceback."""

    error: Exception | None
    traceback: str = ""


Reply = Answered | OtherVersion | Failed


def run_ranking_process(connection: Connection, settings: Settings) -> None:
    """Open the live version, say that it is ready, and answer until the server closes its end of the connection.

    The server's end also closes when the server is killed, so no process is left behind.
    """
    from api.services import Services
    from api.threads import limit_numerical_threads
    from api.wiring import Platform
    from kms.logs import configure_logs

    # Ctrl+C reaches the whole group; the server ends its processes.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    configure_logs(format=settings.log_format, level=settings.log_level)
    limit_numerical_threads(settings)
    stages: list[tuple[str, float]] = []
    platform = Platform(settings, owns_vectors=False)
    services = Services(platform, observe=lambda stage, seconds: stages.append((stage, seconds)))
    services.start()
    try:
        connection.send("ready")
        while True:
            question: Question = connection.recv()
            stages.clear()
            reply = _answer(services, question)
            if isinstance(reply, Answered):
                reply = replace(reply, stages=tuple(stages))
            try:
                connection.send(reply)
            except (AttributeError, TypeError, pickle.PicklingError):  # an error that cannot be packed
                connection.send(Failed(None, repr(reply)))
    except (EOFError, OSError):
        pass
    finally:
        services.stop()
        platform.close()


def _answer(services: Any, question: Question) -> Reply:
    from kms.errors import KmsError

    version = services.live.version
    if version is None or version.number != question.version:
        return OtherVersion()
    services.show_changes_through(question.sequence)
    if services.sequence < question.sequence:
        return OtherVersion()
    try:
        return make_answer(services, question.name, question.arguments)
    except KmsError as error:
        return Failed(error)
    except Exception:
        return Failed(None, traceback.format_exc())
