#!/usr/bin/env bash
# A plant on this machine for a MES to connect to: the adapter and an ERP simulator, on loopback only.
#   ./first-order.sh                    starts both, sends one order, and runs until Ctrl-C
#   ./first-order.sh order ID [MATERIAL]   sends another order: 500 pieces of BOTTLE-500, or of MATERIAL
#   ./first-order.sh restart            kills the adapter as a power failure would; it is back after a second
#   ./first-order.sh check              what the adapter knows: counts, and made against posted
# Ports: HTTP=8080 GRPC=50051 ERP=9080 in the environment. Everything it writes is in ./plant; delete it to begin anew.
set -euo pipefail
cd "$(dirname "$0")"
plant=${PLANT:-plant}
mkdir -p "$plant"
site=LEI
await() {
  for _ in $(seq 100); do
    ! grep -qE "$2" "$1" 2>/dev/null || return 0
    sleep 0.1
  done
  echo "it did not start; $1 says:" >&2
  cat "$1" >&2
  return 1
}

send_order() {
  local http
  http=$(cat "$plant/http")
  # Each order with a lot of its own and on a line of its own.
  sed -e "s/1004711/$1/" -e "s/>6f1c2a1e-[^<]*</>bod-of-$1</" -e "s/BOTTLE-500</${2:-BOTTLE-500}</" \
    -e "s/>B20261125A</>B-$1</" -e "s/LE01-FILL-01/LE01-FILL-${1: -2}/" examples/order.xml |
    curl -sS --fail-with-body -H 'Content-Type: application/xml' --data-binary @- "http://127.0.0.1:$http/b2mml/$site"
  echo "order $1 is with the adapter"
}

adapter() {
  bin/b2mml-adapter --site examples/site.yaml --ledger "$plant/ledger.db" --http "127.0.0.1:$http" \
    --grpc "127.0.0.1:$grpc" --erp-url "$site=http://127.0.0.1:$erp/" >"$plant/adapter.log" 2>&1 &
  echo $! >"$plant/adapter.pid"
  await "$plant/adapter.log" 'grpc port [0-9]+'
}

start() {
  http=${HTTP:-8080} grpc=${GRPC:-50051} erp=${ERP:-9080}
  echo "$http" >"$plant/http"
  bin/b2mml-erp-sim --serve --listen "127.0.0.1:$erp" --adapter-url "http://127.0.0.1:$http/b2mml/$site" \
    --record "$plant/erp.jsonl" >"$plant/erp.log" 2>&1 &
  erp_pid=$!
  trap 'kill "$erp_pid" "$(cat "$plant/adapter.pid")" 2>/dev/null; wait; exit 0' INT TERM
  await "$plant/erp.log" 'listening on [0-9]+'
  adapter
  send_order 1004711
  echo "ready: adapter 127.0.0.1:$grpc, site $site; Ctrl-C ends it"
  while true; do
    wait "$(cat "$plant/adapter.pid")" || true
    sleep 1
    adapter
  done
}

case "${1:-}" in
  '') start ;;
  order) send_order "${2:?which order id}" "${3:-}" ;;
  restart) kill -9 "$(cat "$plant/adapter.pid")" ;;
  check)
    bin/b2mml-adapter audit --ledger "$plant/ledger.db"
    bin/b2mml-adapter reconcile --site examples/site.yaml --ledger "$plant/ledger.db" ;;
  *) sed -n '2,7p' "$0"; exit 2 ;;
esac
