#!/usr/bin/env bash
# Three plants for a minute, one per B2MML version: LEI with HTTP and gRPC, MUC by folder, GRZ with a MES that speaks B2MML.
# One adapter, simulators, all on loopback. Orders go down; what was made and used comes back and is posted; stops, holds
# and test results go up where they matter; noise comes on top. Then each plant's own records are held against each other.
# Called by `./dev demo` with the folder of the binaries; with `--mutant M22` one simulator of LEI has that defect, and the
# demo is to find it. `--noise N` says how loud it is: 0, 1 or 10. `--state FILE` writes what is left at the end, to be held
# against that of another run: it is the same however loud.
set -euo pipefail
bin="$1"
shift
mes_mutant=none
erp_mutant=none
noise=1
state_file=""
while [ $# -gt 0 ]; do
  case "$1" in
    --mutant)
      mutant="${2:?--mutant needs a name, such as M22}"
      if "$bin/b2mml-mes-sim" --help | tr -s ' \n' ' ' | grep -q " $mutant "; then mes_mutant=$mutant
      elif "$bin/b2mml-erp-sim" --help | tr -s ' \n' ' ' | grep -q " $mutant "; then erp_mutant=$mutant
      else echo "no simulator has a defect $mutant; see --help of b2mml-mes-sim and b2mml-erp-sim" >&2; exit 2; fi
      shift 2 ;;
    --noise) noise="${2:?--noise needs a number: 0, 1 or 10}"; shift 2 ;;
    --state) state_file="${2:?--state needs a file}"; shift 2 ;;
    *) echo "unknown option: $1 (there is --mutant NAME, --noise N, --state FILE)" >&2; exit 2 ;;
  esac
done
work=$(mktemp -d)
pids=()
finish() {
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  wait 2>/dev/null || true
  [ -n "${KEEP:-}" ] || rm -rf "$work"
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

# A shift is over when for three seconds nothing more came in, and of each report the last word has been said. Of one that
# was taken back while its goods movement waited the ERP never says more: it counts as pending for good, so after ten
# seconds of silence it is waited for no longer.
await_settled() {
  local last="" same=0 counts enough
  for _ in $(seq 300); do
    counts=$("$bin/b2mml-adapter" audit --ledger "$work/ledger.db")
    if [ "$counts" = "$last" ] && ! grep -qE '^reports_(queued|held|sent) +[1-9]' <<<"$counts"; then
      same=$((same + 1))
    else
      same=0
    fi
    enough=6
    if grep -qE '^reports_pending +[1-9]' <<<"$counts"; then enough=20; fi
    [ "$same" -lt "$enough" ] || return 0
    last=$counts
    sleep 0.5
  done
  echo "not settled after 150 seconds:" >&2
  echo "$counts" >&2
  cat "$work/adapter.log" >&2
  return 1
}

mes() {
  local site="$1"
  shift
  start "mes-$site.log" "$bin/b2mml-mes-sim" --site "$site" --record "$work/mes-$site.jsonl" --report \
    --quality-downtime --noise "$noise" --report-after-ms 1500 --seed 3 "$@"
}
erp_posts() {
  local site="$1"
  shift
  start "erp-serve-$site.log" "$bin/b2mml-erp-sim" --serve --record "$work/erp-$site.jsonl" "$@"
}

# A port that nobody has: the two sides have to know each other before either starts.
free_port() {
  local port
  for _ in $(seq 50); do
    port=$((20000 + RANDOM % 10000))
    (: >"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { echo "$port"; return; }
  done
  return 1
}
http=$(free_port)
mes_grz=$(free_port)
url="http://127.0.0.1:$http/b2mml"

erp_posts LEI --listen 127.0.0.1:0 --adapter-url "$url/LEI" --mutant "$erp_mutant" --lock-every 11 \
  --lose-answer-every 13 --pending-every 17 --pending-ms 1000
erp_posts GRZ --listen 127.0.0.1:0 --adapter-url "$url/GRZ" --b2mml-version V0401
erp_lei=$(await "$work/erp-serve-LEI.log" 'listening on [0-9]+')
erp_grz=$(await "$work/erp-serve-GRZ.log" 'listening on [0-9]+')
start adapter.log "$bin/b2mml-adapter" --site examples/site.yaml --site examples/site-folder.yaml \
  --site examples/site-b2mml-mes.yaml --ledger "$work/ledger.db" --http "127.0.0.1:$http" --grpc 127.0.0.1:0 \
  --folder "$work/plants" --erp-url "LEI=http://127.0.0.1:$erp_lei/" --erp-url "GRZ=http://127.0.0.1:$erp_grz/" \
  --mes-url "GRZ=http://127.0.0.1:$mes_grz/orders"
adapter=${pids[-1]}
grpc=$(await "$work/adapter.log" 'grpc port [0-9]+')

mes LEI --adapter "127.0.0.1:$grpc" --mutant "$mes_mutant" --backflush RM-200 \
  --reject 'LEI-0007=UNKNOWN_MATERIAL:the component is not in the material master'
mes MUC --adapter "127.0.0.1:$grpc" --mode fetch
mes GRZ --listen "127.0.0.1:$mes_grz" --adapter-url "$url/GRZ/mes" \
  --reject 'GRZ-0002=LINE_NOT_READY:the mixer is being cleaned'

echo "orders are released, changed, held and cancelled ..." >&2
shift_of LEI V0701 20 --adapter-url "$url/LEI"
shift_of MUC V0600 10 --noun production --folder "$work/plants/MUC"
erp_posts MUC --b2mml-version V0600 --noun production --folder "$work/plants/MUC"
shift_of GRZ V0401 10 --adapter-url "$url/GRZ"
echo "the shift is worked and posted ..." >&2
await_settled
kill -TERM "$adapter"
wait "$adapter"

# Who is to know of a stop or a hold in that plant, by its contract.
used_by_of() {
  case "$1" in LEI) file=site ;; MUC) file=site-folder ;; GRZ) file=site-b2mml-mes ;; esac
  sed -n '/quality_downtime:/,$ s/.*used_by: {role: \([^,]*\),.*/\1/p' "examples/$file.yaml"
}

