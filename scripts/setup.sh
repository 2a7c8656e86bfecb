# Sourced by the other scripts: makes .venv with the project in it, once, and again when pyproject.toml changes.
# Usage: setup [dev]

cd "$(dirname "${BASH_SOURCE[0]}")/.."
root=$PWD
venv=$root/.venv

find_python() {
  local candidate
  for candidate in "${PYTHON:-}" python3 python3.13 python3.12 python3.11 python3.14; do
    if [ -n "$candidate" ] && "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      echo "$candidate"
      return
    fi
  done
  echo "error: Python 3.11 or later is needed; set PYTHON to one" >&2
  return 1
}

setup() {
  local python stamp wanted
  wanted="$(cksum < pyproject.toml) ${1:-user}"
  stamp=$venv/.dashkit-stamp
  # What was set up for development serves the demo too.
  if [ -f "$stamp" ] && { [ "$(cat "$stamp")" = "$wanted" ] || [ "$(cat "$stamp")" = "$(cksum < pyproject.toml) dev" ]; }; then
    return
  fi
  python=$(find_python)
  echo "Setting up $venv with $("$python" --version) ..." >&2
  if ! "$python" -m venv "$venv" >&2; then
    echo "error: cannot make a virtual environment; on Debian: apt install python3-venv" >&2
    return 1
  fi
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check -e '.[sandbox,watch,s3,preview]' >&2
  if [ "${1:-}" = dev ]; then
    # The dev group, read here because pip before 25.1 does not know groups.
    "$venv/bin/python" -c '
import tomllib
print("\n".join(tomllib.load(open("pyproject.toml", "rb"))["dependency-groups"]["dev"]))' > "$venv/dev.txt"
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check -r "$venv/dev.txt" >&2
  fi
  echo "$wanted" > "$stamp"
}

# Prometheus, Alertmanager and the exporters that live tests start. Installed where this user may; said aloud where not.
monitoring() {
  local missing=() name
  for name in promtool amtool prometheus-node-exporter prometheus-blackbox-exporter prometheus-postgres-exporter; do
    command -v "$name" > /dev/null || missing+=("$name")
  done
  [ ${#missing[@]} = 0 ] && return
  if command -v apt-get > /dev/null && [ "$(id -u)" = 0 ]; then
    echo "Installing Prometheus, Alertmanager and exporters ..." >&2
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
      prometheus prometheus-alertmanager prometheus-node-exporter prometheus-blackbox-exporter \
      prometheus-postgres-exporter postgresql; } > /dev/null 2>&1 && return
  fi
  echo "warning: not installed: ${missing[*]}; what needs them is SKIPPED" >&2
  echo "warning: on Debian: apt install prometheus prometheus-alertmanager prometheus-node-exporter \\" >&2
  echo "           prometheus-blackbox-exporter prometheus-postgres-exporter postgresql" >&2
}

# The browser that the tests of pages drive. Installed where this user may; said aloud where not.
browser() {
  command -v chromium > /dev/null && return
  if command -v apt-get > /dev/null && [ "$(id -u)" = 0 ]; then
    echo "Installing Chromium ..." >&2
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium; } \
      > /dev/null 2>&1 && return
  fi
  echo "warning: chromium is not installed; the tests of pages are SKIPPED" >&2
}

# A real S3 server for the tests of object stores, built from its Go module. Said aloud where that cannot be.
object_store() {
  local log=$venv/versitygw.log
  { command -v versitygw || [ -x "$venv/bin/versitygw" ]; } > /dev/null && return
  if command -v go > /dev/null; then
    echo "Building an S3 server for the tests ..." >&2
    GOBIN=$venv/bin timeout 400 go install github.com/versity/versitygw/cmd/versitygw@v1.8.0 > "$log" 2>&1 && return
    tail -3 "$log" >&2
  fi
  echo "warning: versitygw is not installed; the tests of object stores are SKIPPED" >&2
}
