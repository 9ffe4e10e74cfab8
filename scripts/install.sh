#!/usr/bin/env bash
# Make the virtual environment: pinned by requirements.lock, with a CPU build of PyTorch where one can be had.
set -euo pipefail
cd "$(dirname "$0")/.."
: "${PYTHON:=python3}" "${VENV:=.venv}"

"$PYTHON" - <<'PY' || exit 1
import sys
if not (3, 11) <= sys.version_info[:2] <= (3, 13):
    sys.exit(f"KMS needs Python 3.11 to 3.13, this is {sys.version.split()[0]}; call make PYTHON=python3.12 …")
PY
[ -x "$VENV/bin/python" ] || "$PYTHON" -m venv "$VENV"
"$VENV/bin/python" -m pip install --quiet --disable-pip-version-check "uv>=0.8"
uv="$VENV/bin/uv"
# pip's folder of local wheels serves uv as well.
if [ -n "${PIP_FIND_LINKS:-}" ] && [ -z "${UV_FIND_LINKS:-}" ]; then export UV_FIND_LINKS="$PIP_FIND_LINKS"; fi

install() { "$uv" pip install --quiet --python "$VENV/bin/python" --constraint requirements.lock "$@"; }

if ! "$VENV/bin/python" -c 'import torch' 2>/dev/null; then
  torch="$(grep -m1 '^torch==' requirements.lock | sed 's/[ ;].*//')"
  # uv knows where PyTorch keeps its CPU builds; where that cannot be reached the registry's default serves.
  UV_HTTP_TIMEOUT=20 UV_HTTP_RETRIES=0 install --torch-backend=cpu "$torch" 2>/dev/null \
    || { echo "no CPU build of PyTorch can be had here: taking the registry's default (some gigabytes)"; install "$torch"; }
fi
install --editable '.[dev,postgres,parser,spark]'
