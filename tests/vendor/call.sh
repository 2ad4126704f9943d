#!/usr/bin/env bash
# One call to the adapter without a line of code: JSON in, JSON out, by the descriptor set. Needs Node with npx, which
# fetches buf; any other tool that takes a descriptor set does as well.
#   ./call.sh OrderExchangeService/FetchOrders '{"site": "LEI"}'
#   ./call.sh ReportExchangeService/ReportConfirmation @examples/confirmation.json
# The adapter's port: GRPC=50051 in the environment.
set -euo pipefail
cd "$(dirname "$0")"
exec npx --yes @bufbuild/buf@1.47.2 curl --schema isa95.binpb --protocol grpc --http2-prior-knowledge \
  -d "${2:?which request}" "http://127.0.0.1:${GRPC:-50051}/isa95.exchange.v1.${1:?which method}"
