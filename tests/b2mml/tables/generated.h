// Orders, reports, lots, test results and events that nobody wrote: every field of the model is there or not by the
// throw of a seeded die. Pure.
#pragma once

#include <cstdint>

#include "isa95/flow/v1/document.pb.h"

namespace isa95::b2mml::test {

// A Process with `orders` orders; the same for the same seed.
flow::v1::Document GenerateOrders(uint32_t seed, int orders);
// A Process with `responses` responses, of either noun.
flow::v1::Document GenerateResponses(uint32_t seed, int responses);
// The same of lots, of test results and of events; the two last alone or within their information.
flow::v1::Document GenerateLots(uint32_t seed, int lots);
flow::v1::Document GenerateTests(uint32_t seed, int results);
flow::v1::Document GenerateEvents(uint32_t seed, int events);

}  // namespace isa95::b2mml::test
