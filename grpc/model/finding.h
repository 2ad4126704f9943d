// Findings: what is wrong or noteworthy in a message, for people.
// Bad data is a Finding; a broken program is an absl::Status. Thread-safe: no state.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "isa95/flow/v1/common.pb.h"

namespace isa95 {

using Finding = flow::v1::Finding;
using Findings = std::vector<Finding>;

// Example: findings.push_back(Error("MISSING_ORDER_ID", path, line, "The order has no ID.", "Send ...", "ERP
// integrator"));
Finding Error(std::string_view code, std::string_view path, uint64_t line, std::string_view message,
              std::string_view mend, std::string_view who_acts = "ERP integrator");
Finding Warning(std::string_view code, std::string_view path, uint64_t line, std::string_view message,
                std::string_view mend, std::string_view who_acts = "ERP integrator");
Finding Info(std::string_view code, std::string_view path, uint64_t line, std::string_view message,
             std::string_view mend, std::string_view who_acts = "site integrator");

bool HasError(const Findings& findings);

// One line of JSON with the keys code, severity (error|warning|info), path, line, message, mend, who_acts.
std::string ToJson(const Finding& finding);
// {"findings":[...]} on one line.
std::string ToJson(const Findings& findings);
// "error TIME_WITHOUT_OFFSET line 12 /path\n  message\n  mend: ... (who_acts)\n"
std::string ToText(const Finding& finding);

}  // namespace isa95
