#!/usr/bin/env python3
"""The batch job for a scheduler: take new products in, read them, update graph and indexes, print a report.

scripts/extract_batch.py INPUT…            files, folders, products=FILE, reviews=FILE, events=FILE, or sample
scripts/extract_batch.py INPUT… --json     the report as JSON

Exit status: 0 done; 2 refused, nothing of the refused input was written; 3 done, but rows were rejected (only with
--fail-on-rejects); 1 a fault. Settings are the same KMS_ variables as everywhere. The same as ``kms extract INPUT…``;
killed and run again, it goes on where it was.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scripts.environment import use_project_python

use_project_python()


def main() -> int:
    """Run the job; returns the exit status."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("inputs", nargs="*", metavar="INPUT", help="none: do what is still to be done")
    parser.add_argument("--mapping", "-m", action="append", default=[], help="mapping for its kind of rows")
    parser.add_argument("--strict", action="store_true", help="one bad row refuses its file")
    parser.add_argument(
        "--delete-missing", action="store_true", help="inputs are whole feeds: delete rows they name no more"
    )
    parser.add_argument(
        "--delete-many",
        action="store_true",
        help="with --delete-missing: also if a fifth of a feed or more goes",
    )
    parser.add_argument("--feed", default="", help="name of the inputs' feed; default: each file's name")
    parser.add_argument(
        "--fail-on-rejects", action="store_true", help="exit status 3 where rows were rejected"
    )
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    given = parser.parse_args()

    from api.cli.batch import print_batch
    from api.cli.context import open_platform, print_json
    from api.jobs import run_batch
    from kms.errors import KmsError

    try:
        with open_platform(quiet=given.json, log_level="WARNING") as platform:
            report = run_batch(
                platform,
                given.inputs,
                mappings=given.mapping,
                strict=given.strict,
                delete_missing=given.delete_missing,
                delete_many=given.delete_many,
                feed=given.feed,
            )
    except KmsError as error:
        print(f"extract_batch: {error}", file=sys.stderr)
        return 2
    if given.json:
        print_json(report)
    else:
        print_batch(report)
    return 3 if given.fail_on_rejects and report.rejected else 0


if __name__ == "__main__":
    sys.exit(main())
