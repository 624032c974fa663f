# Shared by the set-up scripts: where things are, and work that is done once for each state of its inputs.
set -eu
cd "$(dirname "$0")/.."
STAMPS=.setup/stamps
mkdir -p "$STAMPS"

say() { printf '%s\n' "$*"; }
fail() { printf '\n%s\n' "$*" >&2; exit 1; }
digest() { cat "$@" | sha256sum | cut -c1-16; }
fresh() { [ -f "$STAMPS/$1" ] && [ "$(cat "$STAMPS/$1")" = "$2" ]; }
stamp() { printf '%s' "$2" > "$STAMPS/$1"; }
