#!/usr/bin/env bash
# A plant for a minute: adapter, ERP and MES simulators on loopback. Called by `./dev demo` with the folder of the binaries.
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

# Waits for a line in a file that starts with the pattern; prints the last word of the match.
await() {
  for _ in $(seq 100); do
    if line=$(grep -m1 -oE "$2" "$1" 2>/dev/null); then echo "${line##* }"; return; fi
    sleep 0.1
  done
  echo "timed out waiting for '$2':" >&2
  cat "$1" >&2
  return 1
}

"$bin/b2mml-erp-sim" --serve --listen 127.0.0.1:0 --record "$work/erp.jsonl" >"$work/erp-serve.log" 2>&1 &
pids+=($!)
erp_port=$(await "$work/erp-serve.log" 'listening on [0-9]+')

"$bin/b2mml-adapter" --site examples/site.yaml --ledger "$work/ledger.db" --http 127.0.0.1:0 --grpc 127.0.0.1:0 \
  --erp-url "LEI=http://127.0.0.1:$erp_port/" >"$work/adapter.log" 2>&1 &
pids+=($!)
adapter=$!
http_port=$(await "$work/adapter.log" 'http port [0-9]+')
grpc_port=$(await "$work/adapter.log" 'grpc port [0-9]+')

"$bin/b2mml-mes-sim" --adapter "127.0.0.1:$grpc_port" --site LEI --record "$work/mes.jsonl" \
  --reject 'DEMO-0007=UNKNOWN_MATERIAL:the component is not in the material master' >"$work/mes.log" 2>&1 &
pids+=($!)

"$bin/b2mml-erp-sim" --adapter-url "http://127.0.0.1:$http_port/b2mml/LEI" --record "$work/erp.jsonl" --prefix DEMO- \
  --orders 20 --broken 1 --resend-every 20 --change-every 5 --hold-every 6 --cancel-every 9 --seed 1 --logical-id ERP-DEMO --until-answered >"$work/erp.log" 2>&1 \
  || { cat "$work/erp.log" >&2; exit 1; }

kill -TERM "$adapter"
wait "$adapter"

"$bin/b2mml-sim-reconcile" --erp "$work/erp.jsonl" --mes "$work/mes.jsonl" --table | sed '$d'
echo "ledger: $("$bin/b2mml-adapter" audit --ledger "$work/ledger.db" | tr '\n' ' ')"
"$bin/b2mml-sim-reconcile" --erp "$work/erp.jsonl" --mes "$work/mes.jsonl" | tail -n 1
