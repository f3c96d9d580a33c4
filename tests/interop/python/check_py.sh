#!/bin/sh
# Everything that Python can check: golden files, expected traces, the list of intended differences.
set -u
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
"$here/../setup_venv.sh" || exit 2
python="$here/../.venv/bin/python"
failed=0
for script in "dump_components.py --check" "dump_states.py --check" "dump_messages.py --check" \
  "run_scenarios.py --check" "trace_runtime.py --check" "trace_spans.py --check" "public_names.py --check" "check_differences.py"; do
  # shellcheck disable=SC2086 # the script and its flag are two words
  (cd "$here" && PYTHONDONTWRITEBYTECODE=1 "$python" $script) || failed=1
done
exit $failed
