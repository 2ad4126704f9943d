// The same plant day at each of the worked sites of examples/sites/: every ERP and MES speaks its own way, and what is
// booked in the end is the same to the byte, but for the site, its names and its offsets.
#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <regex>

#include "adapter/exchange.h"
#include "adapter/flows/report_document.h"
#include "adapter/flows/report_flow.h"
#include "adapter/intake.h"
#include "adapter/mes_port/mes_document.h"
#include "adapter/reports.h"
#include "b2mml/translate.h"
#include "grpc/model/contract.h"
#include "grpc/model/instant.h"
#include "tests/shared.h"

namespace isa95::adapter {
namespace {

using policy::Party;

constexpr int64_t kShiftMs = 1'769'000'400'000;  // 2026-01-21T13:00:00Z, which is past
constexpr int kReports = 6;

// All instants of a message.
template <typename Change>
void EachInstant(google::protobuf::Message& message, const Change& change) {
  if (message.GetDescriptor() == flow::v1::Instant::descriptor())
    return change(static_cast<flow::v1::Instant&>(message));
  const auto& reflection = *message.GetReflection();
  std::vector<const google::protobuf::FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  for (const auto* field : fields) {
    if (field->message_type() == nullptr) continue;
    if (!field->is_repeated()) EachInstant(*reflection.MutableMessage(&message, field), change);
    for (int i = 0; field->is_repeated() && i < reflection.FieldSize(message, field); ++i)
      EachInstant(*reflection.MutableRepeatedMessage(&message, field, i), change);
  }
}

// The offset of a zone at an instant, found as a reader of wall clocks would.
int OffsetAt(const flow::v1::Instant& instant, const std::string& zone) {
  for (int offset = -14 * 60; offset <= 14 * 60; offset += 15) {
    flow::v1::Instant wall;
    wall.mutable_utc()->set_seconds(instant.utc().seconds() + offset * 60);
    const auto zoned = AssumeZone(wall, zone);
    if (zoned->shown == Shown::kOnce && zoned->instant.offset_minutes() == offset) return offset;
  }
  ADD_FAILURE() << "no offset in " << zone;
  return 0;
}

exchange::v1::Report Made(int i) {
  exchange::v1::Report report;
  report.set_order_sequence(static_cast<uint64_t>(2 * i - 1));
  auto& made = *report.mutable_confirmation();
  made.mutable_id()->set_value("CF-" + std::to_string(i));
  made.mutable_order_id()->set_value("1004711");
  made.mutable_operations_segment_id()->set_value("0010");
  made.mutable_equipment_id()->set_value("LE01-FILL-01");
  made.set_type(i < kReports ? flow::v1::CONFIRMATION_TYPE_CODE_PARTIAL : flow::v1::CONFIRMATION_TYPE_CODE_FINAL);
  *made.mutable_actual_start_time() = InstantOf(kShiftMs + i * 3'600'000);
  *made.mutable_actual_end_time() = InstantOf(kShiftMs + (i + 1) * 3'600'000);
  auto& good = *made.add_output();
  good.set_kind(flow::v1::OUTPUT_KIND_CODE_GOOD);
  good.mutable_material_definition_id()->set_value("FG-2001");
  good.mutable_material_lot_id()->set_value("B20261125A");
  good.mutable_quantity()->mutable_value()->set_value("80");
  good.mutable_quantity()->mutable_unit()->set_value("C62");
  return report;
}

exchange::v1::Report Used(int i) {
  exchange::v1::Report report;
  report.set_order_sequence(static_cast<uint64_t>(2 * i));
  auto& used = *report.mutable_consumption();
  used.mutable_id()->set_value("CO-" + std::to_string(i));
  used.mutable_order_id()->set_value("1004711");
  used.mutable_operations_segment_id()->set_value("0010");
  used.mutable_equipment_id()->set_value("LE01-FILL-01");
  *used.mutable_actual_end_time() = InstantOf(kShiftMs + (i + 1) * 3'600'000);
  auto& line = *used.add_consumed();
  line.mutable_id()->set_value("1");
  line.set_kind(flow::v1::CONSUMPTION_KIND_CODE_CONSUMED);
  line.mutable_material_definition_id()->set_value("RM-100");
  line.mutable_material_lot_id()->set_value("L-1");
  line.mutable_quantity()->mutable_value()->set_value("16.0004");
  line.mutable_quantity()->mutable_unit()->set_value("KGM");
  return report;
}

class WorkedSites : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = ::testing::TempDir() + "/isa95-sites-XXXXXX";
    dir_ = mkdtemp(pattern.data());
    ledger_ = *ledger::OpenSqlite(dir_ + "/ledger.db");
    Contracts::Generation all;
    for (const auto* name : {"discrete-line", "process-plant", "legacy-sap", "mes-b2mml"}) {
      auto loaded = LoadContract(std::string(ISA95_SOURCE) + "/examples/sites/" + name + ".yaml");
      ASSERT_FALSE(HasError(loaded.findings)) << ToJson(loaded.findings);
      sites_.push_back(loaded.contract.site().id());
      all.emplace(sites_.back(), MakeTerms(std::move(loaded.contract)));
    }
    contracts_.Swap(std::move(all));
    intake_ = std::make_unique<Intake>(*ledger_, contracts_, versions_, wakes_, [] {});
    exchange_ = std::make_unique<Exchange>(*ledger_, contracts_, wakes_, [] {});
    refusals_ = std::make_unique<Refusals>(*ledger_);
    reports_ = std::make_unique<Reports>(*ledger_, contracts_, wakes_, *refusals_, [] {});
  }
  void TearDown() override {
    reports_.reset();
    refusals_.reset();
    exchange_.reset();
    intake_.reset();
    ledger_.reset();
    std::filesystem::remove_all(dir_);
  }

