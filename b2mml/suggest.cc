#include "b2mml/suggest.h"

#include <algorithm>

#include "b2mml/fields.h"
#include "b2mml/soap_body.h"
#include "grpc/model/text.h"

namespace isa95::b2mml {
namespace {

using contract::v1::Dialect;
using google::protobuf::FieldDescriptor;

constexpr size_t kMaxNames = 10'000;  // of a kind

// The namespace of the message, out of its envelope.
class RootLook : public EventSink {
 public:
  bool Start(std::string_view xml_namespace, std::string_view, const std::vector<XmlAttribute>&,
             const XmlPosition&) override {
    found = xml_namespace;
    return false;
  }
  bool Text(std::string_view, const XmlPosition&) override { return true; }
  bool End(std::string_view, std::string_view, const XmlPosition&) override { return true; }
  std::optional<std::string> found;
};

std::optional<std::string> NamespaceOf(std::string_view xml) {
  const Dialect strict;
  ToleranceLog log(strict);
  RootLook look;
  SoapBody soap(log, look);
  Read(xml, nullptr, {}, soap);
  return look.found;
}

// What the name is a name of; empty: of nothing a contract has names for.
std::string_view KindOfName(const Parsed& parsed, const SourceStep& step) {
  const std::string_view name = step.row->name, above = parsed.steps[step.parent].row->name;
  if (name == "MaterialDefinitionID") return "product";
  if (name == "MaterialLotID") return "batch";
  if (name == "ProductionRequestID" || name == "OperationsRequestID") return "order";
  if (name == "ID" && (above == "ProductionRequest" || above == "OperationsRequest")) return "order";
  if (name == "EquipmentID" && (above == "EquipmentRequirement" || above == "EquipmentActual")) return "line";
  return {};
}

class Finder {
 public:
  Finder(const std::vector<std::string>& messages, const LoadMessage& load, const Versions& versions,
         const contract::v1::Erp& erp, const std::string& zone)
      : messages_(messages), load_(load), versions_(versions), erp_(erp), zone_(zone) {}

  absl::StatusOr<Suggestion> Run() {
    for (const auto step : {&Finder::LookAtNamespaces, &Finder::ChooseVersion, &Finder::ReadAll, &Finder::Reduce}) {
      if (const auto status = (this->*step)(); !status.ok()) return status;
    }
    return std::move(out_);
  }

 private:
  // Gives each message's reading to `take`.
  template <typename Take>
  absl::Status ReadEach(const std::vector<std::string>& names, const Dialect& dialect, Take take) {
    auto erp = erp_;
    *erp.mutable_dialect() = dialect;
    for (const auto& name : names) {
      const auto bytes = load_(name);
      if (!bytes.ok()) return bytes.status();
      take(name, *ParseDocument(*bytes, versions_, erp));
    }
    return absl::OkStatus();
  }

  // In whose version most are accepted, or at least have a noun it knows.
  absl::StatusOr<size_t> Fitting(const std::string& version) {
    size_t fitting = 0;
    const auto status = ReadEach(strange_, Everything(version), [&](const auto&, const Parsed& parsed) {
      const bool known = parsed.document.noun() != flow::v1::NOUN_CODE_UNSPECIFIED;
      fitting += known + (HasError(parsed.findings) ? 0 : strange_.size() + 1);
    });
    if (!status.ok()) return status;
    return fitting;
  }

  absl::StatusOr<size_t> Accepted(const std::vector<std::string>& names, const Dialect& dialect) {
    size_t accepted = 0;
    const auto status =
        ReadEach(names, dialect, [&](const auto&, const Parsed& parsed) { accepted += !HasError(parsed.findings); });
    if (!status.ok()) return status;
    return accepted;
  }

  absl::Status LookAtNamespaces() {
    std::map<std::string, size_t> strange;
    for (const auto& name : messages_) {
      const auto bytes = load_(name);
      if (!bytes.ok()) return bytes.status();
      const auto found = NamespaceOf(*bytes);
      if (!found || versions_.by_namespace(*found) != nullptr) continue;
      strange_.push_back(name);
      if (!found->empty()) ++strange[*found];
    }
    size_t most = 0;
    for (const auto& [xml_namespace, count] : strange) {
      if (count > most) private_ = xml_namespace;
      most = std::max(most, count);
    }
    return absl::OkStatus();
  }

