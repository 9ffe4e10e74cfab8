"""Answers of ranking as JSON: made in a ranking process where one is ready, otherwise in the server's own process."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from starlette.concurrency import run_in_threadpool

if TYPE_CHECKING:
    from api.ranking_processes import RankingProcesses
    from api.services import Services

Asked = Literal["search", "recommend", "similar", "complements", "trending"]
"""The services that answer with ranked products; they only read."""


@dataclass(frozen=True)
class Answered:
    """An answer as it goes out.

    Attributes:
        body: JSON.
        degraded: Parts that did not answer.
        stages: How many seconds each stage took, where another process made it.
        sequence: Number of the last change of single products that it may show.
    """

    body: bytes
    degraded: tuple[str, ...] = ()
    stages: tuple[tuple[str, float], ...] = field(default=())
    sequence: int = -1


def make_answer(services: Services, name: Asked, arguments: Mapping[str, Any]) -> Answered:
    """Ask a service in this process.

    Raises:
        KmsError: As the service does.
    """
    ask: Callable[..., Any] = getattr(services, name)
    answer = ask(**arguments)
    # Asked afterwards: a change that was taken over meanwhile may be in the answer or not.
    return Answered(answer.model_dump_json().encode(), answer.degraded, sequence=services.sequence)


class Answers:
    """What routes of ranked products ask, from the event loop."""

    def __init__(self, services: Services) -> None:
        """Answer from ``services`` until there are processes to ask."""
        self._services = services
        self._processes: RankingProcesses | None = None

    def use(self, processes: RankingProcesses | None) -> None:
        """Ask ``processes`` from now on; ``None``: none."""
        self._processes = processes

    async def get(self, name: Asked, **arguments: Any) -> Answered:
        """Ask a service.

        Raises:
            KmsError: As the service does.
        """
        version = self._services.live.version
        if self._processes is not None and version is not None:
            answered = await self._processes.ask(name, arguments, version.number, self._services.sequence)
            if answered is not None:
                if answered.sequence > self._services.sequence:
                    # No later answer, of whichever process, may show an older state than this one.
                    await run_in_threadpool(self._services.show_changes_through, answered.sequence)
                for stage, seconds in answered.stages:
                    self._services.observe(stage, seconds)
                return answered
        return await run_in_threadpool(make_answer, self._services, name, arguments)
