#include "b2mml/quantities.h"

#include <array>

#include "grpc/model/text.h"

namespace isa95::b2mml {
namespace {

using flow::v1::MaterialActual;
using flow::v1::MaterialRequirement;

enum Role { kNone, kPlanned, kDone, kScrap, kRework, kRoles };

Role RoleOf(const flow::v1::Quantity& quantity) {
  const auto key = Lower(Trim(quantity.key().value()));
  if (key == "planned") return kPlanned;
  if (key == "yield" || key == "actual") return kDone;
  if (key == "scrap") return kScrap;
  return key == "rework" ? kRework : kNone;
}

bool IsProduced(const flow::v1::MaterialUse& use) { return use.code() == flow::v1::MATERIAL_USE_CODE_PRODUCED; }

void KeepOnly(Role role, Quantities& quantities) {
  for (int i = quantities.size() - 1; i >= 0; --i) {
    if (RoleOf(quantities.Get(i)) != role) quantities.DeleteSubrange(i, 1);
  }
}

bool Has(Role role, const Quantities& quantities) {
  for (const auto& quantity : quantities) {
    if (RoleOf(quantity) == role) return true;
  }
  return false;
}

void MakeOther(MaterialActual& line, Role role) {
  KeepOnly(role, *line.mutable_quantity());
  line.mutable_material_use()->set_code(flow::v1::MATERIAL_USE_CODE_OTHER);
  line.mutable_material_use()->set_other_value(role == kScrap ? "Scrap" : "Rework");
}

// `at` stays the line of what was done, or becomes the first of the others where there is nothing of it.
void Split(google::protobuf::RepeatedPtrField<MaterialActual>& lines, int at) {
  const MaterialActual whole = lines.Get(at);
  bool taken = Has(kDone, whole.quantity()) || (!Has(kScrap, whole.quantity()) && !Has(kRework, whole.quantity()));
  if (taken) KeepOnly(kDone, *lines.Mutable(at)->mutable_quantity());
  for (const auto role : {kScrap, kRework}) {
    if (!Has(role, whole.quantity())) continue;
    if (!std::exchange(taken, true)) {
      MakeOther(*lines.Mutable(at), role);
      continue;
    }
    auto& line = *lines.Add();
    line = whole;
    line.clear_assembly_actual();
    MakeOther(line, role);
  }
}

void TellApart(google::protobuf::RepeatedPtrField<MaterialActual>& lines) {
  const int sent = lines.size();
  for (int i = 0; i < sent; ++i) {
    const auto& line = lines.Get(i);
    TellApart(*lines.Mutable(i)->mutable_assembly_actual());
    if (HowTold(line.quantity(), line.material_use(), false) == Told::kByKey) Split(lines, i);
  }
}

void TellApart(google::protobuf::RepeatedPtrField<MaterialRequirement>& lines) {
  for (auto& line : lines) {
    TellApart(*line.mutable_assembly_requirement());
    if (HowTold(line.quantity(), line.material_use(), true) == Told::kByKey)
      KeepOnly(kPlanned, *line.mutable_quantity());
  }
}

template <typename Segment>
void TellApartIn(Segment& segment) {
  TellApart(*segment.mutable_material());
  for (auto& child : *segment.mutable_child()) TellApartIn(child);
}

void DropEmpty(google::protobuf::Message& message, const google::protobuf::FieldDescriptor& field) {
  const auto& reflection = *message.GetReflection();
  const int size = reflection.FieldSize(message, &field);
  int kept = 0;
  for (int i = 0; i < size; ++i) {
    const auto& quantity = reflection.GetRepeatedMessage(message, &field, i);
    if (!IsEmptyQuantity(static_cast<const flow::v1::Quantity&>(quantity)))
      reflection.SwapElements(&message, &field, i, kept++);
  }
  for (int i = kept; i < size; ++i) reflection.RemoveLast(&message, &field);
}

}  // namespace

bool IsEmptyQuantity(const flow::v1::Quantity& quantity) {
  return !quantity.has_value() || quantity.value().nil() || Trim(quantity.value().value()).empty();
}

Told HowTold(const Quantities& quantities, const flow::v1::MaterialUse& use, bool planned) {
  std::array<int, kRoles> seen{};
  int given = 0;
  for (const auto& quantity : quantities) {
    if (IsEmptyQuantity(quantity)) continue;
    ++given;
    ++seen[RoleOf(quantity)];
  }
  const Role own = planned ? kPlanned : kDone;
  if (given == 0 || (given == 1 && seen[kNone] + seen[own] == 1)) return Told::kPlainly;
  for (const int count : seen) {
    if (count > 1) return Told::kNotAtAll;
  }
  const bool parts = seen[kScrap] + seen[kRework] > 0;
  if (seen[kNone] > 0 || (parts && (planned || !IsProduced(use)))) return Told::kNotAtAll;
  return Told::kByKey;
}

void DropEmptyQuantities(google::protobuf::Message& message) {
  const auto& reflection = *message.GetReflection();
  std::vector<const google::protobuf::FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  for (const auto* field : fields) {
    if (field->cpp_type() != google::protobuf::FieldDescriptor::CPPTYPE_MESSAGE) continue;
    if (!field->is_repeated()) {
      DropEmptyQuantities(*reflection.MutableMessage(&message, field));
    } else if (field->message_type() == flow::v1::Quantity::descriptor()) {
      DropEmpty(message, *field);
    } else {
      for (int i = 0; i < reflection.FieldSize(message, field); ++i)
        DropEmptyQuantities(*reflection.MutableRepeatedMessage(&message, field, i));
    }
  }
}

void TellApartByKey(flow::v1::Document& document) {
  for (auto& schedule : *document.mutable_schedule()) {
    for (auto& order : *schedule.mutable_order()) {
      for (auto& segment : *order.mutable_segment()) TellApartIn(segment);
    }
  }
  for (auto& performance : *document.mutable_performance()) {
    for (auto& response : *performance.mutable_response()) {
      for (auto& segment : *response.mutable_segment()) TellApartIn(segment);
    }
  }
}

}  // namespace isa95::b2mml
