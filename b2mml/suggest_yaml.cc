#include <algorithm>
#include <iterator>

#include "b2mml/name_patterns.h"
#include "b2mml/suggest.h"
#include "grpc/model/text.h"

namespace isa95::b2mml {
namespace {

constexpr size_t kErrorsNamed = 3;  // of a message that is refused

std::string OneLine(std::string_view text) {
  std::string out(text);
  std::replace_if(
      out.begin(), out.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; }, '?');
  return out;
}

std::string Quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : OneLine(text)) out += c == '\'' ? std::string("''") : std::string(1, c);
  return out + "'";
}

std::string Messages(uint64_t count) { return Cat(count, count == 1 ? " message" : " messages"); }

std::string DialectLines(const Suggestion& suggestion) {
  if (suggestion.needs.empty())
    return suggestion.accepted > 0 ? "  dialect: {}  # they are strict\n" : "  dialect: {}  # none helps\n";
  const auto& dialect = suggestion.dialect;
  std::string out = "  dialect:\n";
  for (const auto& [tolerance, need] : suggestion.needs) {
    const auto* field = contract::v1::Dialect::descriptor()->FindFieldByName(tolerance);
    const bool text = field->cpp_type() == google::protobuf::FieldDescriptor::CPPTYPE_STRING;
    out += Cat("    ", tolerance, ": ", text ? Quoted(dialect.GetReflection()->GetString(dialect, field)) : "true",
               "  # ", Messages(need.messages), ", first ", OneLine(need.first),
               tolerance == "zoneless_times" ? "; say the zone of the sender's clock\n" : "\n");
  }
  if (!dialect.namespace_version().empty())
    out += Cat("    namespace_version: ", dialect.namespace_version(), "  # as which it can be read\n");
  return out;
}

// Those who name lines otherwise than the site have them in `lines`.
std::string NamingLines(const Suggestion& suggestion) {
  std::string out;
  bool mixed = false;
  for (const auto& [kind, names] : suggestion.names) {
    const auto proposed = ProposePattern(names);
    const auto seen = Cat(names.size(), names.size() == 1 ? " name" : " names", ", such as ", OneLine(*names.begin()));
    if (!proposed) {
      out += Cat("  # ", kind, ": no pattern fits them; ", seen, "\n");
      continue;
    }
    out += Cat("  ", kind, ": {pattern: ", Quoted(proposed->pattern));
    if (proposed->padding > 0) out += Cat(", padding: {erp: ", proposed->padding, "}");
    out += Cat("}  # ", seen, "\n");
    mixed = mixed || proposed->mixed;
  }
  if (mixed)
    out += "  # Some come with the zeros and some without: allow mixed_padding in the dialect, or mend them.\n";
  return out.empty() ? out : Cat("naming:  # by the names they have\n", out);
}

std::string RefusedLines(const Suggestion& suggestion) {
  std::string out;
  if (!suggestion.refused.empty()) out = "# No dialect takes these:\n";
  for (const auto& [name, errors] : suggestion.refused) {
    out += Cat("#   ", OneLine(name), "\n");
    for (size_t i = 0; i < std::min(errors.size(), kErrorsNamed); ++i) {
      const auto& error = errors[i];
      out += OneLine(Cat("#     ", error.code(), " line ", error.line(), " ", error.path(), ": ", error.message(),
                         " mend: ", error.mend())) +
             "\n";
    }
    if (errors.size() > kErrorsNamed) out += Cat("#     and ", errors.size() - kErrorsNamed, " more\n");
  }
  return out;
}

}  // namespace

std::string SuggestionAsYaml(const Suggestion& suggestion) {
  return Cat("# The smallest dialect that takes ", suggestion.accepted, " of ", Messages(suggestion.messages),
             ": put it under erp, or under mes where the MES sends them.\nerp:\n", DialectLines(suggestion),
             NamingLines(suggestion), RefusedLines(suggestion));
}

}  // namespace isa95::b2mml
