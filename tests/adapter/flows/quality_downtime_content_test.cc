// Quality and downtime judged by the report alone: chain and key, relevance, and each thing for which one is parked.
#include <functional>

#include "tests/adapter/flows/fact_story.h"

namespace isa95::flows {
namespace {

using namespace exchange::v1;
using namespace flow::v1;

LotDisposition& Ld(Report& report) { return *report.mutable_lot_disposition(); }
QualityTestResult& Tr(Report& report) { return *report.mutable_test_result(); }
DowntimeEvent& Dt(Report& report) { return *report.mutable_downtime(); }

ledger::NewReport Decide(const Report& report) { return DecideReport(report, FactContract(), kNow); }

std::set<std::string> CodesOf(const ledger::NewReport& report) {
  FindingList list;
  EXPECT_TRUE(list.ParseFromString(report.findings));
  std::set<std::string> codes;
  for (const auto& finding : list.finding()) {
    EXPECT_FALSE(finding.message().empty() || finding.mend().empty()) << finding.code();
    codes.insert(finding.code());
  }
  return codes;
}

TEST(FactChain, IsTheLotOrTheLine_AndNeverAnOrder) {
  const auto hold = Decide(LotHold("Q1", 0));
  EXPECT_EQ(ChainWords(hold.order_id), "lot B1");
  EXPECT_EQ(hold.about_order, "");
  auto of_order = Result("T1", "4.5");
  Tr(of_order).clear_material_lot_id();
  Tr(of_order).mutable_order_id()->set_value("4711");
  const auto result = Decide(of_order);
  EXPECT_EQ(ChainWords(result.order_id), "order 4711");
  EXPECT_NE(result.order_id, "4711");
  EXPECT_EQ(result.about_order, "4711");
  EXPECT_EQ(ChainWords(Decide(LineStop("D1", 0, 5)).order_id), "line LE01");
  EXPECT_EQ(Decide(LineStop("D1", 0, 5)).order_id, Decide(Opened("D2", 7)).order_id);
  EXPECT_EQ(Decide(Good("C1", "1")).order_id, "4711");
  EXPECT_EQ(ChainWords("4711"), "4711");
}

TEST(FactContent, GoodOnesAreQueued_WithKindKeyAndLots) {
  const auto hold = Decide(LotHold("Q1", 0));
  EXPECT_EQ(hold.state, REPORT_STATE_QUEUED) << hold.reason_text;
  EXPECT_EQ(hold.envelope.kind(), MESSAGE_KIND_LOT_DISPOSITION);
  EXPECT_EQ(hold.envelope.key_id(), "Q1");
  EXPECT_TRUE(hold.lots.contains("B1"));
  const auto result = Decide(Result("T1", "4.5"));
  EXPECT_EQ(result.state, REPORT_STATE_QUEUED) << result.reason_text;
  EXPECT_EQ(result.envelope.kind(), MESSAGE_KIND_TEST_RESULT);
  const auto opened = Decide(Opened("D1", 0)), closed = Decide(Closed("D1", 0, 5));
  EXPECT_EQ(closed.state, REPORT_STATE_QUEUED) << closed.reason_text;
  EXPECT_EQ(closed.envelope.kind(), MESSAGE_KIND_DOWNTIME);
  EXPECT_EQ(opened.envelope.key_version(), "");
  EXPECT_EQ(closed.envelope.key_version(), "closed");
  EXPECT_NE(opened.content_hash, closed.content_hash);
}

TEST(FactContent, NeedsNoNumber_WhereReportsOfOrdersDo) {
  auto contract = FactContract();
  contract.mutable_flows()->mutable_execution_confirmation()->set_numbered(true);
  for (const auto& report : {LotHold("Q1", 0), Result("T1", "4.5"), LineStop("D1", 0, 5)})
    EXPECT_EQ(DecideReport(report, contract, kNow).state, REPORT_STATE_QUEUED);
  EXPECT_EQ(DecideReport(Good("C1", "1"), contract, kNow).reason_code, "MISSING_SEQUENCE");
}

struct Case {
  const char* code;
  Report report;
  std::function<void(Report&)> spoil;
};

void ExpectParked(const std::vector<Case>& cases) {
  for (const auto& [code, report, spoil] : cases) {
    EXPECT_EQ(Decide(report).state, REPORT_STATE_QUEUED) << code << Decide(report).reason_text;
    auto bad = report;
    spoil(bad);
    const auto decided = Decide(bad);
    EXPECT_EQ(decided.state, REPORT_STATE_PARKED) << code;
    EXPECT_EQ(decided.who_acts, "quality and maintenance") << code;
    EXPECT_TRUE(CodesOf(decided).contains(code)) << code << " but " << decided.reason_code;
  }
}

TEST(FactContent, DispositionIsParked_WhereItLacksSomething) {
  const auto hold = LotHold("Q1", 0);
  ExpectParked({
      {"MISSING_REPORT_ID", hold, [](Report& r) { Ld(r).clear_id(); }},
      {"LOT_MISSING", hold, [](Report& r) { Ld(r).clear_material_lot_id(); }},
      {"MISSING_DISPOSITION", hold, [](Report& r) { Ld(r).clear_disposition(); }},
      {"MISSING_REASON", hold, [](Report& r) { Ld(r).clear_reason_code(); }},
      {"UNKNOWN_REASON", hold, [](Report& r) { Ld(r).mutable_reason_code()->set_value("WHIM"); }},
      {"MISSING_TIME", hold, [](Report& r) { Ld(r).clear_effective_time(); }},
      {"FUTURE_TIME", hold, [](Report& r) { *Ld(r).mutable_effective_time() = InstantOf(kNow + 121'000); }},
      {"TIME_WITHOUT_OFFSET", hold, [](Report& r) { Ld(r).mutable_effective_time()->clear_offset_minutes(); }},
      {"NOT_A_DECIMAL", hold, [](Report& r) { Set(*Ld(r).mutable_quantity(), "1,5", "KGM"); }},
      {"BLANKS_AROUND_ID", hold, [](Report& r) { Ld(r).mutable_material_lot_id()->set_value(" B1"); }},
  });
  EXPECT_EQ(Decide(LotRelease("Q2", 0)).state, REPORT_STATE_QUEUED);  // a release needs no reason
}

TEST(FactContent, TestResultIsParked_WhereItLacksSomething) {
  const auto result = Result("T1", "4.5");
  ExpectParked({
      {"MISSING_REPORT_ID", result, [](Report& r) { Tr(r).clear_id(); }},
      {"MISSING_LOT_OR_ORDER", result, [](Report& r) { Tr(r).clear_material_lot_id(); }},
      {"MISSING_SAMPLE", result, [](Report& r) { Tr(r).clear_sample_id(); }},
      {"MISSING_SPECIFICATION", result, [](Report& r) { Tr(r).clear_test_specification_id(); }},
      {"SPECIFICATION_DIFFERS", result, [](Report& r) { Tr(r).mutable_test_specification_id()->set_value("X"); }},
      {"MISSING_PROPERTY", result, [](Report& r) { Tr(r).clear_property_id(); }},
      {"NOT_A_DECIMAL", result, [](Report& r) { Tr(r).mutable_value()->mutable_value()->set_value("4,5"); }},
      {"MISSING_UNIT", result, [](Report& r) { Tr(r).mutable_value()->clear_unit(); }},
      {"TEST_UNIT_DIFFERS", result, [](Report& r) { Tr(r).mutable_value()->mutable_unit()->set_value("KGM"); }},
      {"MISSING_VERDICT", result, [](Report& r) { Tr(r).clear_verdict(); }},
      {"MISSING_TIME", result, [](Report& r) { Tr(r).clear_measured_at(); }},
      {"FUTURE_TIME", result, [](Report& r) { *Tr(r).mutable_measured_at() = InstantOf(kNow + 121'000); }},
      {"LIMIT_DIFFERS", result, [](Report& r) { Tr(r).mutable_low()->mutable_value()->set_value("3.9"); }},
      {"LIMIT_DIFFERS", result, [](Report& r) { Tr(r).mutable_high()->mutable_value()->set_value("5.00"); }},
      {"RETEST_OF_ITSELF", result, [](Report& r) { Tr(r).mutable_retest_of()->set_value("T1"); }},
  });
  auto same = result;
  Tr(same).mutable_high()->mutable_value()->set_value("5.0");
  Tr(same).mutable_high()->set_exclusive(true);
  EXPECT_EQ(Decide(same).state, REPORT_STATE_QUEUED) << Decide(same).reason_text;
}

TEST(FactContent, AllThatIsWrongIsSaidAtOnce) {
  auto result = Result("T1", "4.5");
  Tr(result).clear_sample_id();
  Tr(result).clear_measured_at();
  Tr(result).clear_verdict();
  EXPECT_EQ(CodesOf(Decide(result)), (std::set<std::string>{"MISSING_SAMPLE", "MISSING_TIME", "MISSING_VERDICT"}));
}

TEST(FactContent, VerdictIsComputedAgain_ToTheLastDigit) {
  const auto said = [](const std::string& value, VerdictCode verdict) {
    return Decide(Result("T1", value, verdict)).reason_code;
  };
  const struct {
    const char* value;
    bool passes;
  } kCases[] = {{"4.00", true}, {"4", true},    {"3.999999999999999999999", false}, {"4.5", true},  {"5.00", false},
                {"5", false},   {"5.1", false}, {"4.999999999999999999999", true},  {"-4.5", false}};
  for (const auto& [value, passes] : kCases) {
    EXPECT_EQ(said(value, VERDICT_CODE_PASS), passes ? "" : "VERDICT_WRONG") << value;
    EXPECT_EQ(said(value, VERDICT_CODE_FAIL), passes ? "VERDICT_WRONG" : "") << value;
  }
}

TEST(FactContent, ResultStatesItsOwnLimits_WhereTheContractHasNone) {
  auto result = Result("T1", "0.250", VERDICT_CODE_PASS);
  Tr(result).mutable_property_id()->set_value("WEIGHT");
  Tr(result).mutable_test_specification_id()->set_value("SPEC-8");
  Tr(result).mutable_value()->mutable_unit()->set_value("KGM");
  EXPECT_EQ(Decide(result).reason_code, "MISSING_LIMIT");
  Tr(result).mutable_low()->mutable_value()->set_value("0.25");
  EXPECT_EQ(Decide(result).reason_code, "");
  Tr(result).mutable_low()->set_exclusive(true);
  EXPECT_EQ(Decide(result).reason_code, "VERDICT_WRONG");
  Tr(result).mutable_high()->mutable_value()->set_value("0.25");
  EXPECT_EQ(Decide(result).reason_code, "LIMITS_CONTRADICT");
}

TEST(FactContent, StopIsParked_WhereItLacksOrContradicts) {
  const auto whole = LineStop("D1", 0, 5), open = Opened("D1", 0);
  ExpectParked({
      {"MISSING_REPORT_ID", whole, [](Report& r) { Dt(r).clear_id(); }},
      {"MISSING_EQUIPMENT", whole, [](Report& r) { Dt(r).clear_equipment_id(); }},
      {"MISSING_PHASE", whole, [](Report& r) { Dt(r).clear_phase(); }},
      {"MISSING_TIME", whole, [](Report& r) { Dt(r).clear_start_time(); }},
      {"MISSING_TIME", whole, [](Report& r) { Dt(r).clear_end_time(); }},
      {"END_OF_OPEN_STOP", open, [](Report& r) { *Dt(r).mutable_end_time() = Minute(5); }},
      {"END_BEFORE_START", whole, [](Report& r) { *Dt(r).mutable_start_time() = Minute(6); }},
      {"FUTURE_TIME", open, [](Report& r) { *Dt(r).mutable_start_time() = InstantOf(kNow + 121'000); }},
      {"MISSING_REASON", whole, [](Report& r) { Dt(r).clear_reason_code(); }},
      {"UNKNOWN_REASON", whole, [](Report& r) { Dt(r).mutable_reason_code()->set_value("Störung <7>"); }},
      {"MISSING_KIND", whole, [](Report& r) { Dt(r).clear_kind(); }},
      {"KIND_CONTRADICTS", whole, [](Report& r) { Dt(r).set_kind(DOWNTIME_KIND_CODE_PLANNED); }},
      {"KIND_CONTRADICTS", whole, [](Report& r) { Dt(r).mutable_reason_code()->set_value("CLEAN"); }},
      {"MISSING_STOPPED", whole, [](Report& r) { Dt(r).set_stop_count(3); }},
      {"NOT_A_DURATION", whole, [](Report& r) { Dt(r).mutable_stopped()->set_value("3 min"); }},
      {"STOPPED_TOO_LONG", whole, [](Report& r) { Dt(r).mutable_stopped()->set_value("PT5M0.000000001S"); }},
      {"PART_OF_ITSELF", whole, [](Report& r) { Dt(r).mutable_part_of()->set_value("D1"); }},
  });
  auto exact = whole;
  Dt(exact).mutable_stopped()->set_value("PT5M");
  Dt(exact).set_stop_count(3);
  EXPECT_EQ(Decide(exact).state, REPORT_STATE_QUEUED) << Decide(exact).reason_text;
  auto unknown = whole;
  Dt(unknown).mutable_reason_code()->set_value("Störung <7>");
  EXPECT_EQ(Decide(unknown).envelope.downtime_event().reason_code().value(), "Störung <7>");
}

std::string Refused(const Report& report, const contract::v1::SiteContract& contract = FactContract()) {
  const auto finding = Irrelevance(report, contract);
  if (!finding) return "";
  EXPECT_FALSE(finding->mend().empty());
  EXPECT_EQ(finding->code(), "NOT_BUSINESS_RELEVANT");
  return finding->message();
}

TEST(Relevance, TakesWhatMatters_AndWhatIsOfOtherFlows) {
  for (const auto& report : {LotHold("Q1", 0), Result("T1", "4.5"), LineStop("D1", 0, 2), Opened("D2", 5),
                             Closed("D2", 5, 6), Good("C1", "1"), Used("U1", "1"), Reversal("R1", "C1")})
    EXPECT_EQ(Refused(report), "") << report.ShortDebugString();
}

TEST(Relevance, RefusesWhatDoesNotSayToWhomItMatters) {
  auto result = Result("T1", "4.5");
  Tr(result).clear_relevance();
  EXPECT_NE(Refused(result), "");
  auto stop = Opened("D1", 0);
  Dt(stop).clear_relevance();
  EXPECT_NE(Refused(stop), "");
}

TEST(Relevance, RefusesWhatTheContractDoesNotSendUp) {
  auto contract = FactContract();
  contract.mutable_flows()->mutable_quality_downtime()->clear_relevant_when();
  EXPECT_NE(Refused(Opened("D1", 0), contract), "");
  EXPECT_NE(Refused(LotHold("Q1", 0), contract), "");
  contract.mutable_flows()->mutable_quality_downtime()->add_relevant_when("customer_release");
  EXPECT_NE(Refused(Opened("D1", 0), contract), "");
  EXPECT_EQ(Refused(LotHold("Q1", 0), contract), "");
}

TEST(Relevance, RefusesATemperatureDressedAsAQualityFlag_NamingItSafely) {
  auto result = Result("T1", "85.2");
  Tr(result).mutable_property_id()->set_value("OIL_TEMP");
  EXPECT_NE(Refused(result).find("'OIL_TEMP'"), std::string::npos);
  std::string endless = "\n";
  while (endless.size() < 4000) endless += "ü";
  Tr(result).mutable_property_id()->set_value(endless);
  const auto words = Refused(result);
  EXPECT_LT(words.size(), 300u);
  EXPECT_EQ(words.find('\n'), std::string::npos);
  EXPECT_NE(words.find("ü...'"), std::string::npos);  // whole characters only
}

TEST(Relevance, RefusesASingleMicroStop_ButNotSeveralToldTogether_NorAClosing) {
  EXPECT_NE(Refused(LineStop("D1", 0, 1)), "");
  EXPECT_EQ(Refused(LineStop("D1", 0, 2)), "");  // as long as the least
  auto together = LineStop("D1", 0, 1);
  Dt(together).set_stop_count(2);
  Dt(together).mutable_stopped()->set_value("PT40S");
  EXPECT_EQ(Refused(together), "");
  Dt(together).set_stop_count(1);
  EXPECT_NE(Refused(together), "");
  EXPECT_EQ(Refused(Closed("D1", 0, 1)), "");
  auto wild = LineStop("D1", 0, 1);
  Dt(wild).mutable_start_time()->mutable_utc()->set_seconds(std::numeric_limits<int64_t>::max());
  Dt(wild).mutable_end_time()->mutable_utc()->set_seconds(std::numeric_limits<int64_t>::max());
  EXPECT_EQ(Refused(wild), "");  // no time at all: parked for that
  EXPECT_EQ(Decide(wild).reason_code, "TIME_INVALID");
}

}  // namespace
}  // namespace isa95::flows
