#include "adapter/policy/normalize.h"

#include <algorithm>
#include <array>

#include "grpc/model/text.h"
#include "isa95/flow/v1/document.pb.h"

namespace isa95::policy {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

struct Named {
  std::string_view field;
  NameKind kind;
};

constexpr std::array<Named, 8> kNamed = {{{"order_id", NameKind::kOrder},
                                          {"ProductionOrder.id", NameKind::kOrder},
                                          {"material_definition_id", NameKind::kProduct},
                                          {"substitutes_for", NameKind::kProduct},
                                          {"material_lot_id", NameKind::kBatch},
                                          {"equipment_id", NameKind::kLine},
                                          {"MaterialLot.id", NameKind::kBatch},
                                          {"testable_object_id", NameKind::kBatch}}};

// By the last part of the name: what they name is a step, a class, a routing, a report, a place, a version.
constexpr std::array<std::string_view, 35> kOwn = {"id",
                                                   "version",
                                                   "key",
                                                   "logical_id",
                                                   "component_id",
                                                   "task_id",
                                                   "reference_id",
                                                   "authorization_id",
                                                   "bod_id",
                                                   "schedule_id",
                                                   "material_class_id",
                                                   "material_sublot_id",
                                                   "equipment_class_id",
                                                   "operations_segment_id",
                                                   "process_segment_id",
                                                   "operations_definition_id",
                                                   "segment_requirement_id",
                                                   "material_requirement_id",
                                                   "confirmation_id",
                                                   "reverses_id",
                                                   "sample_id",
                                                   "test_specification_id",
                                                   "property_id",
                                                   "retest_of",
                                                   "part_of",
                                                   "storage_location_id",
                                                   "material_definition_property_id",
                                                   "testable_object_property_id",
                                                   "work_definition_id",
                                                   "operations_test_requirement_id",
                                                   "external_reference_id",
                                                   "operations_record_specification_id",
                                                   "category",
                                                   "acknowledgement",
                                                   "source"};

// Above a line there are areas, sites and enterprises: their names are the contract's site.path.
bool IsAboveLines(const flow::v1::HierarchyScope& scope) {
  const auto& level = scope.equipment_level().value();
  return level == "Enterprise" || level == "Site" || level == "Area";
}

std::string PathOf(const std::string& path, const FieldDescriptor& field, int index) {
  std::string at = path.empty() ? field.name() : Cat(path, ".", field.name());
  return field.is_repeated() ? Cat(at, "[", index, "]") : at;
}

// Calls `name` and `quantity` for what is in `message`, at whatever depth. Both have (path, ...).
template <typename OnName, typename OnQuantity>
void Walk(Message& message, const std::string& path, const OnName& name, const OnQuantity& quantity) {
  const auto& type = *message.GetDescriptor();
  // What was measured is judged in the unit of its limits; a property is somebody's own.
  const bool opaque = &type == flow::v1::ResourceProperty::descriptor() || &type == flow::v1::Extension::descriptor();
  if (opaque) return;
  const auto& reflection = *message.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  for (const auto* field : fields) {
    if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) continue;
    const int count = field->is_repeated() ? reflection.FieldSize(message, field) : 1;
    for (int i = 0; i < count; ++i) {
      auto& part = field->is_repeated() ? *reflection.MutableRepeatedMessage(&message, field, i)
                                        : *reflection.MutableMessage(&message, field);
      const auto& part_type = *part.GetDescriptor();
      if (&part_type == flow::v1::Identifier::descriptor()) {
        const auto kind = KindOf(*field);
        const bool above = &type == flow::v1::HierarchyScope::descriptor() &&
                           IsAboveLines(static_cast<const flow::v1::HierarchyScope&>(message));
        if (kind && !above) name(PathOf(path, *field, i), *kind, static_cast<flow::v1::Identifier&>(part));
      } else if (&part_type == flow::v1::Quantity::descriptor()) {
        if (&type != flow::v1::QualityTestResult::descriptor())
          quantity(PathOf(path, *field, i), static_cast<flow::v1::Quantity&>(part));
      } else {
        Walk(part, PathOf(path, *field, i), name, quantity);
      }
    }
  }
}

}  // namespace

std::optional<NameKind> KindOf(const FieldDescriptor& field) {
  const auto whole = Cat(field.containing_type()->name(), ".", field.name());
  for (const auto& named : kNamed) {
    if (named.field == field.name() || named.field == whole) return named.kind;
  }
  return std::nullopt;
}

bool IsOwnName(const FieldDescriptor& field) {
  return !KindOf(field) && std::find(kOwn.begin(), kOwn.end(), field.name()) != kOwn.end();
}

Findings Normalizer::ToStandard(Party party, Message& message) const {
  Findings findings;
  if (empty()) return findings;
  const auto* who = party == Party::kErp ? "ERP integrator" : "MES vendor";
  const auto note = [&](const std::string& path, const NameProblem& problem) {
    if (problem.code.empty()) return;
    findings.push_back(problem.refuses ? Error(problem.code, path, 0, problem.words, problem.mend, who)
                                       : Warning(problem.code, path, 0, problem.words, problem.mend, who));
  };
  Walk(
      message, "",
      [&](const std::string& path, NameKind kind, flow::v1::Identifier& id) {
        auto standard = names_.ToStandard(kind, party, id.value());
        note(path, standard.problem);
        if (!standard.problem.refuses) id.set_value(std::move(standard.name));
      },
      [&](const std::string& path, flow::v1::Quantity& quantity) { note(path, units_.ToStandard(party, quantity)); });
  return findings;
}

void Normalizer::ToParty(Party party, Message& message) const {
  if (empty()) return;
  Walk(
      message, "",
      [&](const std::string&, NameKind kind, flow::v1::Identifier& id) {
        id.set_value(names_.ToParty(kind, party, id.value()));
      },
      [&](const std::string&, flow::v1::Quantity& quantity) { units_.ToParty(party, quantity); });
}

}  // namespace isa95::policy
