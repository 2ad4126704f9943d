#!/usr/bin/env bash
# A vendor's first afternoon: unpacks the kit into an empty folder and works from there only. The MES of one language
# takes orders while it and the adapter are killed in between; the adapter's own word says whether all is posted.
# vendor_test.sh WHAT KIT.tar.gz FOLDER-FOR-NPM; WHAT: kit, python, typescript, java, csharp. 77 = cannot run here.
set -euo pipefail
what="$1" kit="$2" npm="$3"
work=$(mktemp -d)
pids=()
finish() {
  code=$?
  trap - EXIT
  [ "$code" -eq 0 ] || [ "$code" -eq 77 ] || tail -n 40 "$work"/*.log "$work"/*/plant/*.log >&2 2>/dev/null || true
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  wait 2>/dev/null || true
  [ -n "${KEEP:-}" ] || rm -rf "$work"
  exit "$code"
}
trap finish EXIT
fail() { echo "FAILED: $*" >&2; exit 1; }
await() {
  for _ in $(seq 300); do
    ! grep -qE "$2" "$1" 2>/dev/null || return 0
    sleep 0.1
  done
  fail "waited 30 s for '$2' in $1"
}
free_port() {
  local port
  for _ in $(seq 50); do
    port=$((20000 + RANDOM % 10000))
    (: >"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { echo "$port"; return; }
  done
  return 1
}
# needs PROGRAM-OR-FILE WHY...
needs() { command -v "$1" >/dev/null || [ -e "$1" ] || { echo "SKIPPED: no $1 on this machine; $2"; exit 77; }; }

tar xzf "$kit" -C "$work"
cd "$work/isa95-vendor-kit"

case "$what" in
  kit)
    for file in vendor.md NOTICE isa95.binpb first-order.sh call.sh examples/site.yaml examples/order.xml \
      proto/isa95/exchange/v1/report.proto; do
      [ -s "$file" ] || fail "the kit has no $file"
    done
    # The descriptor set stands for the protos, comments included.
    mkdir out
    protoc --descriptor_set_in=isa95.binpb --java_out=out isa95/exchange/v1/report.proto \
      isa95/testcontrol/v1/testcontrol.proto
    grep -rq 'What the adapter says at once' out || fail "the descriptor set has no comments"
    for program in bin/*; do "$program" --help >/dev/null || fail "$program does not run"; done
    # Each library that they link is in a package that vendor.md names, or comes with one of these.
    ours='lib(c|m|gcc_s|stdc\+\+|[a-z]*san)\.so'
    objdump -p bin/* | awk -v ours="$ours" '$1 == "NEEDED" && $2 !~ ours {print "*/" $2}' | sort -u | xargs dpkg -S |
      cut -d: -f1 | sort -u >"$work/packages.log" 2>/dev/null
    [ "$(wc -l <"$work/packages.log")" -gt 5 ] || fail "which packages the programs need could not be told"
    while read -r package; do
      case "$package" in libabsl* | libgrpc29 | libc6*) continue ;; esac
      grep -qF " $package" vendor.md || fail "vendor.md does not name $package, which the programs need"
    done <"$work/packages.log"
    # What vendor.md names is there.
    grep -oE '`[a-z][a-zA-Z0-9_./-]*/[a-zA-Z0-9_.-]+`' vendor.md | tr -d '`' | sort -u | while read -r path; do
      [ -e "$path" ] || fail "vendor.md names $path, which the kit does not have"
    done
    exit 0 ;;
  python) needs /usr/bin/python3 "install python3-grpcio"; needs grpc_python_plugin "install protobuf-compiler-grpc"
    /usr/bin/python3 -I -c 'import grpc' || { echo "SKIPPED: no python3-grpcio on this machine"; exit 77; } ;;
  typescript) needs node "install nodejs"; needs npm "install npm"
    mkdir -p "$npm"
    if ! cmp -s mes/typescript/package-lock.json "$npm/installed"; then
      cp mes/typescript/package.json mes/typescript/package-lock.json "$npm"
      (cd "$npm" && npm ci --no-audit --no-fund >&2) || {
        ! npm ping >/dev/null 2>&1 || fail "npm ci failed"
        echo "SKIPPED: the npm registry cannot be reached"
        exit 77
      }
      cp mes/typescript/package-lock.json "$npm/installed"
    fi
    ln -s "$npm/node_modules" mes/typescript/node_modules ;;
  java) needs javac "install default-jdk-headless"; needs grpc_java_plugin "install protobuf-compiler-grpc-java-plugin"
    needs /usr/share/java/grpc-netty.jar "install libgrpc-java" ;;
  csharp) needs dotnet "the C# example is compiled only where a .NET SDK is installed" ;;
