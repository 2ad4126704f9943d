// What the simulated MES says to a request, however it came. Pure but for the order book it asks.
#pragma once

#include <string>
#include <vector>

#include "simulators/mes_sim/order_book.h"

namespace isa95::mes_sim {

struct Options {
  std::string adapter = "127.0.0.1:50051", site, record, mode = "stream", scenario, format = "text", mutant = "none",
              control, listen, folder;
  std::string reporting = "delta", adapter_url, b2mml_version = "V0701", noun, logical_id;
  std::vector<std::string> reject, backflush;
  uint32_t report_after_ms = 1'000, report_batch = 1;
  int32_t utc_offset = 60;
  bool report = false, until_settled = false, quality_downtime = false;
  uint32_t reject_every = 0, decide_after_ms = 0, expect = 0, timeout_s = 0, seed = 1, noise = 0;
  bool help = false, version = false;
};

std::string KindOf(const flow::v1::Envelope& envelope);  // release, change, cancel
std::string KeyOf(const flow::v1::Envelope& envelope);
std::string ToJson(const flow::v1::Envelope& envelope);

// By the options, which give the same order always the same; else as the order book rules.
Ruling Decide(const Options& options, const OrderBook& book, const flow::v1::Envelope& envelope);

}  // namespace isa95::mes_sim
