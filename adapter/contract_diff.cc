#include "adapter/contract_diff.h"

#include <algorithm>
#include <map>

#include "adapter/print.h"
#include "grpc/model/text.h"

namespace isa95::adapter {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

enum class Breaks { kNever, kAlways, kUnlessAdded, kUnlessRemoved };

// The first one that begins the key counts.
struct Meaning {
  std::string_view prefix, whom;
  Breaks breaks;
  std::string_view stale;
};

constexpr std::string_view kErpRuns = "conformance runs of the ERP", kMesRuns = "conformance runs of the MES",
                           kPostings = "reconciliations and rehearsals of what is posted";
constexpr std::array kMeanings = {
    Meaning{"contract.production", "whoever starts the adapter", Breaks::kUnlessRemoved, ""},
    Meaning{"contract.", "nobody", Breaks::kNever, ""},
    Meaning{"site.allowed_clock_skew", "ERP and MES", Breaks::kNever, ""},
    Meaning{"site.time_zone", "ERP and MES", Breaks::kAlways, kPostings},
    Meaning{"site.posting_date", "ERP", Breaks::kAlways, kPostings},
    Meaning{"site.production_day_starts", "ERP", Breaks::kAlways, kPostings},
    Meaning{"site.", "ERP and MES", Breaks::kAlways, "everything that was shown"},
    Meaning{"erp.system", "people", Breaks::kNever, kErpRuns},
    Meaning{"erp.version", "people", Breaks::kNever, kErpRuns},
    Meaning{"erp.dialect", "ERP", Breaks::kUnlessAdded, kErpRuns},
    Meaning{"erp.", "ERP", Breaks::kAlways, kErpRuns},
    Meaning{"mes.vendor", "people", Breaks::kNever, kMesRuns},
    Meaning{"mes.product", "people", Breaks::kNever, kMesRuns},
    Meaning{"mes.version", "people", Breaks::kNever, kMesRuns},
    Meaning{"mes.dialect", "MES", Breaks::kUnlessAdded, kMesRuns},
    Meaning{"mes.", "MES", Breaks::kAlways, kMesRuns},
    Meaning{"lines", "ERP and MES", Breaks::kAlways, kPostings},
    Meaning{"naming", "ERP and MES", Breaks::kAlways, kPostings},
    Meaning{"units", "ERP and MES", Breaks::kAlways, kPostings},
    Meaning{"signoff", "those who sign", Breaks::kNever, ""},
    Meaning{"retention", "auditors", Breaks::kNever, ""},
};
// Below flows.NAME.
constexpr std::array kFlowMeanings = {
    Meaning{"reason", "those who sign", Breaks::kNever, ""},
    Meaning{"used_by", "those who use it", Breaks::kNever, ""},
    Meaning{"owner", "its owner", Breaks::kNever, ""},
    Meaning{"escalation", "those on its ladder", Breaks::kNever, ""},
    Meaning{"watch", "its owner", Breaks::kNever, ""},
    Meaning{"latency", "those who use it", Breaks::kNever, "measurements of its latency"},
    Meaning{"system_of_record", "ERP and MES", Breaks::kAlways, kPostings},
    Meaning{"fields", "MES and those who type", Breaks::kNever, ""},
    Meaning{"answer_within", "ERP and MES", Breaks::kAlways, "measurements of its latency"},
    Meaning{"verb", "ERP", Breaks::kAlways, kErpRuns},
    Meaning{"retry_codes", "ERP", Breaks::kAlways, kErpRuns},
    Meaning{"unplanned", "ERP and MES", Breaks::kUnlessAdded, kPostings},
    Meaning{"allowed_items", "MES", Breaks::kUnlessAdded, kMesRuns},
    Meaning{"relevant_when", "ERP and MES", Breaks::kAlways, kPostings},
    Meaning{"", "MES", Breaks::kAlways, kPostings},
};

template <size_t N>
const Meaning* Find(const std::array<Meaning, N>& meanings, std::string_view key) {
  const auto found =
      std::find_if(meanings.begin(), meanings.end(), [&](const auto& one) { return key.starts_with(one.prefix); });
  return found == meanings.end() ? nullptr : &*found;
}

ContractChange Judged(std::string key, std::string before, std::string now) {
  static constexpr Meaning kFlow{"", "ERP, MES and those who use it", Breaks::kUnlessAdded, "all of this flow"};
  const Meaning* meaning = &kFlow;
  if (key.starts_with("flows.")) {
    const auto dot = key.find('.', 6);
    if (dot != std::string::npos) meaning = Find(kFlowMeanings, std::string_view(key).substr(dot + 1));
  } else {
    meaning = Find(kMeanings, key);
    if (meaning == nullptr) meaning = &kFlow;
  }
  const bool breaking = meaning->breaks == Breaks::kAlways ||
                        (meaning->breaks == Breaks::kUnlessAdded && !before.empty()) ||
                        (meaning->breaks == Breaks::kUnlessRemoved && !now.empty());
  return {std::move(key), std::move(before),          std::move(now), std::string(meaning->whom),
          breaking,       std::string(meaning->stale)};
}

std::string Scalar(const Message& message, const FieldDescriptor& field) {
  const auto& reflection = *message.GetReflection();
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_BOOL:
      return reflection.GetBool(message, &field) ? "true" : "";
    case FieldDescriptor::CPPTYPE_UINT32: {
      const auto number = reflection.GetUInt32(message, &field);
      return number == 0 ? "" : std::to_string(number);
    }
    default:
      return reflection.GetString(message, &field);
  }
}

