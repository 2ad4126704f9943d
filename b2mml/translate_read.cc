#include <algorithm>
#include <array>
#include <optional>

#include "b2mml/check.h"
#include "b2mml/fields.h"
#include "b2mml/translate.h"
#include "b2mml/xml_out.h"
#include "grpc/model/instant.h"
#include "grpc/model/text.h"

namespace isa95::b2mml {
namespace {

constexpr std::string_view kXsi = "http://www.w3.org/2001/XMLSchema-instance";
constexpr size_t kMaxNotes = 100;  // of what is passed over; the content itself is kept whole

// Nouns that are the shop floor's own business.
constexpr std::array<std::string_view, 13> kShopFloorNouns = {"Equipment",
                                                              "PhysicalAsset",
                                                              "Person",
                                                              "Personnel",
                                                              "ProcessSegment",
                                                              "OperationsCapability",
                                                              "ProductionCapability",
                                                              "WorkAlert",
                                                              "Work",
                                                              "Job",
                                                              "ResourceRelationshipNetwork",
                                                              "OperationsEvent",
                                                              "QualificationTest"};
constexpr std::array<std::string_view, 9> kVerbs = {"Process", "Acknowledge", "Change", "Respond", "Cancel",
                                                    "Get",     "Show",        "Sync",   "Notify"};

bool IsShopFloor(std::string_view root) {
  for (const auto verb : kVerbs) {
    if (!root.starts_with(verb)) continue;
    const auto noun = root.substr(verb.size());
    return std::any_of(kShopFloorNouns.begin(), kShopFloorNouns.end(),
                       [&](auto name) { return noun.starts_with(name); });
  }
  return false;
}

// Stops at the root and remembers it.
class RootSink : public EventSink {
 public:
  bool Start(std::string_view xml_namespace, std::string_view name, const std::vector<XmlAttribute>&,
             const XmlPosition& at) override {
    xml_namespace_ = xml_namespace;
    name_ = name;
    line_ = at.Line();
    return false;
  }
  bool Text(std::string_view, const XmlPosition&) override { return true; }
  bool End(std::string_view, std::string_view, const XmlPosition&) override { return true; }

  std::string xml_namespace_, name_;
  uint64_t line_ = 0;
};

// Serializes one element that is passed over, as it comes by.
class Capture {
 public:
  explicit Capture(std::string_view name, std::string_view xml_namespace)
      : name_(name), xml_namespace_(xml_namespace) {}

  void Start(std::string_view xml_namespace, std::string_view name, const std::vector<XmlAttribute>& attributes) {
    ++depth_;
    xml_ += Cat("<", name, " xmlns=\"");
    AppendEscaped(xml_, xml_namespace, true);
    xml_ += '"';
    int prefix = 0;
    for (const auto& attribute : attributes) {
      if (attribute.xml_namespace == "http://www.w3.org/2000/xmlns/" || attribute.name == "xmlns") continue;
      if (attribute.xml_namespace.empty()) {
        xml_ += Cat(" ", attribute.name, "=\"");
      } else {
        xml_ += Cat(" xmlns:a", ++prefix, "=\"", attribute.xml_namespace, "\" a", prefix, ":", attribute.name, "=\"");
      }
      AppendEscaped(xml_, attribute.value, true);
      xml_ += '"';
    }
    xml_ += '>';
  }
  void Text(std::string_view text) { AppendEscaped(xml_, text, false); }
  // True when the captured element itself has ended.
  bool End(std::string_view name) {
    xml_ += Cat("</", name, ">");
    return --depth_ == 0;
  }
  void StoreIn(flow::v1::Extension& extension, const std::string& version) {
    extension.set_name(name_);
    extension.set_xml_namespace(xml_namespace_);
    extension.set_xml(xml_);
    extension.set_b2mml_version(version);
  }

 private:
  std::string name_, xml_namespace_, xml_;
  int depth_ = 0;
};

class DocumentSink : public EventSink {
 public:
  DocumentSink(const Version& version, const Message& root, const contract::v1::Dialect& dialect, Parsed& parsed)
      : version_(version), root_(root), dialect_(dialect), parsed_(parsed) {}

  bool Start(std::string_view xml_namespace, std::string_view name, const std::vector<XmlAttribute>& attributes,
             const XmlPosition& at) override {
    if (capture_) {
      capture_->Start(xml_namespace, name, attributes);
      return true;
    }
    if (frames_.empty()) {
      Push(root_.root(), root_.type(), parsed_.document, at);
    } else if (!Enter(xml_namespace, name, attributes, at)) {
      return true;
    }
    TakeAttributes(attributes);
    return true;
  }

  bool Text(std::string_view text, const XmlPosition&) override {
    if (capture_) {
      capture_->Text(text);
    } else if (frames_.back().simple != nullptr) {
      frames_.back().text += text;
    }
    return true;
  }

  bool End(std::string_view, std::string_view name, const XmlPosition& at) override {
    if (capture_) {
      if (!capture_->End(name)) return true;
      StoreCapture();
      return true;
    }
    if (frames_.back().simple != nullptr) FinishLeaf(at);
    frames_.pop_back();
    return true;
  }

