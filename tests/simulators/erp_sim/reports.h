// Reports of work done as the adapter writes them to the ERP.
#pragma once

#include <string>

#include "isa95/flow/v1/document.pb.h"

namespace isa95::erp_sim {

inline void AddQuantity(flow::v1::MaterialActual& line, const std::string& quantity) {
  auto& amount = *line.add_quantity();
  amount.mutable_value()->set_value(quantity);
  amount.mutable_data_type()->set_value("decimal");
  amount.mutable_unit()->set_value("C62");
}

inline flow::v1::MaterialActual& AddMaterial(flow::v1::SegmentResponse& segment, const std::string& material,
                                             const std::string& lot, const std::string& quantity) {
  auto& line = *segment.add_material();
  line.mutable_id()->set_value(std::to_string(segment.material_size()));
  line.add_material_definition_id()->set_value(material);
  line.add_material_lot_id()->set_value(lot);
  AddQuantity(line, quantity);
  return line;
}

inline flow::v1::Document Report(const std::string& id, flow::v1::VerbCode verb = flow::v1::VERB_CODE_PROCESS) {
  using namespace flow::v1;
  Document document;
  document.set_b2mml_version("V0701");
  document.set_release_id("0701");
  document.set_noun(NOUN_CODE_PERFORMANCE);
  document.mutable_verb()->set_code(verb);
  auto& area = *document.mutable_application_area();
  area.mutable_sender()->mutable_logical_id()->set_value("MES-LEI");
  area.mutable_bod_id()->set_value("bod-" + id);
  area.mutable_creation_date_time()->mutable_utc()->set_seconds(1'795'000'000);
  area.mutable_creation_date_time()->set_offset_minutes(0);
  if (verb == VERB_CODE_PROCESS) document.mutable_verb()->set_response_code("Always");
  if (verb != VERB_CODE_PROCESS) area.mutable_sender()->mutable_confirmation_code()->set_value("Always");
  auto& performance = *document.add_performance();
  performance.mutable_id()->set_value("PERF-" + id);
  auto& response = *performance.add_response();
  response.mutable_id()->set_value("RSP-" + id);
  response.add_order_id()->set_value("LEI-0003");
  auto& segment = *response.add_segment();
  segment.mutable_id()->set_value(id);
  segment.add_segment_requirement_id()->set_value("LEI-0003-0010");
  segment.mutable_actual_end_time()->mutable_utc()->set_seconds(1'795'000'000);
  segment.mutable_actual_end_time()->set_offset_minutes(60);
  return document;
}

inline flow::v1::SegmentResponse& SegmentOf(flow::v1::Document& document) {
  return *document.mutable_performance(0)->mutable_response(0)->mutable_segment(0);
}

inline flow::v1::Document Confirmation(const std::string& id, const std::string& good, const std::string& scrap = "0",
                                       const std::string& type = "PARTIAL") {
  using namespace flow::v1;
  Document document = Report(id);
  auto& segment = SegmentOf(document);
  auto& data = *segment.add_data();
  data.mutable_id()->set_value("ConfirmationType");
  auto& value = *data.add_value();
  value.mutable_value()->set_value(type);
  value.mutable_data_type()->set_value("string");
  AddMaterial(segment, "FG-2001", "B-1", good).mutable_material_use()->set_code(MATERIAL_USE_CODE_PRODUCED);
  auto& scrapped = *AddMaterial(segment, "FG-2001", "B-1", scrap).mutable_material_use();
  scrapped.set_code(MATERIAL_USE_CODE_OTHER);
  scrapped.set_other_value("Scrap");
  return document;
}

inline flow::v1::Document Consumption(const std::string& id, const std::string& lot, const std::string& quantity) {
  auto document = Report(id);
  AddMaterial(SegmentOf(document), "RM-100", lot, quantity)
      .mutable_material_use()
      ->set_code(flow::v1::MATERIAL_USE_CODE_CONSUMED);
  return document;
}

inline flow::v1::Document Reversal(const std::string& original) { return Report(original, flow::v1::VERB_CODE_CANCEL); }

}  // namespace isa95::erp_sim
