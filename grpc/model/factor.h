// Exact factors between units. Pure.
#pragma once

#include <optional>
#include <string_view>

#include "grpc/model/decimal.h"

namespace isa95 {

// "1000", "0.45359237", "1/1000": its exact value; null = no positive number of a finite decimal value.
std::optional<ExactDecimal> ParseFactor(std::string_view text);

}  // namespace isa95
