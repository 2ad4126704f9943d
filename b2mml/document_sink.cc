#include "b2mml/document_sink.h"

#include <algorithm>

#include "b2mml/fields.h"
#include "b2mml/root_findings.h"
#include "grpc/model/instant.h"
#include "grpc/model/text.h"

namespace isa95::b2mml {
namespace {

constexpr std::string_view kXsi = "http://www.w3.org/2001/XMLSchema-instance";
constexpr size_t kMaxNotes = 100;  // of what is passed over; the content itself is kept whole

bool IsNil(const std::vector<XmlAttribute>& attributes) {
  return std::any_of(attributes.begin(), attributes.end(), [](const auto& attribute) {
    return attribute.xml_namespace == kXsi && attribute.name == "nil" &&
           (attribute.value == "true" || attribute.value == "1");
  });
}

void Apply(ProtoMessage& message, const SettingPlan& setting) {
  SetCode(*message.GetReflection()->MutableMessage(&message, setting.holder), setting.value);
}

void FillHeader(const Version& version, const Message& message, flow::v1::Document& document) {
  flow::v1::VerbCode verb = flow::v1::VERB_CODE_UNSPECIFIED;
  flow::v1::NounCode noun = flow::v1::NOUN_CODE_UNSPECIFIED;
  flow::v1::VerbCode_Parse(message.verb(), &verb);
  flow::v1::NounCode_Parse(message.noun(), &noun);
  document.set_b2mml_version(version.name());
  document.mutable_verb()->set_code(verb);
  document.set_noun(noun);
  document.set_noun_form(message.form());
}

}  // namespace

bool DocumentSink::Start(std::string_view xml_namespace, std::string_view name,
                         const std::vector<XmlAttribute>& attributes, const XmlPosition& at) {
  if (capture_) {
    capture_->Start(xml_namespace, name, attributes);
    return true;
  }
  if (depth_ == 0) {
    if (!OpenRoot(xml_namespace, name, at)) return false;
  } else if (!Enter(xml_namespace, name, attributes, at)) {
    return true;
  }
  if (!attributes.empty()) TakeAttributes(attributes);
  return true;
}

bool DocumentSink::Text(std::string_view text, const XmlPosition&) {
  if (capture_) {
    capture_->Text(text);
  } else if (Top().row->leaf != nullptr) {
    text_ += text;
  }
  return true;
}

bool DocumentSink::End(std::string_view, std::string_view name, const XmlPosition&) {
  if (capture_) {
    if (capture_->End(name)) StoreCapture();
    return true;
  }
  const auto& frame = Top();
  if (frame.row->leaf != nullptr) FinishLeaf(frame);
  if (frame.row->content == Content::kOrder)
    check_->OrderEnded(static_cast<const flow::v1::ProductionOrder&>(*frame.message));
  --depth_;
  if (frame.row->wrapper) Top().filled |= frame.filled;  // of the same message
  return true;
}

bool DocumentSink::OpenRoot(std::string_view xml_namespace, std::string_view name, const XmlPosition& at) {
  version_ = versions_.by_namespace(xml_namespace);
  if (version_ == nullptr) {
    parsed_.findings.push_back(UnknownVersion(xml_namespace, at));
    return false;
  }
  root_ = version_->message_by_root(name);
  if (root_ == nullptr) {
    parsed_.findings.push_back(UnknownNoun(name, at));
    return false;
  }
  FillHeader(*version_, *root_, parsed_.document);
  check_.emplace(parsed_, *version_, erp_);
  Push(version_->plan().root(*root_), parsed_.document, 0, 1, at);
  return true;
}

void DocumentSink::Push(const RowPlan& row, ProtoMessage& message, uint32_t parent, uint32_t position,
                        const XmlPosition& at) {
  const auto step = static_cast<uint32_t>(parsed_.steps.size());
  parsed_.steps.push_back({parent, position, static_cast<uint32_t>(at.Line()), &row, &message});
  if (depth_ == frames_.size()) frames_.emplace_back();
  auto& frame = frames_[depth_++];
  frame.row = &row;
  frame.message = &message;
  frame.step = step;
  frame.next_row = 0;
  frame.filled = 0;
  if (row.complex != nullptr) frame.counts.assign(row.complex->rows.size(), 0);
  text_.clear();
}

// A row that repeats is the one found last; what is out of order the schema has refused already.
const RowPlan* DocumentSink::RowOf(std::string_view name) {
  auto& frame = Top();
  if (frame.row->complex == nullptr) return nullptr;
  const auto& names = frame.row->complex->names;
  for (size_t n = 0, i = frame.next_row; n < names.size(); ++n, i = i + 1 == names.size() ? 0 : i + 1) {
    if (names[i] != name) continue;
    frame.next_row = static_cast<uint32_t>(i);
    return &frame.row->complex->rows[i];
  }
  return nullptr;
}

// False where the element is captured instead: also the second of two elements for one field, such as V0600's Location
// beside HierarchyScope, which is kept as it is and not merged, and a nil that no field can say.
bool DocumentSink::Enter(std::string_view xml_namespace, std::string_view name,
                         const std::vector<XmlAttribute>& attributes, const XmlPosition& at) {
  const bool ours = xml_namespace == version_->table().target_namespace();
  const RowPlan* row = ours ? RowOf(name) : nullptr;
  auto& frame = Top();
  const uint64_t bit = row == nullptr || row->field == nullptr ? 0 : uint64_t{1} << row->field->number();
  const bool mapped = row != nullptr && (row->wrapper || row->field != nullptr);
  const bool again = mapped && (frame.filled & bit) != 0 && !row->field->is_repeated();
  if (!mapped || again || (row->nil_is_kept && IsNil(attributes))) {
    capture_.emplace(name, xml_namespace);
    capture_->Start(xml_namespace, name, attributes);
    NotePassedOver(ours, name, at);
    return false;
  }
  frame.filled |= bit;
  ProtoMessage* message = row->wrapper ? frame.message : row->access->add(*frame.message);
  for (const auto& setting : row->set) Apply(*message, setting);
  Push(*row, *message, frame.step, ++frame.counts[frame.next_row], at);
  return true;
}

void DocumentSink::NotePassedOver(bool ours, std::string_view name, const XmlPosition& at) {
  const auto path = [&] { return Cat(parsed_.PathOf(parsed_.steps[Top().step]), "/", name); };
  if (!ours) {
    const auto words =
        Cat("The element ", name, " of a foreign namespace is an extension; it is kept but not interpreted.");
    if (erp_.dialect().extension_elements()) ++parsed_.tolerated["extension_elements"];
    parsed_.findings.push_back(erp_.dialect().extension_elements()
                                   ? Warning("EXTENSION_ELEMENTS", path(), at.Line(),
                                             Cat(words, " Allowed by the contract: dialect extension_elements."),
                                             "Nothing, or leave it out.")
                                   : Error("EXTENSION_ELEMENTS", path(), at.Line(), words,
                                           "Leave it out, or allow extension_elements in the contract's dialect."));
    return;
  }
  if (++notes_ > kMaxNotes) return;
  parsed_.findings.push_back(Info("NOT_MAPPED", path(), at.Line(),
                                  Cat("The element ", name, " is kept as it is, but carries nothing the flow uses."),
                                  "Nothing, unless the MES needs it: then say so."));
}

void DocumentSink::StoreCapture() {
  const auto& frame = Top();
  const auto* type = frame.row->complex;
  if (type != nullptr && type->extension != nullptr) {
    auto* added = type->reflection->AddMessage(frame.message, type->extension);
    capture_->StoreIn(static_cast<flow::v1::Extension&>(*added), version_->name());
  } else {
    parsed_.findings.push_back(Warning("EXTENSION_DROPPED", "", 0,
                                       "An extension stands where the model has no place for one.", "Leave it out."));
  }
  capture_.reset();
}

void DocumentSink::TakeAttributes(const std::vector<XmlAttribute>& attributes) {
  const auto& frame = Top();
  const AttributesPlan& plan =
      frame.row->leaf != nullptr ? static_cast<const AttributesPlan&>(*frame.row->leaf) : *frame.row->complex;
  auto& message = *frame.message;
  for (const auto& attribute : attributes) {
    if (attribute.xml_namespace == kXsi) {
      if (plan.nil != nullptr && IsNil({attribute})) plan.reflection->SetBool(&message, plan.nil, true);
      continue;
    }
    if (!attribute.xml_namespace.empty() || attribute.name == "xmlns") continue;
    const auto* known = plan.Find(attribute.name);
    if (known != nullptr && known->field != nullptr) {
      known->access->set_text(message, attribute.value);
    } else if (plan.other_attributes != nullptr) {
      auto& kept = static_cast<flow::v1::Attribute&>(*plan.reflection->AddMessage(&message, plan.other_attributes));
      kept.set_name(attribute.name);
      kept.set_value(attribute.value);
    }
  }
}

void DocumentSink::FinishLeaf(const Frame& frame) {
  const auto& leaf = *frame.row->leaf;
  if (leaf.code != nullptr) {
    FinishCoded(leaf, *frame.message);
  } else if (leaf.instant) {
    FinishInstant(frame);
  } else {
    leaf.value->set_text(*frame.message, text_);
  }
  if (IsSuspect(frame)) parsed_.suspects.push_back(frame.step);
}

// What check.cc looks at again.
bool DocumentSink::IsSuspect(const Frame& frame) const {
  const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; };
  switch (frame.row->content) {
    case Content::kIdentifier:
      return !text_.empty() && (blank(text_.front()) || blank(text_.back()));
    case Content::kInstant:
      return !static_cast<const flow::v1::Instant&>(*frame.message).has_offset_minutes();
    case Content::kCode:
      return text_.empty() || text_ == "Other";
    case Content::kCoded:
      return frame.row->leaf->Means(*frame.message, "_OTHER");
    default:
      return false;
  }
}

void DocumentSink::FinishInstant(const Frame& frame) {
  const auto status = ParseInstant(Trim(text_), static_cast<flow::v1::Instant&>(*frame.message));
  if (status.ok()) return;
  const auto& step = parsed_.steps[frame.step];
  parsed_.findings.push_back(Error("TIME_INVALID", parsed_.PathOf(step), step.line, Words(status),
                                   "Send a time that exists, with its offset."));
}

// "Other" with a canonical word means that word; a standard word without a member here is kept in other_value.
void DocumentSink::FinishCoded(const LeafPlan& leaf, ProtoMessage& message) {
  if (const auto* word = leaf.ByText(text_); word != nullptr)
    return leaf.reflection->SetEnumValue(&message, leaf.code, word->number);
  const std::string other = CodeByShortName(message, "other");
  if (text_ != "Other") {
    SetCode(message, other);
    return SetText(message, "other_value", text_);
  }
  const std::string meant = CodeByShortName(message, TextOf(message, "other_value"));
  if (meant.empty() || meant == other) {
    SetCode(message, other);
  } else {
    SetCode(message, meant);
    SetText(message, "other_value", "");
  }
}

}  // namespace isa95::b2mml
