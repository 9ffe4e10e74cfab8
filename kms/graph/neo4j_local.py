"""A real Neo4j on this machine without Docker: brought by Maven, configured, started, stopped.

Neo4j Community and Neo4j Browser are ordinary Maven artifacts; :meth:`LocalNeo4j.install` copies them into a
cache that all clones of this user share (``KMS_CACHE_DIR``, else ``~/.cache/kms``). Data, configuration,
password and log live in one home folder. The server listens on the loopback address only. Needs Java 17 or
21, and Maven once.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from kms.errors import ConfigurationError, StoreUnavailable

NEO4J_VERSION = "5.26.12"
BROWSER_VERSION = "5.21.0"
BOLT_PORT = 7687
HTTP_PORT = 7474
HOST = "127.0.0.1"
USER = "neo4j"

_MAVEN_FOLDER_VARIABLE = "KMS_CACHE_DIR"
_OPENED_PACKAGES = ("java.nio", "java.io", "sun.nio.ch", "java.util.concurrent")

_POM = """<?xml version="1.0" encoding="UTF-8"?>
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>local.kms</groupId><artifactId>neo4j-local</artifactId><version>1</version><packaging>pom</packaging>
  <dependencies>
    <dependency><groupId>org.neo4j.app</groupId><artifactId>neo4j-server</artifactId><version>{neo4j}</version></dependency>
    <dependency><groupId>org.neo4j</groupId><artifactId>neo4j</artifactId><version>{neo4j}</version></dependency>
    <dependency><groupId>org.neo4j.client</groupId><artifactId>neo4j-browser</artifactId><version>{browser}</version>
      <exclusions><exclusion><groupId>*</groupId><artifactId>*</artifactId></exclusion></exclusions></dependency>
  </dependencies>
