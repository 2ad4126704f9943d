#include "adapter/flows/mes_material.h"

#include "adapter/flows/item_gate.h"
#include "adapter/flows/report_words.h"
#include "grpc/model/text.h"

namespace isa95::flows {
namespace {

using namespace flow::v1;

class MaterialReader {
 public:
  MaterialReader(const SegmentResponse& segment, const contract::v1::SiteContract& contract, Findings& findings)
      : segment_(segment), contract_(contract), findings_(findings) {}

  SegmentMaterials Read() {
    for (const auto& line : segment_.material()) {
      ++position_;
      if (const auto output = OutputKindOf(line.material_use()); output != OUTPUT_KIND_CODE_UNSPECIFIED) {
        TakeOutput(line, output);
      } else if (const auto used = ConsumptionKindOf(line.material_use()); used != CONSUMPTION_KIND_CODE_UNSPECIFIED) {
        TakeConsumed(line, used);
      } else {
        Note("MATERIAL_USE_NOT_TAKEN", "it is neither made nor used by its MaterialUse, and is left out.",
             "Send Produced, Consumed, Co-product or By-product Produced, or Other with Scrap, Rework or Returned.");
      }
    }
    return std::move(materials_);
  }

 private:
  static OutputKindCode OutputKindOf(const MaterialUse& use) {
    if (use.code() == MATERIAL_USE_CODE_PRODUCED) return OUTPUT_KIND_CODE_GOOD;
    if (use.code() == MATERIAL_USE_CODE_CO_PRODUCT_PRODUCED) return OUTPUT_KIND_CODE_CO_PRODUCT;
    if (use.code() == MATERIAL_USE_CODE_BY_PRODUCT_PRODUCED) return OUTPUT_KIND_CODE_BY_PRODUCT;
    if (use.code() != MATERIAL_USE_CODE_OTHER) return OUTPUT_KIND_CODE_UNSPECIFIED;
    if (use.other_value() == words::kScrap) return OUTPUT_KIND_CODE_SCRAP;
    return use.other_value() == words::kRework ? OUTPUT_KIND_CODE_REWORK : OUTPUT_KIND_CODE_UNSPECIFIED;
  }
  static ConsumptionKindCode ConsumptionKindOf(const MaterialUse& use) {
    if (use.code() == MATERIAL_USE_CODE_CONSUMED) return CONSUMPTION_KIND_CODE_CONSUMED;
    const bool returned = use.code() == MATERIAL_USE_CODE_OTHER && use.other_value() == words::kReturned;
    return returned ? CONSUMPTION_KIND_CODE_RETURNED : CONSUMPTION_KIND_CODE_UNSPECIFIED;
  }

  // What both kinds of line take alike. Of several materials, lots or quantities none is picked.
  void FillCommon(auto& taken, const MaterialActual& line) {
    JudgeExtensions(line.extension(), Place(), contract_, findings_);
    if (line.material_definition_id_size() == 1)
      *taken.mutable_material_definition_id() = line.material_definition_id(0);
    if (line.material_lot_id_size() == 1) *taken.mutable_material_lot_id() = line.material_lot_id(0);
    if (line.quantity_size() == 1) {
      auto& quantity = *taken.mutable_quantity();
      quantity = line.quantity(0);
      // What a missing data type means anyway; V0401 demands one.
      if (quantity.data_type().nil() || quantity.data_type().value() == "decimal") quantity.clear_data_type();
    }
    if (line.material_definition_id_size() > 1 || line.material_lot_id_size() > 1 || line.quantity_size() > 1)
      Note("SEVERAL_IN_ONE_LINE", "it has several materials, lots or quantities; none of them is taken.",
           "Send one MaterialActual for each material and lot, with one quantity.");
    if (line.has_storage_location() || line.has_hierarchy_scope() || line.description_size() > 0 ||
        line.material_class_id_size() > 0 || line.assembly_actual_size() > 0 || line.extension_size() > 0)
      findings_.push_back(
          Info("NOT_TAKEN", "", 0, Cat(Place(), "no report has a place for its location, class, description or parts."),
               "Nothing to mend where nobody needs it; the document is kept as it came.", "MES vendor"));
  }

  void TakeOutput(const MaterialActual& line, OutputKindCode kind) {
    auto& output = materials_.output.emplace_back();
    output.set_kind(kind);
    FillCommon(output, line);
    for (const auto& property : line.property()) {
      if (property.id().value() == words::kReasonCode) {
        output.mutable_reason_code()->set_value(TextOf(property));
      } else if (property.id().value() != words::kMaterialActualId) {
        NoteProperty(property);
      }
    }
  }

  void TakeConsumed(const MaterialActual& line, ConsumptionKindCode kind) {
    auto& consumed = materials_.consumed.emplace_back();
    if (line.has_id()) *consumed.mutable_id() = line.id();
    consumed.set_kind(kind);
    FillCommon(consumed, line);
    if (line.material_sublot_id_size() == 1) *consumed.mutable_material_sublot_id() = line.material_sublot_id(0);
    for (const auto& property : line.property()) {
      const auto& name = property.id().value();
      if (name == words::kMaterialRequirementId) {
        consumed.mutable_material_requirement_id()->set_value(TextOf(property));
      } else if (name == words::kSubstitutesFor) {
        consumed.mutable_substitutes_for()->set_value(TextOf(property));
      } else if (name == words::kReasonCode) {
        consumed.mutable_reason_code()->set_value(TextOf(property));
      } else if (name == words::kMaterialActualId) {
        consumed.mutable_id()->set_value(TextOf(property));
      } else {
        NoteProperty(property);
      }
    }
  }

  std::string TextOf(const ResourceProperty& property) {
    if (property.value_size() == 1) return property.value(0).value().value();
    Note("BAD_PROPERTY", Cat("its property '", property.id().value(), "' has not one value."), "Send one Value.");
    return {};
  }
  std::string Place() const {
    return Cat("Segment response ", segment_.id().value(), ", material line ", position_, ": ");
  }
  void Note(std::string_view code, std::string_view what, std::string_view mend) {
    findings_.push_back(Warning(code, "", 0, Cat(Place(), what), mend, "MES vendor"));
  }
  void NoteProperty(const ResourceProperty& property) {
    findings_.push_back(JudgeItem(Place(), "property", property.id().value(), contract_));
  }

  const SegmentResponse& segment_;
  const contract::v1::SiteContract& contract_;
  Findings& findings_;
  SegmentMaterials materials_;
  int position_ = 0;
};

}  // namespace

SegmentMaterials ReadMaterials(const SegmentResponse& segment, const contract::v1::SiteContract& contract,
                               Findings& findings) {
  return MaterialReader(segment, contract, findings).Read();
}

}  // namespace isa95::flows
