// One HTTP/1.1 POST or GET with a deadline over all. Blocking; thread-safe: no state.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace isa95::http {

struct ClientResponse {
  unsigned status = 0;
  std::string content_type;
  std::string body;  // at most 16 MiB
  unsigned retry_after_seconds = 0;
};

// `url`: http://host:port/path. Unavailable: no connection; DeadlineExceeded; InvalidArgument: not such a URL.
absl::StatusOr<ClientResponse> Post(std::string_view url, std::string_view content_type, std::string_view body,
                                    uint32_t timeout_ms, std::string_view prefer = {});
absl::StatusOr<ClientResponse> Get(std::string_view url, uint32_t timeout_ms);

}  // namespace isa95::http
