"""The main job on the Chorus catalogue, and search on its judgments: time and memory of each stage, NDCG@10, latency.

    KMS_DATASETS=../shared/datasets python scripts/benchmark_chorus.py --state .state/chorus

Stages that are done are not done again (``--fresh`` forgets them). docs/results/search.md has the figures.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ranking.serving.index import ServingIndex

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

STAGES = ("ingest", "encode", "extract", "graph", "index")
"""``encode`` makes the indexes of the rows alone, which is where their texts are encoded; ``index`` finds them done."""


def main() -> None:
    """Run what is asked for and print it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--state", type=Path, required=True, help="folder of the stores; kept between runs")
    parser.add_argument(
        "--datasets", type=Path, default=Path(os.environ.get("KMS_DATASETS", "../shared/datasets"))
    )
    parser.add_argument(
        "--model", action="store_true", help="read with the trained extractor as well as with rules"
    )
    parser.add_argument("--fresh", action="store_true", help="begin from nothing")
    parser.add_argument(
        "--limit", type=int, help="only so many products (a quick try; quality means nothing then)"
    )
    parser.add_argument(
        "--copies",
        type=int,
        default=1,
        help="so many of every product, with ids and prices of their own: for scale (quality means nothing then; "
        "a text that stands twice is encoded once)",
    )
    parser.add_argument("--stages-only", action="store_true")
    given = parser.parse_args()
    if given.fresh:
        shutil.rmtree(given.state, ignore_errors=True)
    given.state.mkdir(parents=True, exist_ok=True)
    products = given.datasets / "chorus-search" / "products.jsonl.gz"
    if not products.exists():
        raise SystemExit(f"{products} is not there; set KMS_DATASETS to the folder that holds chorus-search")
    if given.copies > 1:
        products = _copy_products(products, given.state / "copies.jsonl", given.copies)
    run_stages(given.state, products, use_model=given.model, limit=given.limit)
    if not given.stages_only:
        measure_search(given.state, given.datasets)


def measure_search(state: Path, datasets: Path) -> None:
    """Latency first, while no query is remembered; then NDCG@10 of each scorer alone and of the fused default."""
    from rich.console import Console

    from ranking.evaluate.chorus import FILE, evaluate_chorus, measure_latency, read_judgments
    from ranking.serving.service import RankingService

    judgments = read_judgments(datasets / FILE)
    service = RankingService(open_index(state))
    print(measure_latency(service, list(judgments)))
    console = Console(width=160)
    for name, report in evaluate_chorus(service, judgments).items():
        console.print(f"Chorus, {name}: {len(report.cases)} queries with a relevant product")
        console.print(report.table("fused"))
        for other, test in report.against("fused").items():
            console.print(
                f"fused against {other}: {100 * test.difference:+.2f} "
                f"[{100 * test.low:+.2f}, {100 * test.high:+.2f}], p {test.p_value:.4f}"
            )
        (state / f"search-{name}.json").write_text(report.to_json("fused"), "utf-8")
    service.index.close()


def open_index(state: Path) -> ServingIndex:
    """The live version of the indexes in a state folder."""
    from api.wiring import INDEX, Platform
    from kms.settings import read_settings

    platform = Platform(read_settings(state_dir=state))
    version = platform.artifacts.current(INDEX)
    if version is None:
        raise SystemExit(f"{state} has no indexes; run the stages first")
    return platform.open_index(version)


def run_stages(state: Path, products: Path, *, use_model: bool, limit: int | None) -> None:
    """Each stage in a process of its own, so that its peak memory is its own."""
    log = state / "stages.json"
    done: dict[str, Any] = json.loads(log.read_text("utf-8")) if log.exists() else {}
    for stage in STAGES:
        if stage not in done:
            with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
                done[stage] = pool.submit(run_stage, stage, state, products, use_model, limit).result()
            log.write_text(json.dumps(done, indent=1, default=str), "utf-8")
        print(
            f"{stage:8} {done[stage]['seconds']:8.1f} s  {done[stage]['peak_mb']:7.0f} MB  {done[stage]['report']}"
        )


def run_stage(stage: str, state: Path, products: Path, use_model: bool, limit: int | None) -> dict[str, Any]:
    """One stage; its time without imports and start-up, its peak of resident memory in MB, its report."""
    from api import jobs
    from api.inputs import BatchInput
    from api.wiring import Platform
    from kms.settings import read_settings

    changes: dict[str, object] = {"state_dir": state}
    if not use_model:
        changes["extractor_dir"] = state / "no-extractor"
    platform = Platform(read_settings(**changes))
    source = products if limit is None else _first_lines(products, state / "first.jsonl", limit)
    began = time.perf_counter()
    report: Any
    if stage == "ingest":
        report = jobs.ingest(platform, BatchInput("product", source, "icecat-products"))
    elif stage == "extract":
        report = jobs.extract(platform)
    elif stage == "graph":
        report = jobs.build_graph(platform)
    else:
        report = jobs.build_index(platform)
    seconds = time.perf_counter() - began
    platform.close()
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": seconds, "peak_mb": peak_mb, "report": str(report)[:600]}


def _copy_products(source: Path, target: Path, copies: int) -> Path:
    import gzip

    with gzip.open(source, "rt", encoding="utf-8") as lines, target.open("w", encoding="utf-8") as written:
        for line in lines:
            row = json.loads(line)
            for number in range(copies):
                price = row.get("price")
                changed = (
                    {"price": round(price * (1 + number / 100))} if isinstance(price, int | float) else {}
                )
                written.write(json.dumps({**row, "id": f"{row['id']}-{number}", **changed}) + "\n")
    return target


def _first_lines(source: Path, target: Path, limit: int) -> Path:
    import gzip
    from itertools import islice

    opened = gzip.open if source.suffix == ".gz" else open
    with opened(source, "rt", encoding="utf-8") as lines:
        target.write_text("".join(islice(lines, limit)), "utf-8")
    return target


if __name__ == "__main__":
    main()
