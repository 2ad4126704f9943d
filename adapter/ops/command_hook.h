// Runs a program for a notice: no shell, the notice on its standard input, a limit on its time. It and what it started
// are killed at the limit, or when `stop` says so. It gets this process's environment without the adapter's own
// settings (ISA95_*), no open file of ours, and default signals. Threads: safe; blocks. Errors: Unavailable with what
// it wrote, shortened. Source: DESIGN §7.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace isa95::adapter::ops {

// OK: it ended with 0 in time.
absl::Status RunHook(const std::string& program, std::string_view input, std::chrono::milliseconds limit,
                     const std::function<bool()>& stop);

}  // namespace isa95::adapter::ops
