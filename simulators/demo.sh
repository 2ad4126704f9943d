#!/usr/bin/env bash
# Three plants for a minute, one per B2MML version: LEI with HTTP and gRPC, MUC by folder, GRZ with a MES that speaks B2MML.
# One adapter, simulators, all on loopback. Called by `./dev demo` with the folder of the binaries.
set -euo pipefail
bin="$1"
work=$(mktemp -d)
pids=()
finish() {
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  wait 2>/dev/null || true
  rm -rf "$work"
}
trap finish EXIT

# Waits for a line in a file that matches the pattern; prints the last word of the match.
await() {
  for _ in $(seq 100); do
    if line=$(grep -m1 -oE "$2" "$1" 2>/dev/null); then echo "${line##* }"; return; fi
    sleep 0.1
  done
  echo "timed out waiting for '$2':" >&2
  cat "$1" >&2
  return 1
}

# start LOG COMMAND...: in the background, stopped at the end.
start() {
  local log="$work/$1"
  shift
  "$@" >"$log" 2>&1 &
  pids+=($!)
}

# What one plant's ERP does: orders, one sent twice, changes, holds, cancels, one broken.
shift_of() {
  local site="$1" version="$2" orders="$3"
  shift 3
  "$bin/b2mml-erp-sim" --record "$work/erp-$site.jsonl" --b2mml-version "$version" --prefix "$site-" --orders "$orders" \
    --broken 1 --resend-every "$orders" --change-every 5 --hold-every 6 --cancel-every 9 --seed 1 --logical-id ERP-DEMO \
    --until-answered "$@" >"$work/erp-$site.log" 2>&1 || { cat "$work/erp-$site.log" "$work/adapter.log" >&2; exit 1; }
}

start erp-serve-LEI.log "$bin/b2mml-erp-sim" --serve --listen 127.0.0.1:0 --record "$work/erp-LEI.jsonl"
start erp-serve-GRZ.log "$bin/b2mml-erp-sim" --serve --listen 127.0.0.1:0 --record "$work/erp-GRZ.jsonl"
start mes-GRZ.log "$bin/b2mml-mes-sim" --listen 127.0.0.1:0 --site GRZ --record "$work/mes-GRZ.jsonl" \
  --reject 'GRZ-0002=LINE_NOT_READY:the mixer is being cleaned'
erp_lei=$(await "$work/erp-serve-LEI.log" 'listening on [0-9]+')
erp_grz=$(await "$work/erp-serve-GRZ.log" 'listening on [0-9]+')
mes_grz=$(await "$work/mes-GRZ.log" 'listening on [0-9]+')

start adapter.log "$bin/b2mml-adapter" --site examples/site.yaml --site examples/site-folder.yaml \
  --site examples/site-b2mml-mes.yaml --ledger "$work/ledger.db" --http 127.0.0.1:0 --grpc 127.0.0.1:0 \
  --folder "$work/plants" --erp-url "LEI=http://127.0.0.1:$erp_lei/" --erp-url "GRZ=http://127.0.0.1:$erp_grz/" \
  --mes-url "GRZ=http://127.0.0.1:$mes_grz/orders"
adapter=${pids[-1]}
http=$(await "$work/adapter.log" 'http port [0-9]+')
grpc=$(await "$work/adapter.log" 'grpc port [0-9]+')

start mes-LEI.log "$bin/b2mml-mes-sim" --adapter "127.0.0.1:$grpc" --site LEI --record "$work/mes-LEI.jsonl" \
  --reject 'LEI-0007=UNKNOWN_MATERIAL:the component is not in the material master'
start mes-MUC.log "$bin/b2mml-mes-sim" --adapter "127.0.0.1:$grpc" --site MUC --record "$work/mes-MUC.jsonl" --mode fetch

shift_of LEI V0701 20 --adapter-url "http://127.0.0.1:$http/b2mml/LEI"
shift_of MUC V0600 10 --noun production --folder "$work/plants/MUC"
shift_of GRZ V0401 10 --adapter-url "http://127.0.0.1:$http/b2mml/GRZ"
kill -TERM "$adapter"
wait "$adapter"

failed=0
for site in LEI MUC GRZ; do
  echo "== $site"
  "$bin/b2mml-sim-reconcile" --erp "$work/erp-$site.jsonl" --mes "$work/mes-$site.jsonl" --table | sed '$d'
  "$bin/b2mml-sim-reconcile" --erp "$work/erp-$site.jsonl" --mes "$work/mes-$site.jsonl" >/dev/null || failed=1
  # Each plant sees its own orders only.
  if grep -oE '"order_id":"[A-Z]{3}-' "$work/mes-$site.jsonl" | grep -qv "\"$site-"; then
    echo "the MES of $site has another plant's order" >&2
    failed=1
  fi
done
echo "ledger: $("$bin/b2mml-adapter" audit --ledger "$work/ledger.db" | tr '\n' ' ')"
[ "$failed" -eq 0 ] || { echo "NOT reconciled"; exit 1; }
echo reconciled
