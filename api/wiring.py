"""Wiring: constructs stores, encoder and pipeline from the settings; nothing else does."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from kms.artifacts import ArtifactStore, Version
from kms.progress import ProgressFactory, silent_progress

if TYPE_CHECKING:
    from extraction.attributes import AttributeReader
    from extraction.pipeline import Pipeline
    from kms.catalog.store import CatalogStore
    from kms.currency import Exchange
    from kms.db.leases import Lease
    from kms.db.runs import RunStore
    from kms.db.session import Database
    from kms.db.states import BuildStates
    from kms.decisions.store import DecisionStore
    from kms.encoder.embeddings import TextEncoder
    from kms.evidence.proposals import ProposalStore
    from kms.evidence.store import EvidenceStore
    from kms.facts.build import GraphBuilder
    from kms.graph.port import GraphStore
    from kms.graph.scan import GraphReader
    from kms.identity.brands import BrandNames
    from kms.identity.store import IdentityStore
    from kms.indexing.build import IndexBuilder
    from kms.indexing.category_state import CategoryState
    from kms.indexing.change_log import ChangeLog
    from kms.indexing.due_changes import DueChanges
    from kms.indexing.live_documents import DocumentMaker
    from kms.journal.events import Journal
    from kms.journal.profiles import Profiles
    from kms.ontology.model import Ontology
    from kms.queue.refresh import QueueRefresh
    from kms.queue.store import QueueStore
    from kms.settings import Settings
    from kms.vectors.port import VectorSchema, VectorStore
    from ranking.behaviour.setting import BehaviourSetting
    from ranking.serving.index import ServingIndex

T = TypeVar("T")

INDEX = "index"
GRAPH_STATE = "graph"
"""Note whose token changes with each build of the graph that found something to do."""


class Platform:
    """All parts of one installation, each made when it is first asked for; safe to share between threads."""

    def __init__(
        self,
        settings: Settings | None = None,
        *,
        progress: ProgressFactory = silent_progress,
        owns_vectors: bool = True,
    ) -> None:
        """Wire from ``settings`` (default: the process's own).

        Args:
            settings: What to wire from.
            progress: Given to everything that works for long.
            owns_vectors: Whether this process may open the embedded vector store, which one process can.
        """
        if settings is None:
            from kms.settings import get_settings

            settings = get_settings()
        self.settings = settings
        self.progress = progress
        self._owns_vectors = owns_vectors
        self._lock = threading.RLock()
        self._made: dict[str, Any] = {}

    def close(self) -> None:
        """Release every store that was opened."""
        with self._lock:
            made, self._made = self._made, {}
        for name in ("graph", "database"):
            if name in made:
                made[name].close()

    def forget(self, *names: str) -> None:
        """Make parts anew when they are next asked for, as after another ontology was put in place."""
        with self._lock:
            for name in names:
                self._made.pop(name, None)

    @property
    def database(self) -> Database:
        """The operational store, migrated.

        Raises:
            ConfigurationError: Its URL cannot be used.
            StoreUnavailable: It does not answer.
        """
        return self._once("database", self._open_database)

    @property
    def catalog(self) -> CatalogStore:
        """Products and reviews."""
        from kms.catalog.store import CatalogStore

        return self._once("catalog", lambda: CatalogStore(self.database))

    @property
    def evidence(self) -> EvidenceStore:
        """Store of evidence."""
        from kms.evidence.store import EvidenceStore

        return self._once("evidence", lambda: EvidenceStore(self.database))

    @property
    def proposals(self) -> ProposalStore:
        """Store of proposals."""
        from kms.evidence.proposals import ProposalStore

        return self._once("proposals", lambda: ProposalStore(self.database))

    @property
    def change_log(self) -> ChangeLog:
        """Changes of single products since the versions were made."""
        from kms.indexing.change_log import ChangeLog

        return self._once("change_log", lambda: ChangeLog(self.database))

    def due_changes(self) -> DueChanges:
        """Sales and publications that begin or end by the clock."""
        from kms.indexing.due_changes import DueChanges

        return DueChanges(self.database, self.document_maker(lambda: self.ontology))

    def document_maker(self, ontology: Callable[[], Ontology]) -> DocumentMaker:
        """Maker of the documents of changed products under the release that ``ontology`` gives."""
        from kms.indexing.live_documents import DocumentMaker

        return DocumentMaker(graph=self.graph, ontology=ontology, exchange=self.exchange)

    @property
    def category_state(self) -> CategoryState:
        """The shop's category tree as of the last change."""
        from kms.indexing.category_state import CategoryState

        return self._once("category_state", CategoryState)

    @property
    def exchange(self) -> Exchange:
        """How prices are compared."""
        from kms.currency import Exchange

        return Exchange(currency=self.settings.currency or None, rates=self.settings.exchange_rates)

    @property
    def identities(self) -> IdentityStore:
        """Names of brands and products that are one."""
        from kms.identity.store import IdentityStore

        return self._once("identities", lambda: IdentityStore(self.database))

    @property
    def decisions(self) -> DecisionStore:
        """Decisions of people on facts."""
        from kms.decisions.store import DecisionStore

        return self._once("decisions", lambda: DecisionStore(self.database))

    @property
    def queue(self) -> QueueStore:
        """Questions to people."""
        from kms.queue.store import QueueStore

        return self._once("queue", lambda: QueueStore(self.database))

    def queue_refresh(self) -> QueueRefresh:
        """Computes the questions to people out of graph and stores."""
        from kms.queue.refresh import QueueRefresh

        return QueueRefresh(self.database, self.graph, self.ontology)

    @property
    def runs(self) -> RunStore:
        """Runs of batch commands."""
        from kms.db.runs import RunStore

        return self._once("runs", lambda: RunStore(self.database))

    @property
    def states(self) -> BuildStates:
        """Notes of builds on what they were made of."""
        from kms.db.states import BuildStates

        return self._once("states", lambda: BuildStates(self.database))

    @property
    def journal(self) -> Journal:
        """Journal of shoppers' events."""
        from kms.journal.events import Journal

        return self._once("journal", lambda: Journal(self.database))

    @property
    def profiles(self) -> Profiles:
        """The journal by shopper."""
        from kms.journal.profiles import Profiles

        return self._once("profiles", lambda: Profiles(self.database))

    @property
    def ontology(self) -> Ontology:
        """The ontology's release.

        Raises:
            OntologyError: Its files have problems.
        """
        return self._once("ontology", self._load_ontology)

    @property
    def graph(self) -> GraphStore:
        """The graph store that the settings name, prepared where it is embedded."""
        return self._once("graph", self._open_graph)

    @property
    def encoder(self) -> TextEncoder:
        """The text encoder; the first call exports it where it was never used on this machine."""
        return self._once("encoder", self._load_encoder)

    @property
    def artifacts(self) -> ArtifactStore:
        """Versions of the indexes."""
        return self._once("artifacts", lambda: ArtifactStore(self.settings.state_dir / "artifacts"))

    @property
    def pipeline(self) -> Pipeline:
        """Rules, and the trained model where ``extractor_dir`` holds one."""
        return self._once("pipeline", self._make_pipeline)

    @property
    def has_extractor(self) -> bool:
        """Whether ``extractor_dir`` holds a trained model."""
        return (self.settings.extractor_dir / "config.json").is_file()

    @property
    def matcher_dir(self) -> Path:
        """Folder of the pair classifier that ``kms train matcher`` makes."""
        return self.settings.matcher_dir or self.settings.state_dir / "models" / "matcher"

    @property
    def attribute_model_dir(self) -> Path:
        """Folder of the attribute model, whether there is one or not."""
        return self.settings.attribute_model_dir or self.settings.state_dir / "models" / "attributes"

    @property
    def behaviour_setting(self) -> BehaviourSetting:
        """Behaviour model to fit and the budget of its fit."""
        from ranking.behaviour.setting import BehaviourSetting, Budget

        settings = self.settings
        budget = Budget(memory_gb=settings.behaviour_memory_gb, minutes=settings.behaviour_minutes)
        return BehaviourSetting(model=settings.behaviour, budget=budget)

    def brand_names(self) -> BrandNames:
        """The names of brands: those that were decided, and those that the ontology writes."""
        return self.identities.brand_names().joined(self.ontology.brands.values())

    def graph_lease(self) -> Lease:
        """Held by who writes facts into the graph: builds of the whole and the reader of changed products take turns."""
        from kms.db.leases import Lease

        return Lease(self.database, "graph")

    def graph_builder(self) -> GraphBuilder:
        """Builder that updates the graph from the evidence."""
        from kms.facts.build import GraphBuilder

        return GraphBuilder(
            catalog=self.catalog,
            evidence=self.evidence,
            proposals=self.proposals,
            states=self.states,
            graph=self.graph,
            ontology=self.ontology,
            brand_names=self.brand_names(),
            merges=self.identities.merges(),
            decisions=self.decisions,
            encode=lambda text: self.encoder.encode_query(text),
            progress=self.progress,
        )

    def index_builder(
        self,
        artifacts: ArtifactStore | None = None,
        graph: GraphReader | None = None,
        ontology: Ontology | None = None,
    ) -> IndexBuilder:
        """Builder of index versions, in the installation's store or another one.

        Args:
            artifacts: Where the version goes; default: the installation's own.
            graph: A reading of the graph that others use as well; default: the graph store.
            ontology: That the version is made with; default: the installation's own.
        """
        from kms.indexing.build import IndexBuilder
        from kms.text.chinese_words import keep_dictionary_in

        keep_dictionary_in(self.settings.state_dir / "cache")
        return IndexBuilder(
            catalog=self.catalog,
            graph=graph or self.graph,
            ontology=ontology or self.ontology,
            known=self._load_default_ontology(),
            encoder=self.encoder,
            artifacts=artifacts or self.artifacts,
            make_vectors=self.make_vectors,
            exchange=self.exchange,
            merges=self.identities.merges(),
            progress=self.progress,
        )

    def open_index(self, version: Version) -> ServingIndex:
        """Open one version for ranking.

        Raises:
            StoreError: It cannot be opened, or another encoder made it.
        """
        from kms.text.chinese_words import keep_dictionary_in
        from ranking.serving.index import ServingIndex

        keep_dictionary_in(self.settings.state_dir / "cache")
        may_open = self._owns_vectors or self.settings.vectors != "edge"
        return ServingIndex(
            version,
            encoder=self.encoder,
            open_vectors=self.open_vectors if may_open else None,
            out_of_stock=self.settings.out_of_stock,
        )

    def make_vectors(self, folder: Path, schema: VectorSchema) -> VectorStore:
        """A new vector store for the version that ``folder`` belongs to."""
        if self.settings.vectors == "edge":
            from kms.vectors.edge import EdgeVectorStore

            return EdgeVectorStore(folder, schema)
        from api.collections import make_collection

        return make_collection(self.settings, folder, schema)

    def open_vectors(self, folder: Path) -> VectorStore:
        """The vector store of the version that ``folder`` belongs to.

        Raises:
            StoreError: It is not there, or another process owns it.
            StoreUnavailable: The server does not answer.
        """
        if self.settings.vectors == "edge":
            from kms.vectors.edge import EdgeVectorStore

            return EdgeVectorStore(folder)
        from api.collections import open_collection

        return open_collection(self.settings, folder)

    def _once(self, name: str, make: Callable[[], T]) -> T:
        part = self._made.get(name)
        if part is None:
            with self._lock:
                part = self._made.get(name)
                if part is None:
                    part = self._made[name] = make()
        return part

    def _open_database(self) -> Database:
        from kms.db.session import open_database

        return open_database(self.settings.resolved_database_url)

    def _load_ontology(self) -> Ontology:
        from kms.ontology.cache import load_kept_ontology
        from kms.ontology.load import default_folder

        folder = self.settings.resolved_ontology_dir
        return load_kept_ontology(
            folder if folder.is_dir() else default_folder(), self.settings.state_dir / "cache"
        )

    def _load_default_ontology(self) -> Ontology | None:
        """The default ontology where the installation has its own; ``None`` where it is the one in use."""
        from kms.ontology.cache import load_kept_ontology
        from kms.ontology.load import default_folder

        folder = self.settings.resolved_ontology_dir
        if not folder.is_dir() or folder.samefile(default_folder()):
            return None
        return load_kept_ontology(default_folder(), self.settings.state_dir / "cache" / "default-ontology")

    def _open_graph(self) -> GraphStore:
        settings = self.settings
        if settings.graph == "neo4j":
            from kms.graph.neo4j import Neo4jGraphStore

            password = settings.neo4j_password.get_secret_value()
            return Neo4jGraphStore(settings.neo4j_uri, settings.neo4j_user, password)
        return open_embedded_graph(settings.state_dir)

    def _load_encoder(self) -> TextEncoder:
        from kms.encoder.embeddings import TextEncoder
        from kms.encoder.profile import ProfileSettings

        settings = self.settings
        profile = ProfileSettings(
            query_prefix=settings.encoder_query_prefix,
            passage_prefix=settings.encoder_passage_prefix,
            pooling=settings.encoder_pooling,
            max_tokens=settings.encoder_max_tokens,
        )
        cache = settings.state_dir / "cache"
        return TextEncoder(settings.encoder, cache=cache, threads=settings.threads, settings=profile)

    def _make_pipeline(self) -> Pipeline:
        from extraction.pipeline import Pipeline
        from extraction.sentences import choose_parser

        parser = choose_parser(self.settings.parser)
        attributes = self._load_attribute_reader()
        if not self.has_extractor:
            return Pipeline(self.ontology, parser=parser, attributes=attributes)
        from extraction.reading import ModelReader

        model = ModelReader(
            self.settings.extractor_dir,
            self.ontology,
            state=self.settings.state_dir / "cache",
            threads=self.settings.threads,
        )
        return Pipeline(self.ontology, model, parser, attributes)

    def _load_attribute_reader(self) -> AttributeReader | None:
        folder = self.attribute_model_dir
        if not folder.is_dir():
            return None
        from extraction.attributes import AttributeReader

        cache = self.settings.state_dir / "cache"
        return AttributeReader(folder, self.ontology, state=cache, threads=self.settings.threads)


def open_embedded_graph(state_dir: Path) -> GraphStore:
    """The embedded graph of a state folder, with its tables."""
    from kms.graph.embedded import EmbeddedGraphStore

    state_dir.mkdir(parents=True, exist_ok=True)
    store = EmbeddedGraphStore(state_dir / "graph.db")
    store.prepare()
    return store
