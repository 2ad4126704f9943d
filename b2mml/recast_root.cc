// The root of a document that is recast: which version and message it is meant to be.
#include "b2mml/recast_sink.h"
#include "b2mml/root_findings.h"
#include "grpc/model/text.h"

namespace isa95::b2mml {
namespace {

ToleranceLog::Where Place(const XmlPosition& at) {
  return [&at] { return ToleranceLog::Place{at.Path(), at.Line()}; };
}

// Stands in where the schema demands a time that the sender did not give; taken away again after reading.
constexpr std::string_view kNoTime = "1970-01-01T00:00:00Z";

const Message* MessageOfBareNoun(const Version& version, std::string_view noun) {
  return version.message_by_root(Cat("Process", noun));
}

bool Knows(const Version& version, std::string_view root) {
  return version.message_by_root(root) != nullptr || MessageOfBareNoun(version, root) != nullptr;
}

const RowPlan* RowNamed(const RowPlan& in, std::string_view name) {
  for (const auto& row : in.complex->rows) {
    if (row.name == name && row.complex != nullptr) return &row;
  }
  return nullptr;
}

bool HasAttribute(const std::vector<XmlAttribute>& attributes, std::string_view name) {
  for (const auto& attribute : attributes) {
    if (attribute.xml_namespace.empty() && attribute.name == name) return true;
  }
  return false;
}

bool Demands(const RowPlan& root, std::string_view attribute) {
  const auto* plan = root.complex->Find(attribute);
  return plan != nullptr && plan->row->required();
}

}  // namespace

// What the contract says; without a word of it the newest version that has such a root.
const Version* RecastSink::AssumedVersion(std::string_view root) const {
  const auto& named = erp_.dialect().namespace_version();
  const auto& agreed = named.empty() ? erp_.b2mml().write() : named;
  if (!agreed.empty()) return versions_.by_name(agreed);
  const auto& all = versions_.all();
  for (auto version = all.rbegin(); version != all.rend(); ++version) {
    if (Knows(**version, root)) return version->get();
  }
  return nullptr;
}

// False where nobody can say which version it is meant to be.
bool RecastSink::TakeNamespace(std::string_view xml_namespace, std::string_view name, const XmlPosition& at) {
  document_namespace_ = xml_namespace;
  version_ = versions_.by_namespace(xml_namespace);
  if (version_ != nullptr) return true;
  version_ = AssumedVersion(name);
  if (version_ == nullptr || !Knows(*version_, name)) return false;
  const auto read_as = Cat("read as ", version_->name());
  const auto mend = Cat("Send it in the namespace ", version_->table().target_namespace(), ".");
  if (xml_namespace.empty()) {
    log_.Tolerance("missing_namespace", Place(at), Cat("The document has no namespace; it was ", read_as, "."), mend);
  } else if (xml_namespace == erp_.dialect().private_namespace()) {
    log_.Allowed("private_namespace", Place(at),
                 Cat("The namespace '", xml_namespace, "' is not B2MML's; it was ", read_as, "."));
  } else {
    const auto strict = UnknownVersion(xml_namespace, at);
    log_.Bad(strict.code(), Place(at), strict.message(),
             Cat(strict.mend(), " Or name it as private_namespace in the contract's dialect."));
  }
  return true;
}

bool RecastSink::OpenRoot(std::string_view xml_namespace, std::string_view name,
                          const std::vector<XmlAttribute>& attributes, const XmlPosition& at) {
  const bool known_version = TakeNamespace(xml_namespace, name, at);
  const Message* message = known_version ? version_->message_by_root(name) : nullptr;
  const Message* bare = known_version && message == nullptr ? MessageOfBareNoun(*version_, name) : nullptr;
  if (message == nullptr && bare == nullptr) {
    const bool expected = xml_namespace.empty() ? erp_.dialect().missing_namespace()
                                                : xml_namespace == erp_.dialect().private_namespace();
    // Where nothing was undone, the strict reading has said the same.
    if (log_.noticed() == 0 && !expected) return false;
    const auto why = known_version || expected ? UnknownNoun(name, at) : UnknownVersion(xml_namespace, at);
    log_.Bad(why.code(), Place(at), why.message(), why.mend());
    return false;
  }
  if (message != nullptr) {
    OpenMessage(*message, attributes, at);
  } else {
    OpenBareNoun(*bare, name, attributes, at);
  }
  return true;
}

std::string RecastSink::AgreedReleaseId() const {
  const auto& own = erp_.b2mml().release_id();
  return own.empty() ? version_->table().release_id() : own;
}

void RecastSink::OpenMessage(const Message& message, std::vector<XmlAttribute> attributes, const XmlPosition& at) {
  const auto& root = version_->plan().root(message);
  if (Demands(root, "releaseID") && !HasAttribute(attributes, "releaseID")) {
    const auto agreed = AgreedReleaseId();
    log_.Tolerance("missing_release_id", Place(at), Cat("There is no releaseID; it was taken as ", agreed, "."),
                   Cat("Send releaseID=\"", agreed, "\"."));
    attributes.push_back({"", "releaseID", agreed});
  }
  recast_.shift = {Cat("/", message.root()), at.Path()};
  const std::string_view target = version_->table().target_namespace();
  writer_.Open(message.root(), &target, attributes, at.Line());
  Push(root, 1, {});
}

// The sender is the one whose address it came to.
void RecastSink::OpenBareNoun(const Message& message, std::string_view noun,
                              const std::vector<XmlAttribute>& attributes, const XmlPosition& at) {
  log_.Tolerance("bare_noun", Place(at),
                 Cat(noun, " stands alone, without verb and ApplicationArea; it was taken as ", message.root(), "."),
                 Cat("Send it within ", message.root(), ", with an ApplicationArea."));
  recast_.bare = true;
  recast_.shift = {Cat("/", message.root(), "/DataArea/", noun), at.Path()};
  const auto& root = version_->plan().root(message);
  const auto* data_area = RowNamed(root, "DataArea");
  const auto* row = RowNamed(*data_area, noun);
  const std::string_view target = version_->table().target_namespace();
  writer_.Open(message.root(), &target, {{"", "releaseID", AgreedReleaseId()}}, 1);
  writer_.Raw("<ApplicationArea>");
  if (!erp_.logical_id().empty()) {
    writer_.Raw("<Sender><LogicalID>");
    writer_.Text(erp_.logical_id());
    writer_.Raw("</LogicalID></Sender>");
  }
  writer_.Raw(Cat("<CreationDateTime>", kNoTime, "</CreationDateTime></ApplicationArea><DataArea><Process/>"));
  writer_.Open(noun, nullptr, attributes, at.Line());
  Push(root, 1, {});
  Push(*data_area, 1, {});
  Push(*row, 1, {});
  base_ = 3;
}

}  // namespace isa95::b2mml