</project>
"""

_CONFIGURATION = """# Written by kms.graph.neo4j_local at every start; changes are lost.
server.default_listen_address={host}
server.default_advertised_address={host}
server.bolt.listen_address={host}:{bolt}
server.bolt.advertised_address={host}:{bolt}
server.http.listen_address={host}:{http}
server.http.advertised_address={host}:{http}
server.https.enabled=false
server.memory.heap.initial_size={heap_mb}m
server.memory.heap.max_size={heap_mb}m
server.memory.pagecache.size={pagecache_mb}m
dbms.usage_report.enabled=false
client.allow_telemetry=false
dbms.security.auth_enabled=true
server.directories.data={home}/data
server.directories.logs={home}/logs
server.directories.import={home}/import
"""


@dataclass(frozen=True)
class Address:
    """Address of a running server."""

    bolt_port: int
    http_port: int
    user: str
    password: str

    @property
    def bolt(self) -> str:
        """Address for drivers."""
        return f"bolt://{HOST}:{self.bolt_port}"

    @property
    def browser(self) -> str:
        """Address of Neo4j Browser, with the connection filled in (it asks for the password)."""
        return f"http://{HOST}:{self.http_port}/browser/?dbms=bolt://{self.user}@{HOST}:{self.bolt_port}"


class LocalNeo4j:
    """One Neo4j server that belongs to a folder.

    Args:
        home: Folder for data, configuration, log, pid and password.
        bolt_port: Port for drivers; ``None``: the port of the last start, else 7687, else a free one.
        http_port: Port of the Browser; ``None``: as above with 7474.
        heap_mb: Java heap in MiB.
        pagecache_mb: Page cache in MiB.
        cache: Where the server's jars are kept; ``None``: ``KMS_CACHE_DIR``, else ``~/.cache/kms``.
    """

    def __init__(
        self,
        home: Path,
        *,
        bolt_port: int | None = None,
        http_port: int | None = None,
        heap_mb: int = 512,
        pagecache_mb: int = 128,
        cache: Path | None = None,
    ) -> None:
        self.home = home.absolute()
        self._wanted_ports = (bolt_port, http_port)
        self._heap_mb = heap_mb
        self._process: subprocess.Popen[bytes] | None = None
        self._pagecache_mb = pagecache_mb
        root = cache or Path(os.environ.get(_MAVEN_FOLDER_VARIABLE) or Path.home() / ".cache" / "kms")
        self.library = root.absolute() / f"neo4j-{NEO4J_VERSION}-browser-{BROWSER_VERSION}"

    @property
    def log(self) -> Path:
        """Log file of the server."""
        return self.home / "logs" / "console.log"

    @property
    def is_installed(self) -> bool:
        """Whether the jars are in the cache."""
        return self.library.is_dir()

    def install(self, say: Callable[[str], None] = lambda _: None) -> None:
        """Copy the server's jars into the cache (about 120 MB, once).

        Raises:
            ConfigurationError: Maven is missing, or could not bring the jars.
        """
        if self.is_installed:
            return
        maven = find_program("mvn", "maven")
        find_program("java", "openjdk-17-jre-headless")
        # A folder of this process, renamed when complete: two installations at once do not mix.
        partial = self.library.with_name(f"{self.library.name}.{os.getpid()}.partial")
        partial.mkdir(parents=True, exist_ok=True)
        pom = partial / "pom.xml"
        pom.write_text(_POM.format(neo4j=NEO4J_VERSION, browser=BROWSER_VERSION), encoding="utf-8")
        say(f"bringing Neo4j {NEO4J_VERSION} and Browser {BROWSER_VERSION} with Maven")
        command = [
            maven, "--quiet", "--batch-mode", "--file", str(pom), "dependency:copy-dependencies",
            f"-DoutputDirectory={partial / 'lib'}", "-DincludeScope=runtime",
        ]  # fmt: skip
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=1_800, check=False)
            if done.returncode:
                tail = "\n".join((done.stdout + done.stderr).strip().splitlines()[-15:])
                raise ConfigurationError(f"Maven could not bring Neo4j {NEO4J_VERSION}:\n{tail}")
            try:
                partial.rename(self.library)
            except OSError:
                if not self.is_installed:
                    raise
        finally:
            shutil.rmtree(partial, ignore_errors=True)

    def start(self, *, timeout_s: float = 120, say: Callable[[str], None] = lambda _: None) -> Address:
        """Start the server where it does not run, and wait until it answers.

        Raises:
            ConfigurationError: Java or Maven is missing, or a wanted port is taken.
            StoreUnavailable: It did not come up; the message holds the end of its log.
        """
        if self.is_running:
            return self.wait(timeout_s=timeout_s)
        java = find_program("java", "openjdk-17-jre-headless")
        self.install(say)
        for folder in ("conf", "data", "logs", "import"):
            (self.home / folder).mkdir(parents=True, exist_ok=True)
        bolt, http = self._choose_ports()
        (self.home / "conf" / "neo4j.conf").write_text(
            _CONFIGURATION.format(
                host=HOST, bolt=bolt, http=http, home=self.home,
                heap_mb=self._heap_mb, pagecache_mb=self._pagecache_mb,
            ),
            encoding="utf-8",
        )  # fmt: skip
        self._set_password(java)
        say(f"starting Neo4j on {HOST}:{bolt}")
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [
                    *self._java(java, "org.neo4j.server.CommunityEntryPoint", heap_mb=self._heap_mb),
                    f"--home-dir={self.home}",
                    f"--config-dir={self.home / 'conf'}",
                ],
                stdout=log, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
                cwd=self.home, start_new_session=True,
            )  # fmt: skip
        self._state_file.write_text(
            json.dumps({"pid": self._process.pid, "bolt": bolt, "http": http}), encoding="utf-8"
        )
        return self.wait(timeout_s=timeout_s)

    def wait(self, *, timeout_s: float = 120) -> Address:
        """Wait until the server answers a query, and return its address."""
        from neo4j import GraphDatabase
        from neo4j.exceptions import AuthError, DriverError, Neo4jError

        deadline = time.monotonic() + timeout_s
        reason = "it is not running; start it with scripts/neo4j_local.py start"
        while time.monotonic() < deadline:
            if not self.is_running:
                break
            address = self.address
            try:
                # The driver would log every refused connection; a plain one says the same silently.
                socket.create_connection((HOST, address.bolt_port), timeout=2).close()
                with GraphDatabase.driver(
                    address.bolt, auth=(address.user, address.password), connection_timeout=2
                ) as driver:
                    driver.execute_query("RETURN 1", database_="neo4j")
                return address
            except AuthError as error:
                raise ConfigurationError(
                    f"Neo4j in {self.home} has another password than {self._password_file} "
                    f"or KMS_NEO4J_PASSWORD: {error.message}. "
                    f"Set the right one, or stop it and delete {self.home / 'data'}."
                ) from error
            except (OSError, DriverError, Neo4jError) as error:
                reason = str(error)
            time.sleep(0.3)
        raise StoreUnavailable(f"Neo4j in {self.home} does not answer: {reason}\n{self._log_end()}")

    def stop(self, *, timeout_s: float = 60) -> bool:
        """Stop the server and wait for its end; returns whether it ran. Kills it after ``timeout_s``."""
        pid = self._pid
        if pid is None:
            return False
        os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + timeout_s
        while self._pid is not None:
            if time.monotonic() > deadline:
                os.kill(pid, signal.SIGKILL)
                deadline = float("inf")
            time.sleep(0.1)
        return True

    @property
    def is_running(self) -> bool:
        """Whether the server's process lives."""
        return self._pid is not None

    @property
    def address(self) -> Address:
        """Address and password of the last start."""
        state = self._state
        return Address(
            bolt_port=state.get("bolt", BOLT_PORT),
            http_port=state.get("http", HTTP_PORT),
            user=USER,
            password=self._password(),
        )

    @property
    def _state_file(self) -> Path:
        return self.home / "server.json"

    @property
    def _password_file(self) -> Path:
        return self.home / "password"

    @property
    def _state(self) -> dict[str, int]:
        try:
            state: dict[str, int] = json.loads(self._state_file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return state

    @property
    def _pid(self) -> int | None:
        """Process id of the living server; a reused id of another program does not count."""
        pid = self._state.get("pid")
        if pid is None:
            return None
        if self._process is not None and self._process.pid == pid:
            is_server = self._process.poll() is None
        else:
            is_server = str(self.home) in read_command(pid)
        return pid if is_server else None

    def _password(self) -> str:
        if given := os.environ.get("KMS_NEO4J_PASSWORD"):
            return given
        if not self._password_file.exists():
            self.home.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(self._password_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                # Hexadecimal never begins with "-", which the tool would take for an option.
                file.write(secrets.token_hex(16))
        return self._password_file.read_text(encoding="utf-8").strip()

    def _set_password(self, java: str) -> None:
        """Set the first password; Neo4j takes it only before its first start."""
        if (self.home / "data" / "databases" / "system").exists():
            return
        password = self._password()
        if len(password) < 8:
            raise ConfigurationError("KMS_NEO4J_PASSWORD has fewer than 8 characters; Neo4j refuses it")
        done = subprocess.run(
            [
                *self._java(java, "org.neo4j.cli.AdminTool", heap_mb=128),
                "dbms",
                "set-initial-password",
                password,
            ],
            env={**os.environ, "NEO4J_HOME": str(self.home), "NEO4J_CONF": str(self.home / "conf")},
            capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        if done.returncode:
            raise ConfigurationError(
                f"Neo4j refused its first password: {(done.stdout + done.stderr).strip()}"
            )

    def _java(self, java: str, main: str, *, heap_mb: int) -> list[str]:
        opened = [f"--add-opens=java.base/{package}=ALL-UNNAMED" for package in _OPENED_PACKAGES]
        return [java, f"-Xmx{heap_mb}m", "-XX:+UseG1GC", *opened, "-cp", f"{self.library / 'lib'}/*", main]

    def _choose_ports(self) -> tuple[int, int]:
        state = self._state
        chosen: list[int] = []
        defaults = (state.get("bolt", BOLT_PORT), state.get("http", HTTP_PORT))
        for wanted, default in zip(self._wanted_ports, defaults, strict=True):
            if wanted is not None and not is_free(wanted):
                raise ConfigurationError(f"port {wanted} is taken; stop what listens there or choose another")
            chosen.append(wanted or (default if is_free(default) else find_free_port()))
        return chosen[0], chosen[1]

    def _log_end(self) -> str:
        try:
            return "\n".join(self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-15:])
        except OSError:
            return ""


def find_program(name: str, package: str) -> str:
    """Path of a program; raises :class:`ConfigurationError`, which says what to install."""
    path = shutil.which(name)
    if not path:
        raise ConfigurationError(
            f"{name} is not installed; on Debian or Ubuntu: apt-get install {package} (or use docker compose)"
        )
    return path


def read_command(pid: int) -> str:
    """Command line of a living process; empty for one that ended, also before its parent took notice."""
    if Path("/proc/self/cmdline").exists():
        try:
            return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            return ""
    listed = subprocess.run(
        ["ps", "-o", "args=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return listed.stdout.strip()


def is_free(port: int) -> bool:
    """Whether nobody listens on a port of the loopback address."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def find_free_port() -> int:
    """A port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port
