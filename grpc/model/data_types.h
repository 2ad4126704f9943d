// The kinds of data of which one side is the system of record: the keys of a flow's `system_of_record`. Source: DESIGN
// §7.
#pragma once

#include <array>
#include <string_view>

namespace isa95 {

inline constexpr std::array<std::string_view, 14> kDataTypes = {
    "order",        "target_quantity", "dates",       "routing",    "batch",       "order_state", "actual_quantity",
    "actual_times", "scrap",           "consumption", "lot_status", "test_result", "downtime",    "posting_date"};

}  // namespace isa95
