#include "b2mml/plan.h"

#include <algorithm>
#include <array>
#include <set>

#include "grpc/model/text.h"
#include "isa95/flow/v1/document.pb.h"

namespace isa95::b2mml {
namespace {

using google::protobuf::Descriptor;

// What says how something was written, not what.
constexpr std::array<std::string_view, 8> kNotContent = {"extension", "nil",       "code",       "b2mml_version",
                                                         "noun",      "noun_form", "release_id", "other_attributes"};

const ProtoMessage& PrototypeOf(const Descriptor& message) {
  return *google::protobuf::MessageFactory::generated_factory()->GetPrototype(&message);
}

const ProtoField* EnumCode(const Descriptor& message) {
  const auto* code = message.FindFieldByName("code");
  return code != nullptr && code->cpp_type() == ProtoField::CPPTYPE_ENUM ? code : nullptr;
}

void PlanAttributes(const google::protobuf::RepeatedPtrField<AttributeRow>& rows, const Descriptor& message,
                    AttributesPlan& plan) {
  for (const auto& row : rows) {
    const auto* field = row.field().empty() ? nullptr : message.FindFieldByName(row.field());
    plan.attributes.push_back({&row, field, field == nullptr ? nullptr : AccessOf(*field)});
  }
  plan.content = ContentOf(message);
  plan.reflection = PrototypeOf(message).GetReflection();
  plan.nil = message.FindFieldByName("nil");
  plan.other_attributes = message.FindFieldByName("other_attributes");
}

void FindRivals(TypePlan& plan) {
  for (auto& row : plan.rows) {
    if (row.field == nullptr || row.field->is_repeated()) continue;
    for (const auto& other : plan.rows) {
      if (other.field == row.field && &other != &row && other.row->choice().empty()) row.rivals.push_back(other.name);
    }
  }
}

void FindCarried(TypePlan& plan, const Descriptor& message) {
  std::set<const ProtoField*> carried;
  for (const auto& attribute : plan.attributes) carried.insert(attribute.field);
  for (const auto& row : plan.rows) {
    carried.insert(row.field);
    if (!row.wrapper) continue;
    for (const auto& inner : row.complex->carried) carried.insert(inner.field);
  }
  carried.erase(nullptr);
  for (const auto* field : carried) plan.carried.push_back({field, AccessOf(*field)});
  for (int i = 0; i < message.field_count(); ++i) {
    const auto* field = message.field(i);
    const bool aside = field->name() == "code"
                           ? field->cpp_type() == ProtoField::CPPTYPE_ENUM
                           : std::find(kNotContent.begin(), kNotContent.end(), field->name()) != kNotContent.end();
    if (!aside && !carried.contains(field)) plan.not_carried.push_back({field, AccessOf(*field)});
  }
}

}  // namespace

Content ContentOf(const Descriptor& message) {
  if (&message == flow::v1::Identifier::descriptor()) return Content::kIdentifier;
  if (&message == flow::v1::Instant::descriptor()) return Content::kInstant;
  if (&message == flow::v1::Code::descriptor()) return Content::kCode;
  if (&message == flow::v1::ProductionOrder::descriptor()) return Content::kOrder;
  return EnumCode(message) != nullptr && &message != flow::v1::Verb::descriptor() ? Content::kCoded : Content::kOther;
}

const AttributePlan* AttributesPlan::Find(std::string_view name) const {
  const auto found =
      std::find_if(attributes.begin(), attributes.end(), [&](const auto& plan) { return plan.row->name() == name; });
  return found == attributes.end() ? nullptr : &*found;
}

bool FieldPlan::IsHeld(const ProtoMessage& message) const {
  if (access != nullptr) return access->text != nullptr ? !access->text(message).empty() : access->count(message) > 0;
  const auto* reflection = message.GetReflection();
  return field->is_repeated() ? reflection->FieldSize(message, field) > 0 : reflection->HasField(message, field);
}

bool LeafPlan::IsPlain(const ProtoMessage& message) const {
  if (content == Content::kIdentifier) {
    const auto& id = static_cast<const flow::v1::Identifier&>(message);
    return id.other_attributes_size() == 0 && id.scheme_id().empty();
  }
  if (content != Content::kCode || !type->enumeration().empty()) return false;
  const auto& c = static_cast<const flow::v1::Code&>(message);
  return c.other_attributes_size() == 0 && c.list_id().empty() && c.other_value().empty() && !c.nil();
}

bool LeafPlan::Means(const ProtoMessage& message, std::string_view ending) const {
  return std::string_view(reflection->GetEnum(message, code)->name()).ends_with(ending);
}

const Word* LeafPlan::ByText(std::string_view text) const {
  const auto found = std::find_if(words.begin(), words.end(), [&](const auto& word) { return word.text == text; });
  return found == words.end() ? nullptr : &*found;
}

const Word* LeafPlan::ByNumber(int number) const {
  const auto found = std::find_if(words.begin(), words.end(), [&](const auto& word) { return word.number == number; });
  return found == words.end() ? nullptr : &*found;
}

Plan::Plan(const VersionTable& table) {
  for (const auto& type : table.complex_type()) complex_types_.emplace(type.name(), &type);
  for (const auto& type : table.simple_type()) simple_types_.emplace(type.name(), &type);
  for (const auto& message : table.message()) {
    auto& root = roots_[message.root()];
    root.name = message.root();
    root.complex = &Complex(message.type(), *flow::v1::Document::descriptor());
    root.open = Cat("<", root.name);
    root.close = Cat("</", root.name, ">\n");
  }
}

// Types contain themselves: the place is taken before its rows are made. Wrappers do not, so that what they carry is
// known when their row has been made.
const TypePlan& Plan::Complex(std::string_view name, const Descriptor& message) {
  const auto [entry, fresh] = complex_.try_emplace({name, &message});
  if (!fresh) return *entry->second;
  entry->second = std::make_unique<TypePlan>();
  auto& plan = *entry->second;
  plan.type = complex_types_.at(name);
  PlanAttributes(plan.type->attribute(), message, plan);
  plan.extension = message.FindFieldByName("extension");
  for (const auto& row : plan.type->row()) {
    plan.rows.push_back(MakeRow(row, message));
    plan.names.push_back(row.name());
  }
  FindRivals(plan);
  FindCarried(plan, message);
  return plan;
}

RowPlan Plan::MakeRow(const Row& row, const Descriptor& message) {
  RowPlan plan;
  plan.row = &row;
  plan.name = row.name();
  plan.open = Cat("<", row.name());
  plan.close = Cat("</", row.name(), ">\n");
  if (row.kind() != ROW_KIND_ELEMENT || row.field().empty()) return plan;
  plan.wrapper = row.field() == ".";
  plan.field = plan.wrapper ? nullptr : message.FindFieldByName(row.field());
  plan.access = plan.wrapper ? nullptr : AccessOf(*plan.field);
  const auto& filled = plan.wrapper ? message : *plan.field->message_type();
  plan.content = plan.wrapper ? Content::kOther : ContentOf(filled);
  plan.prototype = &PrototypeOf(filled);
  plan.nil_is_kept = row.nillable() && filled.FindFieldByName("nil") == nullptr;
  if (complex_types_.contains(row.type())) {
    plan.complex = &Complex(row.type(), filled);
  } else {
    plan.leaf = &Leaf(row.type(), filled);
  }
  for (const auto& setting : row.set()) {
    const auto holder = setting.field().substr(0, setting.field().find('.'));
    plan.set.push_back({filled.FindFieldByName(holder), setting.value()});
  }
  return plan;
}

const LeafPlan& Plan::Leaf(std::string_view name, const Descriptor& message) {
  const auto [entry, fresh] = leafs_.try_emplace({name, &message});
  if (!fresh) return *entry->second;
  entry->second = std::make_unique<LeafPlan>();
  auto& plan = *entry->second;
  plan.type = simple_types_.at(name);
  PlanAttributes(plan.type->attribute(), message, plan);
  plan.instant = &message == flow::v1::Instant::descriptor();
  plan.code = EnumCode(message);
  if (plan.code == nullptr && !plan.instant) plan.value = AccessOf(*message.FindFieldByName("value"));
  plan.other_value = message.FindFieldByName("other_value");
  if (plan.code != nullptr) {
    for (const auto& entry_text : plan.type->enum_text())
      plan.words.push_back({entry_text.text(), plan.code->enum_type()->FindValueByName(entry_text.value())->number()});
  }
  for (const char* text : {"scheme_id", "list_id", "language_id"}) {
    const auto* field = message.FindFieldByName(text);
    const bool has = std::any_of(plan.attributes.begin(), plan.attributes.end(),
                                 [&](const auto& attribute) { return attribute.field == field; });
    if (field != nullptr && !has) plan.lost.push_back({field, AccessOf(*field)});
  }
  return plan;
}

}  // namespace isa95::b2mml
