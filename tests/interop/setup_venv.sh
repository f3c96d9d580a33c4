#!/bin/sh
# Makes .venv beside this file with the pinned Python packages. Does nothing when it is there and current.
# PYTHON names the interpreter (default: the first of python3.11, 3.12, 3.13, python3 that fits).
set -eu
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
venv="$here/.venv"
stamp="$venv/.requirements"

if [ -x "$venv/bin/python" ] && cmp -s "$here/requirements.txt" "$stamp"; then
  exit 0
fi

find_python() {
  for candidate in ${PYTHON:-} python3.11 python3.12 python3.13 python3; do
    if "$candidate" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; then
      echo "$candidate"
      return
    fi
  done
  echo "No Python 3.11 to 3.13 found. Install one, or name it: PYTHON=/path/to/python $0" >&2
  exit 2
}

python=$(find_python)
rm -rf "$venv"
"$python" -m venv "$venv"
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --requirement "$here/requirements.txt"
"$venv/bin/python" -c 'import autogen_agentchat, autogen_ext.models.openai, autogen_ext.models.anthropic, autogen_ext.models.ollama'
cp "$here/requirements.txt" "$stamp"