 private:
  struct Frame {
    const ComplexType* complex = nullptr;
    const SimpleType* simple = nullptr;
    ProtoMessage* message = nullptr;
    std::string text;
    uint32_t step = 0;
  };

  void Push(const std::string& name, const std::string& type, ProtoMessage& message, const XmlPosition& at) {
    const auto step = static_cast<uint32_t>(parsed_.steps.size());
    parsed_.steps.push_back({frames_.empty() ? step : frames_.back().step, at.Ordinal(), at.Line(), &name});
    frames_.push_back({version_.complex_type(type), version_.simple_type(type), &message, {}, step});
    parsed_.positions.try_emplace(&message, step);
  }

  const Row* RowOf(std::string_view name) const {
    const auto* complex = frames_.back().complex;
    if (complex == nullptr) return nullptr;
    for (const auto& row : complex->row()) {
      if (row.name() == name) return &row;
    }
    return nullptr;
  }

  // False where the element is captured or ignored instead.
  bool Enter(std::string_view xml_namespace, std::string_view name, const std::vector<XmlAttribute>& attributes,
             const XmlPosition& at) {
    const bool ours = xml_namespace == version_.table().target_namespace();
    const Row* row = ours ? RowOf(name) : nullptr;
    if (row == nullptr || row->field().empty() || IsFilled(*row)) {
      capture_.emplace(name, xml_namespace);
      capture_->Start(xml_namespace, name, attributes);
      NotePassedOver(ours, name, at);
      return false;
    }
    ProtoMessage& parent = *frames_.back().message;
    ProtoMessage* message = row->field() == "." ? &parent : AddTo(parent, *FieldOf(parent, row->field()));
    for (const auto& setting : row->set()) Apply(*message, setting);
    Push(row->name(), row->type(), *message, at);
    return true;
  }

  // Two elements for one field, such as V0600's Location beside HierarchyScope: the second is kept as it is, not
  // merged.
  bool IsFilled(const Row& row) const {
    if (row.field() == ".") return false;
    const ProtoMessage& parent = *frames_.back().message;
    const auto& field = *FieldOf(parent, row.field());
    return !field.is_repeated() && parent.GetReflection()->HasField(parent, &field) &&
           parsed_.positions.contains(&At(parent, field, 0));
  }

  static void Apply(ProtoMessage& message, const Setting& setting) {
    const auto dot = setting.field().find('.');
    ProtoMessage* holder = AddTo(message, *FieldOf(message, setting.field().substr(0, dot)));
    SetCode(*holder, setting.value());
  }

  void NotePassedOver(bool ours, std::string_view name, const XmlPosition& at) {
    if (!ours) {
      const auto words =
          Cat("The element ", name, " of a foreign namespace is an extension; it is kept but not interpreted.");
      parsed_.findings.push_back(dialect_.extension_elements()
                                     ? Warning("EXTENSION_ELEMENTS", at.Path(), at.Line(),
                                               Cat(words, " Allowed by the contract: dialect extension_elements."),
                                               "Nothing, or leave it out.")
                                     : Error("EXTENSION_ELEMENTS", at.Path(), at.Line(), words,
                                             "Leave it out, or allow extension_elements in the contract's dialect."));
      return;
    }
    if (++notes_ > kMaxNotes) return;
    parsed_.findings.push_back(Info("NOT_MAPPED", at.Path(), at.Line(),
                                    Cat("The element ", name, " is kept as it is, but carries nothing the flow uses."),
                                    "Nothing, unless the MES needs it: then say so."));
  }

  void StoreCapture() {
    ProtoMessage& message = *frames_.back().message;
    if (const auto* field = FieldOf(message, "extension"); field != nullptr) {
      capture_->StoreIn(static_cast<flow::v1::Extension&>(*AddTo(message, *field)), version_.name());
    } else {
      parsed_.findings.push_back(Warning("EXTENSION_DROPPED", "", 0,
                                         "An extension stands where the model has no place for one.", "Leave it out."));
    }
    capture_.reset();
  }

  void TakeAttributes(const std::vector<XmlAttribute>& attributes) {
    const auto& frame = frames_.back();
    const auto& rows = frame.complex != nullptr ? frame.complex->attribute() : frame.simple->attribute();
    for (const auto& attribute : attributes) {
      if (attribute.xml_namespace == kXsi) {
        if (attribute.name == "nil" && (attribute.value == "true" || attribute.value == "1"))
          SetFlag(*frame.message, "nil");
        continue;
      }
      if (!attribute.xml_namespace.empty() || attribute.name == "xmlns") continue;
      const auto row =
          std::find_if(rows.begin(), rows.end(), [&](const auto& r) { return r.name() == attribute.name; });
      if (row != rows.end() && !row->field().empty()) {
        SetText(*frame.message, row->field(), attribute.value);
      } else if (const auto* field = FieldOf(*frame.message, "other_attributes"); field != nullptr) {
        auto& kept = static_cast<flow::v1::Attribute&>(*AddTo(*frame.message, *field));
        kept.set_name(attribute.name);
        kept.set_value(attribute.value);
      }
    }
  }