[ -z "$state_file" ] || : >"$state_file"
failed=0
for site in LEI MUC GRZ; do
  echo "== $site"
  records=(--erp "$work/erp-$site.jsonl" --mes "$work/mes-$site.jsonl" --used-by "$(used_by_of "$site")")
  "$bin/b2mml-sim-reconcile" "${records[@]}" --table | sed '$d' || true
  "$bin/b2mml-sim-reconcile" "${records[@]}" >/dev/null || failed=1
  [ -z "$state_file" ] || "$bin/b2mml-sim-reconcile" "${records[@]}" --state | sed "s/^/$site /" >>"$state_file"
  { grep -oE '"event":"noise",.*' "$work/mes-$site.jsonl" || true; } | sed -E 's/.*"what":"([^"]*)","came":"([^"]*)","count":"([0-9]+)".*/\3 \1: \2/' |
    awk '{n=$1; $1=""; sum[$0]+=n} END {for (what in sum) print "noise" what, sum[what]}' | sort
  # Each plant sees its own orders only.
  if grep -oE '"order_id":"[A-Z]{3}-' "$work/mes-$site.jsonl" | grep -qv "\"$site-"; then
    echo "the MES of $site has another plant's order" >&2
    failed=1
  fi
done
for file in site site-folder site-b2mml-mes; do
  contract="examples/$file.yaml"
  "$bin/b2mml-adapter" reconcile --site "$contract" --ledger "$work/ledger.db" >"$work/reconcile-$file.txt" || failed=1
  echo "adapter, $contract: $(tail -n1 "$work/reconcile-$file.txt")"
done
"$bin/b2mml-adapter" audit --ledger "$work/ledger.db" >"$work/audit.txt"
echo "ledger: $(grep -v '^not stored' "$work/audit.txt" | tr '\n' ' ')"
grep '^not stored' "$work/audit.txt" || true
[ "$failed" -eq 0 ] || { echo "NOT reconciled"; exit 1; }
echo reconciled
