#include "adapter/ops/pages.h"

#include <prometheus/text_serializer.h>

#include <iterator>

namespace isa95::adapter::ops {
namespace {

http::Response Page(const Findings& findings) {
  if (findings.empty()) return {200, "text/plain", "ok\n", 0};
  return {503, "application/json", ToJson(findings), 5};
}

}  // namespace

http::Response Pages::Healthz() const { return Page(health_.NotAlive()); }

http::Response Pages::Readyz() const { return Page(health_.NotReady()); }

http::Response Pages::MetricsText() const {
  auto families = ledger_.Collect();
  auto own = metrics_.Collect();
  families.insert(families.end(), std::make_move_iterator(own.begin()), std::make_move_iterator(own.end()));
  return {200, "text/plain; version=0.0.4; charset=utf-8", prometheus::TextSerializer().Serialize(families), 0};
}

}  // namespace isa95::adapter::ops