  const Terms& At(const std::string& site) { return *contracts_.Find(site); }

  // The order as this site's ERP writes it.
  std::string OrderOf(const std::string& site) {
    const auto& terms = At(site);
    auto xml = test::Slurp(std::string(ISA95_SOURCE) + "/examples/order.xml");
    xml = std::regex_replace(xml, std::regex("BOTTLE-500<"), "FG-2001<");
    auto document = b2mml::ParseDocument(xml, versions_, {})->document;
    const auto& erp = terms.contract.erp();
    const auto& zoneless = erp.dialect().zoneless_times();
    terms.normalizer->ToParty(Party::kErp, *document.mutable_schedule(0)->mutable_order(0));
    EachInstant(document, [&](flow::v1::Instant& instant) {
      const auto offset = OffsetAt(instant, terms.contract.site().time_zone());
      instant.set_offset_minutes(offset);
      if (zoneless.empty()) return;
      instant.mutable_utc()->set_seconds(instant.utc().seconds() + offset * 60);
      instant.clear_offset_minutes();
    });
    document.mutable_application_area()->mutable_sender()->mutable_logical_id()->set_value(erp.logical_id());
    document.set_noun_form(erp.b2mml().noun() == "production" ? "production" : "");
    const auto& version = *versions_.by_name(erp.b2mml().write());
    document.set_release_id(version.table().release_id());
    return b2mml::WriteDocument(document, version).xml;
  }

  void Release(const std::string& site) {
    const auto xml = OrderOf(site);
    const auto result = intake_->Receive(site, "http", xml);
    ASSERT_TRUE(result.ok()) << result.status();
    ASSERT_EQ(result->kind, IntakeResult::Kind::kReceived) << xml << ToJson(result->findings);
    const auto taken = exchange_->TakeOrders(site, "", 10, {});
    ASSERT_TRUE(taken.ok() && taken->size() == 1);
    delivered_[site] = taken->front().envelope();
    exchange::v1::AcknowledgeOrderRequest accepted;
    accepted.set_site(site);
    accepted.set_delivery_id(taken->front().delivery_id());
    accepted.set_attempt(taken->front().attempt());
    accepted.set_decision(exchange::v1::ORDER_DECISION_ACCEPTED);
    ASSERT_TRUE(exchange_->AcknowledgeOrder(accepted).ok());
  }

