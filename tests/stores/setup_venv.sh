#!/bin/sh
# Makes .venv beside this file with the servers that requirements.txt names. Does nothing when it is there and current.
# PYTHON names the interpreter (default: python3).
set -eu
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
venv="$here/.venv"
stamp="$venv/.requirements"

if [ -x "$venv/bin/python" ] && cmp -s "$here/requirements.txt" "$stamp"; then
  exit 0
fi

rm -rf "$venv"
"${PYTHON:-python3}" -m venv "$venv"
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --only-binary :all: --requirement "$here/requirements.txt"
cp "$here/requirements.txt" "$stamp"
