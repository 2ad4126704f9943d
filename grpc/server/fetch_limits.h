// How much a fetch may ask for, and how long it may wait. Pure.
#pragma once

#include <cstdint>

#include "google/protobuf/duration.pb.h"

namespace isa95::server {

constexpr uint32_t kMaxFetch = 500, kDefaultFetch = 100;
constexpr int64_t kMaxWaitSeconds = 30;

// From 0 to 30 s.
inline bool IsWait(const google::protobuf::Duration& wait) {
  return wait.nanos() >= 0 && wait.nanos() < 1'000'000'000 && wait.seconds() >= 0 &&
         (wait.seconds() < kMaxWaitSeconds || (wait.seconds() == kMaxWaitSeconds && wait.nanos() == 0));
}

}  // namespace isa95::server
