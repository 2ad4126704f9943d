// What the reconciliations print with: aligned columns and JSON whose numbers are strings. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "adapter/reconcile.h"
#include "grpc/model/decimal.h"
#include "grpc/model/text.h"

namespace isa95::adapter {

using Cells = std::vector<std::string>;

// The first `left` columns to the left, numbers to the right.
std::string Aligned(const std::vector<Cells>& rows, size_t left);

std::string VerdictWords(size_t differences);  // "reconciled" or "NOT reconciled: N differences"
std::string DifferencesText(const std::vector<Difference>& differences);
std::string DifferencesJson(const std::vector<Difference>& differences);  // a list

// "name":"text" pairs; numbers are strings too, or a reader would make doubles of them.
class JsonObject {
 public:
  JsonObject& Text(std::string_view name, std::string_view value) { return Raw(name, JsonQuoted(value)); }
  JsonObject& Number(std::string_view name, const ExactDecimal& value) { return Text(name, FormatDecimal(value)); }
  JsonObject& Flag(std::string_view name, bool value) { return Raw(name, value ? "true" : "false"); }
  JsonObject& Raw(std::string_view name, std::string_view json) {
    text_ += Cat(text_.empty() ? "" : ",", JsonQuoted(name), ":", json);
    return *this;
  }
  std::string Close() const { return Cat("{", text_, "}"); }

 private:
  std::string text_;
};

template <typename Items, typename Write>
std::string JsonList(const Items& items, const Write& write) {
  std::string out;
  for (const auto& item : items) out += Cat(out.empty() ? "" : ",", write(item));
  return Cat("[", out, "]");
}

}  // namespace isa95::adapter