  // As this site's MES says it.
  void Report(const std::string& site, exchange::v1::Report report) {
    const auto& terms = At(site);
    if (site == "PRO" && report.has_consumption()) {  // its kettle weighs in grams, as 16000.4
      auto& quantity = *report.mutable_consumption()->mutable_consumed(0)->mutable_quantity();
      const auto grams = Multiply(*ParseDecimal(quantity.value().value()), ExactDecimal{1'000, 0});
      quantity.mutable_value()->set_value(FormatDecimal(grams));
      quantity.mutable_unit()->set_value("GRM");
    }
    terms.normalizer->ToParty(Party::kMes, report);
    EachInstant(report, [&](flow::v1::Instant& instant) {
      instant.set_offset_minutes(OffsetAt(instant, terms.contract.site().time_zone()));
    });
    const auto receipts =
        SpeaksB2mml(terms.contract.mes()) ? ReportByDocument(terms, report) : reports_->Report(site, {report});
    ASSERT_TRUE(receipts.ok()) << receipts.status();
    ASSERT_EQ(receipts->size(), 1u);
    EXPECT_EQ(receipts->front().code(), exchange::v1::RECEIPT_CODE_DURABLE) << receipts->front().DebugString();
  }

  absl::StatusOr<std::vector<exchange::v1::Receipt>> ReportByDocument(const Terms& terms,
                                                                      const exchange::v1::Report& report) {
    const auto& version = *versions_.by_name(terms.contract.mes().b2mml().write());
    ledger::StoredReport own;
    own.id = ++documents_;
    own.attempts = 1;
    own.envelope = flows::DecideReport(report, terms.contract, kShiftMs * 2).envelope;
    auto document = flows::MakeReportDocument(own, {}, terms.contract, version, kShiftMs);
    auto& segment = *document.mutable_performance(0)->mutable_response(0)->mutable_segment(0);
    auto& number = *segment.add_data();
    number.mutable_id()->set_value("OrderSequence");
    auto& value = *number.add_value();
    value.mutable_value()->set_value(std::to_string(report.order_sequence()));
    value.mutable_data_type()->set_value("integer");
    const auto written = b2mml::WriteDocument(document, version);
    const auto parsed = b2mml::ParseDocument(written.xml, versions_, TermsOf(terms.contract.mes()));
    auto read = flows::ReadMesReports(parsed->document, terms.contract);
    EXPECT_FALSE(HasError(read.findings)) << ToJson(read.findings) << written.xml;
    return reports_->ReportByDocument(terms.contract.site().id(), std::move(read.reports), parsed->document);
  }

  // What goes to the ERP, in standard names and UTC, a line each. The site is left out.
  std::string Canonical(const std::string& site) {
    std::string lines;
    const auto& terms = At(site);
    for (int i = 1; i <= 2 * kReports; ++i) {
      const auto due = ledger_->TakeReports(kShiftMs * 2, 100, [](const auto&) { return 1'000'000; });
      for (const auto& report : *due) {
        if (report.envelope.site() != site) continue;
        const auto past = *ledger_->PastOf(site, report.order_id);
        auto posting = flows::PostingOf(report, past, terms.contract, terms.normalizer.get());
        lines += Line(posting.envelope);
        ledger::ReportOutcome posted;
        posted.state = exchange::v1::REPORT_STATE_POSTED;
        EXPECT_TRUE(ledger_->SettleReport(report.id, report.attempts, posted, kShiftMs * 2).ok());
      }
    }
    return lines;
  }

  static std::string Line(flow::v1::Envelope& envelope) {
    flow::v1::Envelope kept;
    kept.set_kind(envelope.kind());
    kept.set_key_id(envelope.key_id());
    kept.set_order_sequence(envelope.order_sequence());
    if (envelope.has_execution_confirmation()) {
      *kept.mutable_execution_confirmation() = envelope.execution_confirmation();
      kept.mutable_execution_confirmation()->clear_posting_date();  // the day on the wall: the site's own
    }
    if (envelope.has_material_consumption()) {
      *kept.mutable_material_consumption() = envelope.material_consumption();
      kept.mutable_material_consumption()->clear_posting_date();
    }
    EachInstant(kept, [](flow::v1::Instant& instant) { instant.set_offset_minutes(0); });
    std::string json;
    EXPECT_TRUE(google::protobuf::util::MessageToJsonString(kept, &json).ok());
    // The wire says decimal where a call says nothing, and a document's step by its number.
    json = std::regex_replace(json, std::regex(R"("dataType":\{"value":"decimal"\},)"), "");
    return json + "\n";
  }

  b2mml::XmlRuntime xml_;
  b2mml::Versions versions_ = *b2mml::Versions::BuiltIn();
  Contracts contracts_;
  Wakes wakes_;
  std::string dir_;
  std::unique_ptr<ledger::Ledgers> ledger_;
  std::unique_ptr<Intake> intake_;
  std::unique_ptr<Exchange> exchange_;
  std::unique_ptr<Refusals> refusals_;
  std::unique_ptr<Reports> reports_;
  std::vector<std::string> sites_;
  std::map<std::string, flow::v1::Envelope> delivered_;
  uint64_t documents_ = 0;
};

TEST_F(WorkedSites, BookTheSameDay_ByteForByte) {
  std::string first;
  for (const auto& site : sites_) {
    SCOPED_TRACE(site);
    Release(site);
    if (HasFatalFailure()) return;
    const auto stored = *ledger_->ItemsOfOrder(site, "1004711");
    ASSERT_EQ(stored.size(), 1u) << "the ledger has the standard name";
    for (int i = 1; i <= kReports; ++i) {
      Report(site, Made(i));
      Report(site, Used(i));
      if (HasFatalFailure()) return;
    }
    const auto lines = Canonical(site);
    EXPECT_EQ(std::count(lines.begin(), lines.end(), '\n'), 2 * kReports) << lines;
    if (first.empty()) first = lines;
    EXPECT_EQ(lines, first);
  }
  // Six times 16.0004 kg at three digits are 96.002.
  ExactDecimal sum;
  const std::regex quantity(R"re("quantity":\{"value":\{"value":"([0-9.]+)"\},"unit":\{"value":"KGM"\})re");
  for (std::sregex_iterator it(first.begin(), first.end(), quantity), end; it != end; ++it)
    sum = Add(sum, *ParseDecimal((*it)[1].str()));
  EXPECT_EQ(FormatDecimal(sum), "96.002");
}

TEST_F(WorkedSites, HearTheirOrdersInTheirOwnNames) {
  for (const auto& site : sites_) Release(site);
  EXPECT_EQ(delivered_["BML"].key_id(), "0001004711");
  EXPECT_EQ(delivered_["SAP"].key_id(), "1004711");
  const auto line = [&](const std::string& site) {
    return delivered_[site].production_order().segment(0).equipment(0).equipment_id(0).value();
  };
  EXPECT_EQ(line("DIS"), "LE01-FILL-01");
  EXPECT_EQ(line("PRO"), "U200");
  EXPECT_EQ(line("BML"), "filler");
  const auto& material = delivered_["PRO"].production_order().segment(0).material(0);
  EXPECT_EQ(material.material_definition_id(0).value(), "SUGAR-SYRUP");
  EXPECT_NE(OrderOf("SAP").find(">000001004711<"), std::string::npos);
  EXPECT_NE(OrderOf("SAP").find(">000000000000004711<"), std::string::npos);
  EXPECT_NE(OrderOf("SAP").find(">2026-11-25T02:00:00<"), std::string::npos) << OrderOf("SAP");
}

}  // namespace
}  // namespace isa95::adapter
