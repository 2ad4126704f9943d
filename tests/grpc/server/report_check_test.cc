// What makes a call of the report service malformed, field by field, and what does not.
#include "grpc/server/report_check.h"

#include <gtest/gtest.h>

#include <functional>

#include "tests/grpc/server/report_samples.h"

namespace isa95::server {
namespace {

using namespace exchange::v1;
using flow::v1::ExecutionConfirmation;
using flow::v1::MaterialConsumption;
using flow::v1::ReportReversal;

struct Case {
  const char* path;  // of the fault; empty = none
  std::function<void(ReportBatchRequest&)> change;
};

ExecutionConfirmation& C(ReportBatchRequest& batch) { return *batch.mutable_report(0)->mutable_confirmation(); }
MaterialConsumption& M(ReportBatchRequest& batch) { return *batch.mutable_report(1)->mutable_consumption(); }
ReportReversal& R(ReportBatchRequest& batch) { return *batch.mutable_report(2)->mutable_reversal(); }

class ReportCheck : public ::testing::TestWithParam<Case> {};

TEST_P(ReportCheck, NamesTheField) {
  auto batch = Batch();
  GetParam().change(batch);
  const auto fault = Fault(batch);
  const std::string path = GetParam().path;
  if (path.empty())
    EXPECT_EQ(fault, "");
  else
    EXPECT_EQ(fault.substr(0, fault.find(": ")), path) << fault;
}

// NOLINTBEGIN: a table
INSTANTIATE_TEST_SUITE_P(
    Malformed, ReportCheck,
    ::testing::Values(
        Case{"site", [](auto& b) { b.clear_site(); }}, Case{"site", [](auto& b) { b.set_site("L\nI"); }},
        Case{"site", [](auto& b) { b.set_site(std::string(129, 'x')); }},
        Case{"report", [](auto& b) { b.clear_report(); }},
        Case{"report",
             [](auto& b) {
               while (b.report_size() < 501) *b.add_report()->mutable_confirmation() = Confirmation();
             }},
        Case{"report[3]", [](auto& b) { b.add_report()->set_order_sequence(4); }},
        Case{"report[0].confirmation.id.value", [](auto& b) { C(b).clear_id(); }},
        Case{"report[0].confirmation.id.value", [](auto& b) { C(b).mutable_id()->set_value(""); }},
        Case{"report[0].confirmation.id.value", [](auto& b) { C(b).mutable_id()->set_value(std::string(129, 'x')); }},
        Case{"report[0].confirmation.id.value", [](auto& b) { C(b).mutable_id()->set_value("C\t1"); }},
        Case{"report[0].confirmation.id.value", [](auto& b) { C(b).mutable_id()->set_value(std::string("C\0", 2)); }},
        Case{"report[0].confirmation.id.value", [](auto& b) { C(b).mutable_id()->set_value("C\x7F"); }},
        Case{"report[0].confirmation.id.value", [](auto& b) { C(b).mutable_id()->set_value("C\u0085"); }},
        Case{"report[0].confirmation.id.value", [](auto& b) { C(b).mutable_id()->set_value("C\uFFFE"); }},
        Case{"report[0].confirmation.order_id.value", [](auto& b) { C(b).clear_order_id(); }},
        Case{"report[0].confirmation.order_id.value",
             [](auto& b) { C(b).mutable_order_id()->set_value(std::string(129, 'x')); }},
        Case{"report[0].confirmation.order_id.value", [](auto& b) { C(b).mutable_order_id()->set_value("1\r"); }},
        Case{"report[0].confirmation.equipment_id.value",
             [](auto& b) { C(b).mutable_equipment_id()->set_value(std::string(129, 'x')); }},
        Case{"report[0].confirmation.type", [](auto& b) { C(b).clear_type(); }},
        Case{"report[0].confirmation.type",
             [](auto& b) { C(b).set_type(static_cast<flow::v1::ConfirmationTypeCode>(99)); }},
        Case{"report[0].confirmation.output[1].kind", [](auto& b) { C(b).mutable_output(1)->clear_kind(); }},
        Case{"report[0].confirmation.output[1].kind",
             [](auto& b) { C(b).mutable_output(1)->set_kind(static_cast<flow::v1::OutputKindCode>(-1)); }},
        Case{"report[0].confirmation.output[2].quantity.value",
             [](auto& b) { C(b).mutable_output(2)->clear_quantity(); }},
        Case{"report[0].confirmation.output[2].quantity.value",
             [](auto& b) { C(b).mutable_output(2)->mutable_quantity()->clear_value(); }},
        Case{"report[0].confirmation.output[2].quantity.value",
             [](auto& b) { C(b).mutable_output(2)->mutable_quantity()->mutable_value()->set_value(""); }},
        Case{"report[0].confirmation.output[0].reason_code.value",
             [](auto& b) { C(b).mutable_output(0)->mutable_reason_code()->set_value(std::string(65, 'R')); }},
        Case{"report[0].confirmation.output[0].quantity.unit.other_attributes",
             [](auto& b) {
               for (int i = 0; i < 33; ++i)
                 C(b).mutable_output(0)->mutable_quantity()->mutable_unit()->add_other_attributes();
             }},
        Case{"report[0].confirmation.actual_start_time.utc",
             [](auto& b) { C(b).mutable_actual_start_time()->clear_utc(); }},
        Case{"report[0].confirmation.actual_start_time.utc",
             [](auto& b) { C(b).mutable_actual_start_time()->mutable_utc()->set_nanos(1'000'000'000); }},
        Case{"report[0].confirmation.actual_start_time.utc",
             [](auto& b) { C(b).mutable_actual_start_time()->mutable_utc()->set_seconds(253'402'300'800); }},
        Case{"report[0].confirmation.actual_start_time.offset_minutes",
             [](auto& b) { C(b).mutable_actual_start_time()->set_offset_minutes(INT32_MIN); }},
        Case{"report[0].confirmation.operator_note.value",
             [](auto& b) { C(b).mutable_operator_note()->set_value(std::string(4001, 'n')); }},
        Case{"report[0].confirmation.operator_note.value",
             [](auto& b) { C(b).mutable_operator_note()->set_value("bell\x07"); }},
        Case{"report[1].consumption.id.value", [](auto& b) { M(b).clear_id(); }},
        Case{"report[1].consumption.consumed[0].kind", [](auto& b) { M(b).mutable_consumed(0)->clear_kind(); }},
        Case{"report[1].consumption.consumed[1].kind", [](auto& b) { M(b).add_consumed(); }},
        Case{"report[1].consumption.consumed[0].quantity.value",
             [](auto& b) { M(b).mutable_consumed(0)->clear_quantity(); }},
        Case{"report[1].consumption.consumed[0].material_lot_id.value",
             [](auto& b) { M(b).mutable_consumed(0)->mutable_material_lot_id()->set_value("\x1B[31m"); }},
        Case{"report[2].reversal.id.value", [](auto& b) { R(b).clear_id(); }},
        Case{"report[2].reversal.order_id.value", [](auto& b) { R(b).clear_order_id(); }},
        Case{"report[2].reversal.reverses_id.value", [](auto& b) { R(b).clear_reverses_id(); }},
        Case{"report[2].reversal.reason_code.value",
             [](auto& b) { R(b).mutable_reason_code()->set_value(std::string(65, 'R')); }}));

// Facts of the shop floor: the adapter stores them whatever is wrong with them.
INSTANTIATE_TEST_SUITE_P(
    NotMalformed, ReportCheck,
    ::testing::Values(
        Case{"", [](auto&) {}},
        Case{"",
             [](auto& b) {
               while (b.report_size() < 500) *b.add_report()->mutable_consumption() = Consumption();
             }},
        Case{"", [](auto& b) { C(b).mutable_output(0)->mutable_quantity()->mutable_value()->set_value("-3"); }},
        Case{"", [](auto& b) { C(b).mutable_output(0)->mutable_quantity()->mutable_value()->set_value("3,5"); }},
        Case{"", [](auto& b) { C(b).mutable_output(0)->mutable_quantity()->clear_unit(); }},
        Case{"", [](auto& b) { C(b).clear_output(); }}, Case{"", [](auto& b) { M(b).clear_consumed(); }},
        Case{"", [](auto& b) { C(b).mutable_order_id()->set_value("no such order"); }},
        Case{"", [](auto& b) { C(b).clear_operations_segment_id(); }},
        Case{"", [](auto& b) { C(b).clear_actual_start_time(); }},
        Case{"", [](auto& b) { C(b).mutable_actual_start_time()->clear_offset_minutes(); }},
        Case{"", [](auto& b) { C(b).mutable_actual_start_time()->mutable_utc()->set_seconds(4'000'000'000); }},
        Case{"", [](auto& b) { b.mutable_report(0)->set_order_sequence(0); }},
        Case{"", [](auto& b) { C(b).mutable_id()->set_value("Größe/Nr. 7 \u00A0"); }},
        Case{"", [](auto& b) { C(b).mutable_id()->set_value(std::string(128, 'x')); }},
        Case{"", [](auto& b) { C(b).mutable_operator_note()->set_value(std::string(4000, 'n')); }},
        Case{"", [](auto& b) { R(b).clear_reason_code(); }}));
// NOLINTEND

TEST(ReportCheckUnary, NamesWhatIsNotSet) {
  ReportConfirmationRequest confirmation;
  EXPECT_EQ(Fault(confirmation).substr(0, 6), "site: ");
  confirmation.set_site("LEI");
  EXPECT_EQ(Fault(confirmation), "confirmation: is not set");
  *confirmation.mutable_confirmation() = Confirmation();
  EXPECT_EQ(Fault(confirmation), "");
  ReportConsumptionRequest consumption;
  consumption.set_site("LEI");
  EXPECT_EQ(Fault(consumption), "consumption: is not set");
  *consumption.mutable_consumption() = Consumption();
  EXPECT_EQ(Fault(consumption), "");
  ReverseReportRequest reversal;
  reversal.set_site("LEI");
  EXPECT_EQ(Fault(reversal), "reversal: is not set");
  *reversal.mutable_reversal() = Reversal();
  EXPECT_EQ(Fault(reversal), "");
}

TEST(ReportCheckFeedback, LimitsWhatIsAskedFor) {
  StreamFeedbackRequest stream;
  EXPECT_EQ(Fault(stream).substr(0, 6), "site: ");
  stream.set_site("LEI");
  EXPECT_EQ(Fault(stream), "");
  stream.set_cursor(std::string(129, '1'));
  EXPECT_EQ(Fault(stream).substr(0, 8), "cursor: ");

  FetchFeedbackRequest fetch;
  fetch.set_site("LEI");
  fetch.set_max_feedback(500);
  fetch.mutable_wait()->set_seconds(30);
  EXPECT_EQ(Fault(fetch), "");
  fetch.mutable_wait()->set_nanos(1);
  EXPECT_EQ(Fault(fetch).substr(0, 6), "wait: ");
  fetch.mutable_wait()->set_seconds(INT64_MAX);
  EXPECT_EQ(Fault(fetch).substr(0, 6), "wait: ");
  fetch.mutable_wait()->set_seconds(-1);
  fetch.mutable_wait()->set_nanos(0);
  EXPECT_EQ(Fault(fetch).substr(0, 6), "wait: ");
  fetch.clear_wait();
  fetch.set_max_feedback(501);
  EXPECT_EQ(Fault(fetch).substr(0, 14), "max_feedback: ");
}

class QualityCheck : public ::testing::TestWithParam<Case> {};

TEST_P(QualityCheck, NamesTheField) {
  auto batch = QualityBatch();
  GetParam().change(batch);
  const auto fault = Fault(batch);
  EXPECT_EQ(fault.substr(0, fault.find(": ")), GetParam().path) << fault;
}

flow::v1::LotDisposition& H(ReportBatchRequest& batch) { return *batch.mutable_report(0)->mutable_lot_disposition(); }
flow::v1::QualityTestResult& T(ReportBatchRequest& batch) { return *batch.mutable_report(1)->mutable_test_result(); }
flow::v1::DowntimeEvent& D(ReportBatchRequest& batch) { return *batch.mutable_report(2)->mutable_downtime(); }

// NOLINTBEGIN: a table
INSTANTIATE_TEST_SUITE_P(
    Quality, QualityCheck,
    ::testing::Values(
        Case{"", [](auto&) {}}, Case{"", [](auto& b) { H(b).clear_relevance(); }},
        Case{"", [](auto& b) { T(b).clear_relevance(); }}, Case{"", [](auto& b) { D(b).clear_relevance(); }},
        Case{"report[2].downtime.relevance",
             [](auto& b) { D(b).set_relevance(static_cast<flow::v1::RelevanceCode>(7)); }},
        Case{"", [](auto& b) { H(b).clear_quantity(); }},
        Case{"report[0].lot_disposition.quantity.value",
             [](auto& b) { H(b).mutable_quantity()->mutable_unit()->set_value("C62"); }},
        Case{"report[0].lot_disposition.id.value", [](auto& b) { H(b).clear_id(); }},
        Case{"report[0].lot_disposition.material_lot_id.value", [](auto& b) { H(b).clear_material_lot_id(); }},
        Case{"report[0].lot_disposition.disposition", [](auto& b) { H(b).clear_disposition(); }},
        Case{"report[1].test_result.material_lot_id.value", [](auto& b) { T(b).clear_material_lot_id(); }},
        Case{"",
             [](auto& b) {
               T(b).clear_material_lot_id();
               T(b).mutable_order_id()->set_value("1004711");
             }},
        Case{"report[1].test_result.value.value", [](auto& b) { T(b).clear_value(); }},
        Case{"report[1].test_result.verdict", [](auto& b) { T(b).clear_verdict(); }},
        Case{"report[2].downtime.equipment_id.value", [](auto& b) { D(b).clear_equipment_id(); }},
        Case{"report[2].downtime.phase", [](auto& b) { D(b).clear_phase(); }},
        Case{"report[2].downtime.stopped.value",
             [](auto& b) { D(b).mutable_stopped()->set_value(std::string(129, 'P')); }},
        Case{"report[2].downtime.kind", [](auto& b) { D(b).clear_kind(); }}));
// NOLINTEND

}  // namespace
}  // namespace isa95::server