  void FinishLeaf(const XmlPosition& at) {
    Frame& frame = frames_.back();
    if (IsCoded(*frame.message)) return FinishCoded(frame);
    if (frame.message->GetDescriptor() != flow::v1::Instant::descriptor())
      return SetText(*frame.message, "value", frame.text);
    auto& instant = static_cast<flow::v1::Instant&>(*frame.message);
    auto read = ParseInstant(Trim(frame.text));
    if (!read.ok()) {
      parsed_.findings.push_back(Error("TIME_INVALID", at.Path(), at.Line(), Words(read.status()),
                                       "Send a time that exists, with its offset."));
      return;
    }
    *read->mutable_other_attributes() = instant.other_attributes();
    instant = *std::move(read);
  }

  // "Other" with a canonical word means that word; a standard word without a member here is kept in other_value.
  void FinishCoded(Frame& frame) {
    ProtoMessage& message = *frame.message;
    for (const auto& entry : frame.simple->enum_text()) {
      if (entry.text() == frame.text && SetCode(message, entry.value())) return;
    }
    const std::string other = CodeByShortName(message, "other");
    if (frame.text != "Other") {
      SetCode(message, other);
      return SetText(message, "other_value", frame.text);
    }
    const std::string meant = CodeByShortName(message, TextOf(message, "other_value"));
    if (meant.empty() || meant == other) {
      SetCode(message, other);
    } else {
      SetCode(message, meant);
      SetText(message, "other_value", "");
    }
  }

  const Version& version_;
  const Message& root_;
  const contract::v1::Dialect& dialect_;
  Parsed& parsed_;
  std::vector<Frame> frames_;
  std::optional<Capture> capture_;
  size_t notes_ = 0;
};

Finding UnknownVersion(const RootSink& root) {
  return Error("UNKNOWN_VERSION", Cat("/", root.name_), root.line_,
               Cat("The namespace '", root.xml_namespace_, "' is not one of a B2MML version this site takes."),
               "Send B2MML V0401 (http://www.wbf.org/xml/B2MML-V0401), V0600 (http://www.mesa.org/xml/B2MML-V0600) or "
               "V0701 (http://www.mesa.org/xml/B2MML).");
}

Finding UnknownNoun(const RootSink& root) {
  if (IsShopFloor(root.name_)) {
    return Error("NOT_BUSINESS_RELEVANT", Cat("/", root.name_), root.line_,
                 Cat(root.name_, " carries shop-floor data that no business flow of this interface uses."),
                 "Keep it in the MES; send orders, confirmations, consumption, quality flags and downtime only.");
  }
  return Error("UNKNOWN_NOUN", Cat("/", root.name_), root.line_,
               Cat(root.name_, " is not a message this release takes."), "Send Process or Sync of the schedule noun.");
}

}  // namespace

std::string Parsed::PathOf(const google::protobuf::Message& message) const {
  const auto found = positions.find(&message);
  if (found == positions.end()) return {};
  std::string path;
  for (uint32_t at = found->second;; at = steps[at].parent) {
    const auto& step = steps[at];
    path.insert(0, step.position > 1 ? Cat("/", *step.name, "[", step.position, "]") : Cat("/", *step.name));
    if (step.parent == at) return path;
  }
}

uint64_t Parsed::LineOf(const google::protobuf::Message& message) const {
  const auto found = positions.find(&message);
  return found == positions.end() ? 0 : steps[found->second].line;
}

std::unique_ptr<Parsed> ParseDocument(std::string_view xml, const Versions& versions, const contract::v1::Erp& erp,
                                      const XmlLimits& limits) {
  auto parsed = std::make_unique<Parsed>();
  RootSink root;
  parsed->findings = Read(xml, nullptr, limits, root);
  if (HasError(parsed->findings)) return parsed;
  const Version* version = versions.by_namespace(root.xml_namespace_);
  if (version == nullptr) {
    parsed->findings.push_back(UnknownVersion(root));
    return parsed;
  }
  const Message* message = version->message_by_root(root.name_);
  if (message == nullptr) {
    parsed->findings.push_back(UnknownNoun(root));
    return parsed;
  }
  auto& document = parsed->document;
  document.set_b2mml_version(version->name());
  DocumentSink sink(*version, *message, erp.dialect(), *parsed);
  auto findings = Read(xml, &version->schema(), limits, sink);
  parsed->shape_ok = !HasError(findings);
  parsed->findings.insert(parsed->findings.begin(), std::make_move_iterator(findings.begin()),
                          std::make_move_iterator(findings.end()));
  flow::v1::VerbCode verb = flow::v1::VERB_CODE_UNSPECIFIED;
  flow::v1::NounCode noun = flow::v1::NOUN_CODE_UNSPECIFIED;
  flow::v1::VerbCode_Parse(message->verb(), &verb);
  flow::v1::NounCode_Parse(message->noun(), &noun);
  document.mutable_verb()->set_code(verb);
  document.set_noun(noun);
  document.set_noun_form(message->form());
  if (parsed->shape_ok) CheckDocument(*parsed, *version, erp);
  return parsed;
}

}  // namespace isa95::b2mml