  // By which most of those without one of ours can be read; the newest of several.
  absl::Status ChooseVersion() {
    if (strange_.empty()) return absl::OkStatus();
    size_t most = 0;
    const auto& all = versions_.all();
    for (auto version = all.rbegin(); version != all.rend(); ++version) {
      const auto fitting = Fitting((*version)->name());
      if (!fitting.ok()) return fitting.status();
      if (*fitting > most || version_.empty()) version_ = (*version)->name();
      most = std::max(most, *fitting);
    }
    return absl::OkStatus();
  }

  Dialect Everything(const std::string& version) const {
    Dialect dialect;
    for (int i = 0; i < Dialect::descriptor()->field_count(); ++i) Allow(dialect, *Dialect::descriptor()->field(i));
    dialect.set_namespace_version(version);
    return dialect;
  }

  void Allow(Dialect& dialect, const FieldDescriptor& field) const {
    if (field.cpp_type() == FieldDescriptor::CPPTYPE_BOOL) dialect.GetReflection()->SetBool(&dialect, &field, true);
    if (field.name() == "zoneless_times") dialect.set_zoneless_times(zone_);
    if (field.name() == "private_namespace") dialect.set_private_namespace(private_);
    const bool assumes = field.name() == "private_namespace" || field.name() == "missing_namespace";
    if (assumes) dialect.set_namespace_version(version_);
  }

  absl::Status ReadAll() {
    return ReadEach(messages_, Everything(version_), [&](const std::string& name, const Parsed& parsed) {
      ++out_.messages;
      if (HasError(parsed.findings)) {
        auto& refusal = out_.refused.emplace_back(Suggestion::Refusal{name, {}});
        for (const auto& finding : parsed.findings) {
          if (finding.severity() == flow::v1::SEVERITY_ERROR) refusal.errors.push_back(finding);
        }
        return;
      }
      ++out_.accepted;
      for (const auto& [tolerance, count] : parsed.tolerated) {
        auto& need = out_.needs[tolerance];
        if (need.messages++ == 0) need.first = name;
        users_[tolerance].push_back(name);
      }
      CollectNames(parsed);
    });
  }

  void CollectNames(const Parsed& parsed) {
    for (const auto& step : parsed.steps) {
      if (step.row->content != Content::kIdentifier) continue;
      const auto kind = KindOfName(parsed, step);
      const std::string name(Trim(static_cast<const flow::v1::Identifier&>(*step.message).value()));
      if (kind.empty() || name.empty()) continue;
      auto& names = out_.names[std::string(kind)];
      if (names.size() < kMaxNames) names.insert(name);
    }
  }

  Dialect OnlyNeeds(std::string_view but) const {
    Dialect dialect;
    for (const auto& [tolerance, need] : out_.needs) {
      if (tolerance != but) Allow(dialect, *Dialect::descriptor()->FindFieldByName(tolerance));
    }
    return dialect;
  }

  // Takes out what all can do without.
  absl::Status Reduce() {
    for (const auto& [tolerance, users] : users_) {
      const auto accepted = Accepted(users, OnlyNeeds(tolerance));
      if (!accepted.ok()) return accepted.status();
      if (*accepted == users.size()) out_.needs.erase(tolerance);
    }
    out_.dialect = OnlyNeeds("");
    return absl::OkStatus();
  }

  const std::vector<std::string>& messages_;
  const LoadMessage& load_;
  const Versions& versions_;
  const contract::v1::Erp& erp_;
  const std::string& zone_;
  std::vector<std::string> strange_;  // messages in no namespace of ours
  std::string private_, version_;
  std::map<std::string, std::vector<std::string>, std::less<>> users_;  // messages by tolerance
  Suggestion out_;
};

}  // namespace

absl::StatusOr<Suggestion> SuggestDialect(const std::vector<std::string>& messages, const LoadMessage& load,
                                          const Versions& versions, const contract::v1::Erp& erp,
                                          const std::string& zone) {
  return Finder(messages, load, versions, erp, zone).Run();
}

}  // namespace isa95::b2mml