class Differ {
 public:
  void Compare(const Message& before, const Message& now, const std::string& path) {
    const auto& type = *now.GetDescriptor();
    for (int i = 0; i < type.field_count(); ++i) {
      const auto& field = *type.field(i);
      const std::string at = path.empty() ? field.name() : Cat(path, ".", field.name());
      if (field.is_repeated())
        Rows(before, now, field, at);
      else
        One(before, now, field, at);
    }
  }
  std::vector<ContractChange> Take() { return std::move(changes_); }

 private:
  using Table = std::map<std::string, const Message*>;

  void Add(std::string_view key, std::string_view before, std::string_view now) {
    if (before != now) changes_.push_back(Judged(std::string(key), std::string(before), std::string(now)));
  }
  static bool IsPart(const FieldDescriptor& field) { return field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE; }

  void One(const Message& before, const Message& now, const FieldDescriptor& field, const std::string& at) {
    if (!IsPart(field)) return Add(at, Scalar(before, field), Scalar(now, field));
    const bool was = before.GetReflection()->HasField(before, &field), is = now.GetReflection()->HasField(now, &field);
    // A dialect or a naming that was not there is an empty one; a flow that was not there is another thing.
    if (was != is && at.starts_with("flows.") && std::count(at.begin(), at.end(), '.') == 1)
      return Add(at, was ? "enabled" : "", is ? "enabled" : "");
    Compare(before.GetReflection()->GetMessage(before, &field), now.GetReflection()->GetMessage(now, &field), at);
  }

  static std::string NameOf(const Message& row) { return Scalar(row, *row.GetDescriptor()->field(0)); }

  static Table TableOf(const Message& message, const FieldDescriptor& field) {
    Table table;
    const auto& reflection = *message.GetReflection();
    for (int i = 0; i < reflection.FieldSize(message, &field); ++i) {
      const auto& row = reflection.GetRepeatedMessage(message, &field, i);
      auto name = NameOf(row);
      for (int again = 2; table.contains(name); ++again) name = Cat(NameOf(row), "#", again);
      table.emplace(std::move(name), &row);
    }
    return table;
  }

  static std::string Words(const Message& message, const FieldDescriptor& field) {
    std::string words;
    const auto& reflection = *message.GetReflection();
    for (int i = 0; i < reflection.FieldSize(message, &field); ++i)
      words += Cat(words.empty() ? "" : ", ", reflection.GetRepeatedString(message, &field, i));
    return words;
  }

  void Rows(const Message& before, const Message& now, const FieldDescriptor& field, const std::string& at) {
    if (!IsPart(field)) return Add(at, Words(before, field), Words(now, field));
    const auto was = TableOf(before, field), is = TableOf(now, field);
    for (const auto& [name, row] : was) {
      const auto found = is.find(name);
      const auto key = Cat(at, "[", name, "]");
      if (found == is.end())
        Add(key, "there", "");
      else if (const auto* value = row->GetDescriptor()->map_value(); field.is_map())
        One(*row, *found->second, *value, key);
      else
        Compare(*row, *found->second, key);
    }
    for (const auto& [name, row] : is) {
      if (!was.contains(name)) Add(Cat(at, "[", name, "]"), "", "there");
    }
  }

  std::vector<ContractChange> changes_;
};

std::string ChangeWords(const ContractChange& change) {
  if (change.before.empty()) return change.now == "there" ? "added" : Cat("added: ", change.now);
  if (change.now.empty()) return change.before == "there" ? "removed" : Cat("removed; it was ", change.before);
  return Cat("was ", change.before, ", is ", change.now);
}

}  // namespace

std::vector<ContractChange> DiffContracts(const contract::v1::SiteContract& before,
                                          const contract::v1::SiteContract& now) {
  Differ differ;
  differ.Compare(before, now, "");
  return differ.Take();
}

std::string DiffText(const std::vector<ContractChange>& changes) {
  std::string out;
  bool unsigned_again = false;
  size_t breaking = 0;
  for (const auto& change : changes) {
    out += Cat(change.key, ": ", ChangeWords(change), "\n  concerns ", change.whom, "; ",
               change.breaking ? "BREAKING" : "not breaking",
               change.stale.empty() ? "" : Cat("; goes stale: ", change.stale), "\n");
    breaking += change.breaking ? 1 : 0;
    unsigned_again = unsigned_again || !change.key.starts_with("signoff");
  }
  if (changes.empty()) return "nothing changes\n";
  out += Cat(changes.size(), " changes, ", breaking, " of them breaking\n");
  if (unsigned_again) out += "The sign-offs go stale: what was signed is another contract.\n";
  return out;
}

std::string DiffJson(const std::vector<ContractChange>& changes) {
  const auto list = JsonList(changes, [](const auto& change) {
    return JsonObject()
        .Text("key", change.key)
        .Text("before", change.before)
        .Text("now", change.now)
        .Text("concerns", change.whom)
        .Flag("breaking", change.breaking)
        .Text("stale", change.stale)
        .Close();
  });
  return JsonObject().Raw("changes", list).Close() + "\n";
}

}  // namespace isa95::adapter