esac
mes/run.sh "$what" --build
per_order=11  # reports

# What was on its way to the ERP when the adapter is killed goes out again after this: no need to wait half a minute.
sed -i 's/answer_within: 30s/answer_within: 2s/' examples/site.yaml
HTTP=$(free_port) GRPC=$(free_port) ERP=$(free_port)
export HTTP GRPC ERP
./first-order.sh >"$work/plant.log" 2>&1 &
pids+=($!)
await "$work/plant.log" '^ready'
./first-order.sh order 1004712
./first-order.sh order 1004713 JAR-250
if [ "$what" = typescript ]; then  # where there is npx, an order can be had without a program
  ./call.sh OrderExchangeService/GetOrder '{"site": "LEI", "orderId": "1004713"}' >"$work/order.log" 2>&1
  grep -q JAR-250 "$work/order.log" || fail "call.sh has no order"
fi

# mes LOG OPTION...: in the background; run.sh becomes the MES, so its pid is the MES's.
mes() {
  local log="$work/$1.log"
  shift
  mes/run.sh "$what" --adapter "127.0.0.1:$GRPC" --site LEI --book "$work/book" --twice --quality "$@" >"$log" 2>&1 &
  mes_pid=$!
  pids+=("$mes_pid")
}
ends_well() {
  local code=0
  await "$1" '^done'
  wait "$mes_pid" || code=$?
  [ "$code" -eq 0 ] || fail "the MES ended with $code"
}

mes killed
await "$work/killed.log" 'receipt'
kill -9 "$mes_pid"
wait "$mes_pid" 2>/dev/null || true
mes again --until 4
await "$work/again.log" 'report .*: (receipt|POSTED|REVERSED|PENDING)'
./first-order.sh restart
await "$work/again.log" 'retry: UNAVAILABLE'
until ./first-order.sh order 1004714 2>/dev/null; do sleep 0.2; done
ends_well "$work/again.log"
mes resumed --until 5
./first-order.sh order 1004715
ends_well "$work/resumed.log"

grep -q '1004713.*REJECTED' "$work"/killed.log "$work"/again.log || fail "what it cannot make was not rejected"
! grep -E '(order|report).*10047(11|12|14)' "$work/resumed.log" || fail "news came again that was stored before"
# From here on the adapter's word counts, and what the ERP booked.
bin/b2mml-adapter trace --order 1004713 --ledger plant/ledger.db >"$work/trace.log"
grep -q UNKNOWN_MATERIAL "$work/trace.log" || fail "the rejection has no reason"
./first-order.sh check >"$work/check.log" || fail "not reconciled"
# says NAME NUMBER
says() { grep -qE "^$1 +$2\$" "$work/check.log" || fail "not '$1 $2' but '$(grep "^$1 " "$work/check.log")'"; }
says accepted 4
says rejected 1
posted=$(awk '$1 == "reports_posted" || $1 == "reports_reversed" {n += $2} END {print n}' "$work/check.log")
[ "$posted" -eq $((4 * per_order)) ] || fail "$posted of $((4 * per_order)) reports are posted or taken back"
for none in queued delivered reports_{queued,held,sent,pending,parked,conflict}; do
  says "$none" 0
done
grep -qE '^reports_duplicate +[1-9]' "$work/check.log" || fail "no report was sent twice"
# counts NUMBER PATTERN WHY: so many lines
counts() { [ "$(grep -cE "$2" "$work/check.log")" -eq "$1" ] || fail "$3"; }
counts 4 '^order 10047(11|12|14|15) .*ordered 500 C62, open 0, over 0' "an order is open or over"
counts 8 'RM-100-L[12] +KGM +(41.800 +41.800|62.700 +62.700)$' "a lot is not posted as it was used"
twice=$(grep '"event":"posted"' plant/erp.jsonl | grep -oE '"report_id":"[^"]*"' | sort | uniq -d)
[ -z "$twice" ] || fail "the ERP booked twice: $twice"
tail -n 1 "$work/again.log" "$work/resumed.log" | grep done
