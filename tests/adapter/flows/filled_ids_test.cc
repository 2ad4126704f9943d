// Ids that the adapter filled in for a MES that speaks B2MML do not come back as if they were the order's.
#include "adapter/flows/filled_ids.h"

#include <gtest/gtest.h>

namespace isa95::flows {
namespace {

// Two steps: 10 has an id, the second none; each with a component, of which only the last has an id.
class FilledIds : public ::testing::Test {
 protected:
  FilledIds() {
    ledger::StoredItem item;
    auto& order = *item.envelope.mutable_production_order();
    order.mutable_id()->set_value("4711");
    auto& first = *order.add_segment();
    first.mutable_id()->set_value("10");
    first.mutable_operations_segment_id()->set_value("0010");
    first.add_material();
    first.add_material()->mutable_id()->set_value("10-M1-own");
    first.add_material()->mutable_id()->set_value("10-M4");
    first.add_material();
    first.mutable_material(0)->add_assembly_requirement();
    order.add_segment()->mutable_operations_segment_id()->set_value("0020");
    order.mutable_segment(1)->add_child();
    past_.order.push_back(item);
  }

  exchange::v1::Report Used(const std::string& segment, const std::string& line) {
    exchange::v1::Report report;
    auto& consumption = *report.mutable_consumption();
    consumption.mutable_segment_requirement_id()->set_value(segment);
    consumption.add_consumed()->mutable_material_requirement_id()->set_value(line);
    ForgetFilledIds(report, past_);
    return report;
  }
  std::string LineAfter(const std::string& line) {
    return Used("10", line).consumption().consumed(0).material_requirement_id().value();
  }

  ledger::OrderPast past_;
};

TEST_F(FilledIds, LineGoesNameless_WhenItsOrderGaveItNoId) {
  EXPECT_EQ(LineAfter("10-M1"), "");
  EXPECT_EQ(LineAfter("10-M1-M1"), "");
}

TEST_F(FilledIds, OrdersOwnIdsStay_EvenOneThatLooksFilledIn) {
  EXPECT_EQ(LineAfter("10-M1-own"), "10-M1-own");
  EXPECT_EQ(LineAfter("10-M4"), "10-M4");
  EXPECT_EQ(LineAfter("of the MES's own"), "of the MES's own");
}

TEST_F(FilledIds, StepIsKnownByItsOperation_WhenItsOrderGaveItNoId) {
  const auto report = Used("4711-S2", "");
  EXPECT_FALSE(report.consumption().has_segment_requirement_id());
  EXPECT_EQ(report.consumption().operations_segment_id().value(), "0020");
  EXPECT_EQ(Used("10", "").consumption().segment_requirement_id().value(), "10");
  exchange::v1::Report made;
  made.mutable_confirmation()->mutable_segment_requirement_id()->set_value("4711-S2");
  made.mutable_confirmation()->mutable_operations_segment_id()->set_value("told");
  ForgetFilledIds(made, past_);
  EXPECT_EQ(made.confirmation().operations_segment_id().value(), "told");
  EXPECT_FALSE(made.confirmation().has_segment_requirement_id());
}

}  // namespace
}  // namespace isa95::flows
