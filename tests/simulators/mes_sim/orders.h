// An order as the shop floor gets it: two steps, a weighed component and a counted one.
#pragma once

#include <string>

#include "isa95/flow/v1/production_order.pb.h"

namespace isa95::mes_sim {

inline void AddLine(flow::v1::SegmentRequirement& segment, const std::string& id, const std::string& material,
                    flow::v1::MaterialUseCode use, const std::string& quantity, const std::string& unit) {
  auto& line = *segment.add_material();
  line.mutable_id()->set_value(id);
  line.add_material_definition_id()->set_value(material);
  line.mutable_material_use()->set_code(use);
  line.add_quantity()->mutable_value()->set_value(quantity);
  line.mutable_quantity(0)->mutable_unit()->set_value(unit);
}

inline flow::v1::ProductionOrder Order(const std::string& id = "LEI-0003", const std::string& quantity = "500") {
  using namespace flow::v1;
  ProductionOrder order;
  order.mutable_id()->set_value(id);
  for (const auto* step : {"0010", "0020"}) {
    auto& segment = *order.add_segment();
    segment.mutable_id()->set_value(id + "-" + step);
    segment.mutable_operations_segment_id()->set_value(step);
    segment.mutable_process_segment_id()->set_value("MIX");
    segment.add_equipment()->add_equipment_id()->set_value("LINE-" + std::string(step));
  }
  AddLine(*order.mutable_segment(0), "C1", "RM-100", MATERIAL_USE_CODE_CONSUMED, "100.0", "KGM");
  AddLine(*order.mutable_segment(1), "C2", "RM-200", MATERIAL_USE_CODE_CONSUMED, quantity, "C62");
  AddLine(*order.mutable_segment(1), "P1", "FG-2001", MATERIAL_USE_CODE_PRODUCED, quantity, "C62");
  return order;
}

}  // namespace isa95::mes_sim
