#!/usr/bin/env python3
"""Start and stop a Neo4j Community server with Neo4j Browser on this machine, without Docker.

scripts/neo4j_local.py start     bring it by Maven where needed, start it, wait until it answers
scripts/neo4j_local.py stop      stop it
scripts/neo4j_local.py status    say whether it runs (exit status 3 where it does not)
scripts/neo4j_local.py wait      wait until it answers
scripts/neo4j_local.py url       print the addresses for drivers and for the Browser, user and password
scripts/neo4j_local.py install   only bring the jars
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scripts.environment import use_project_python

use_project_python()

from kms.errors import KmsError  # noqa: E402
from kms.graph.neo4j_local import Address, LocalNeo4j  # noqa: E402


def main() -> int:
    """Run one action; returns the exit status."""
    state = Path(os.environ.get("KMS_STATE_DIR", ".state"))
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("action", choices=["start", "stop", "status", "wait", "url", "install"])
    parser.add_argument(
        "--home", type=Path, default=state / "neo4j", help="folder of its data (default: %(default)s)"
    )
    parser.add_argument("--bolt-port", type=int, help="port for drivers (default: 7687, or a free one)")
    parser.add_argument("--http-port", type=int, help="port of the Browser (default: 7474, or a free one)")
    parser.add_argument("--heap-mb", type=int, default=512, help="Java heap (default: %(default)s)")
    parser.add_argument("--timeout", type=float, default=120, help="seconds to wait (default: %(default)s)")
    given = parser.parse_args()
    server = LocalNeo4j(
        given.home, bolt_port=given.bolt_port, http_port=given.http_port, heap_mb=given.heap_mb
    )
    try:
        if given.action == "install":
            server.install(say)
        elif given.action == "stop":
            say("stopped" if server.stop(timeout_s=given.timeout) else "was not running")
        elif given.action == "status":
            say(f"running at {server.address.bolt}" if server.is_running else "not running")
            return 0 if server.is_running else 3
        elif given.action == "start":
            show(server.start(timeout_s=given.timeout, say=say))
        elif given.action == "wait":
            show(server.wait(timeout_s=given.timeout))
        else:
            show(server.address)
    except KmsError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def say(message: str) -> None:
    """Print one line at once."""
    print(message, flush=True)


def show(address: Address) -> None:
    """Print how to reach the server."""
    say(f"bolt      {address.bolt}")
    say(f"browser   {address.browser}")
    say(f"user      {address.user}")
    say(f"password  {address.password}")


if __name__ == "__main__":
    sys.exit(main())
