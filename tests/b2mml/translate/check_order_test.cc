// The content checks, each on a good order with one thing changed.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "b2mml/rec20.h"
#include "grpc/model/text.h"
#include "tests/b2mml/translate/check_fixture.h"
#include "tests/shared.h"

namespace isa95::b2mml {
namespace {

using flow::v1::SEVERITY_ERROR;
using flow::v1::SEVERITY_WARNING;

class Check : public ContentChecks {
 protected:
  static std::string Good() {
    const auto xml = test::Slurp(std::string(ISA95_SOURCE) + "/examples/order.xml");
    EXPECT_FALSE(xml.empty());
    return xml;
  }

  // The example's one order, as often as there are ids, each with its own.
  static std::string Orders(const std::vector<std::string>& ids) {
    const std::string good = Good(), open = "<OperationsRequest>", close = "</OperationsRequest>";
    const auto from = good.find(open), to = good.find(close) + close.size();
    std::string orders;
    for (const auto& id : ids) orders += With(good.substr(from, to - from), "1004711", id);
    return good.substr(0, from) + orders + good.substr(to);
  }
};

constexpr const char* kUnit = "<UnitOfMeasure>KGM</UnitOfMeasure>";
constexpr const char* kBodId = "<BODID>6f1c2a1e-8c1d-4b8e-9a55-000000000001</BODID>";

struct ToleranceCase {
  const char *from, *to, *code;
  std::function<void(contract::v1::Dialect&)> allow;
};

TEST_F(Check, EachToleranceIsAnErrorWithoutIt_AndANamedWarningWithIt) {
  const std::vector<ToleranceCase> cases = {
      {"releaseID=\"0701\"", "releaseID=\"\"", "EMPTY_RELEASE_ID", [](auto& d) { d.set_empty_release_id(true); }},
      {"releaseID=\"0701\"", "releaseID=\"0600\"", "EMPTY_RELEASE_ID", [](auto& d) { d.set_empty_release_id(true); }},
      {kBodId, "", "MISSING_BOD_ID", [](auto& d) { d.set_missing_bod_id(true); }},
      {"<Sender><LogicalID>ERP-DEMO</LogicalID></Sender>", "", "MISSING_SENDER",
       [](auto& d) { d.set_missing_sender(true); }},
      {"<ID>SCH-1</ID>", "<ID/>", "MISSING_SCHEDULE_ID", [](auto& d) { d.set_missing_schedule_id(true); }},
      {"<RequestState>Released</RequestState>", "", "MISSING_ORDER_STATE",
       [](auto& d) { d.set_missing_order_state(true); }},
      {"<MaterialUse>Consumed</MaterialUse>", "", "MISSING_MATERIAL_USE",
       [](auto& d) { d.set_missing_material_use(true); }},
      {"<ID>0010</ID>", "<ID/>", "MISSING_SEGMENT_ID", [](auto& d) { d.set_missing_segment_id(true); }},
      {kUnit, "<UnitOfMeasure>KG</UnitOfMeasure>", "NON_REC20_UNIT", [](auto& d) { d.set_non_rec20_unit(true); }},
      {kUnit, "<UnitOfMeasure/>", "EMPTY_UNIT", [](auto& d) { d.set_empty_unit(true); }},
      {kUnit, "", "MISSING_UNIT", [](auto& d) { d.set_missing_unit(true); }},
      {"<MaterialUse>Consumed</MaterialUse>", "<MaterialUse>Produced</MaterialUse>", "NO_SINGLE_ORDER_QUANTITY",
       [](auto& d) { d.set_no_single_order_quantity(true); }},
      {"2026-11-25T06:00:00+01:00", "2026-11-25T06:00:00", "ZONELESS_TIMES",
       [](auto& d) { d.set_zoneless_times("Europe/Berlin"); }},
  };
  for (const auto& c : cases) {
    const auto xml = With(Good(), c.from, c.to);
    EXPECT_TRUE(HasError(Parse(xml)->findings)) << c.code;
    contract::v1::Dialect dialect;
    c.allow(dialect);
    const auto allowed = Parse(xml, dialect);
    EXPECT_FALSE(HasError(allowed->findings)) << c.code << ToJson(allowed->findings);
    const auto* finding = Find(*allowed, c.code);
    ASSERT_NE(finding, nullptr) << c.code << ToJson(allowed->findings);
    EXPECT_EQ(finding->severity(), SEVERITY_WARNING) << c.code;
    EXPECT_NE(finding->message().find("dialect " + Lower(c.code)), std::string::npos) << finding->message();
    if (std::string(c.code) == "ZONELESS_TIMES") continue;  // without the zone it has a code of its own
    const auto refused = Parse(xml);
    ASSERT_NE(Find(*refused, c.code), nullptr) << c.code;
    EXPECT_EQ(Find(*refused, c.code)->severity(), SEVERITY_ERROR) << c.code;
  }
}

TEST_F(Check, SyncIsAToleranceOfItsOwn) {
  auto xml = With(Good(), "<Process acknowledgeCode=\"Always\"/>", "<Sync/>");
  xml = With(xml, "<ProcessOperationsSchedule", "<SyncOperationsSchedule");
  xml = With(xml, "</ProcessOperationsSchedule", "</SyncOperationsSchedule");
  const auto refused = Parse(xml);
  ASSERT_NE(Find(*refused, "SYNC_RELEASES_ORDER"), nullptr) << ToJson(refused->findings);
  EXPECT_EQ(Find(*refused, "SYNC_RELEASES_ORDER")->severity(), SEVERITY_ERROR);
  contract::v1::Dialect dialect;
  dialect.set_sync_releases_order(true);
  EXPECT_FALSE(HasError(Parse(xml, dialect)->findings));
}

TEST_F(Check, VersionNameIsTakenAsReleaseId) {
  EXPECT_TRUE(Parse(With(Good(), "releaseID=\"0701\"", "releaseID=\"B2MML-V0701\""))->findings.empty());
}

TEST_F(Check, AFaultStaysWithItsOrder_TheOthersAreClean) {
  std::vector<std::string> ids;
  for (int i = 0; i < 12; ++i) ids.push_back("ORDER-" + std::to_string(i));
  auto xml = Orders(ids);
  const auto eleventh = xml.find("ORDER-10");
  xml = xml.substr(0, eleventh) + With(xml.substr(eleventh), ">104.5<", ">1,5<");
  const auto parsed = Parse(xml);
  ASSERT_EQ(parsed->findings.size(), 1u) << ToJson(parsed->findings);
  const auto at = OrderOf(*parsed, parsed->findings[0]);
  EXPECT_EQ(at.schedule, 0);
  EXPECT_EQ(at.order, 10);  // and not order 1, whose path is a prefix of text
  EXPECT_EQ(parsed->document.schedule(at.schedule).order(at.order).id().value(), "ORDER-10");
}

TEST_F(Check, AFaultOfTheHeaderConcernsTheDocument) {
  const auto parsed = Parse(With(Good(), kBodId, ""));
  EXPECT_EQ(OrderOf(*parsed, *Find(*parsed, "MISSING_BOD_ID")).order, -1);
  const auto schedule = Parse(With(Good(), "<ID>SCH-1</ID>", "<ID> SCH-1</ID>"));
  EXPECT_EQ(OrderOf(*schedule, *Find(*schedule, "BLANKS_AROUND_ID")).order, -1);
}

TEST_F(Check, OrdersOfTheSecondScheduleAreFound) {
  const std::string good = Good(), open = "<OperationsSchedule>", close = "</OperationsSchedule>";
  const auto from = good.find(open), to = good.find(close) + close.size();
  auto second = With(good.substr(from, to - from), "1004711", "1004712");
  second = With(second, ">104.5<", ">-1<");
  const auto parsed = Parse(good.substr(0, to) + second + good.substr(to));
  const auto* finding = Find(*parsed, "NEGATIVE_QUANTITY");
  ASSERT_NE(finding, nullptr) << ToJson(parsed->findings);
  EXPECT_EQ(OrderOf(*parsed, *finding).schedule, 1);
  EXPECT_EQ(OrderOf(*parsed, *finding).order, 0);
}

TEST_F(Check, SameOrderTwiceIsRefused_AtTheSecond) {
  const auto parsed = Parse(Orders({"A", "B", "A"}));
  const auto* finding = Find(*parsed, "DUPLICATE_ORDER_ID");
  ASSERT_NE(finding, nullptr);
  EXPECT_EQ(OrderOf(*parsed, *finding).order, 2);
  EXPECT_EQ(Find(*Parse(Orders({"A", "B", "C"})), "DUPLICATE_ORDER_ID"), nullptr);
}

TEST_F(Check, TwoOrdersWithoutIdAreTwoFaults_NotADuplicate) {
  const auto parsed = Parse(Orders({"", "", "C"}));
  EXPECT_EQ(Find(*parsed, "DUPLICATE_ORDER_ID"), nullptr);
  EXPECT_EQ(std::count_if(parsed->findings.begin(), parsed->findings.end(),
                          [](const auto& finding) { return finding.code() == "MISSING_ORDER_ID"; }),
            2);
  for (const auto& finding : parsed->findings) EXPECT_NE(OrderOf(*parsed, finding).order, -1) << finding.code();
}

TEST_F(Check, NilQuantityIsNoNumber) {
  const std::string nil = "<QuantityString xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' xsi:nil='true'/>";
  const auto parsed = Parse(With(Good(), "<QuantityString>104.5</QuantityString>", nil));
  ASSERT_NE(Find(*parsed, "NOT_A_DECIMAL"), nullptr) << ToJson(parsed->findings);
}

TEST_F(Check, DurationHasAFixedLength) {
  const std::string at = "<OperationsDefinitionID>";
  EXPECT_TRUE(Parse(With(Good(), at, "<Duration>PT2H30M</Duration>" + at))->findings.empty());
  EXPECT_NE(Find(*Parse(With(Good(), at, "<Duration>P1M</Duration>" + at)), "DURATION_NOT_FIXED"), nullptr);
  EXPECT_NE(Find(*Parse(With(Good(), at, "<Duration>-PT2H</Duration>" + at)), "DURATION_NOT_FIXED"), nullptr);
}

TEST_F(Check, MissingOffsetIsNotAlsoCalledBackwards) {
  // 14:30 without offset could be before or after 14:00+01:00.
  const auto parsed = Parse(With(Good(), "T06:00:00+01:00", "T14:30:00"));
  EXPECT_NE(Find(*parsed, "TIME_WITHOUT_OFFSET"), nullptr);
  EXPECT_EQ(Find(*parsed, "END_BEFORE_START"), nullptr);
}

TEST_F(Check, PlanAtAnHourThatIsThereTwice_IsTakenAsTheFirstAndSaysSo) {
  contract::v1::Dialect dialect;
  dialect.set_zoneless_times("Europe/Berlin");
  const auto parsed = Parse(With(Good(), "2026-11-25T06:00:00+01:00", "2026-10-25T02:30:00"), dialect);
  ASSERT_NE(Find(*parsed, "TIME_AMBIGUOUS"), nullptr) << ToJson(parsed->findings);
  EXPECT_FALSE(HasError(parsed->findings)) << ToJson(parsed->findings);
  EXPECT_NE(Find(*parsed, "TIME_AMBIGUOUS")->message().find("2026-10-25T02:30:00+02:00"), std::string::npos);
}

TEST_F(Check, UnknownActionCodeIsRefused) {
  const auto action = [](const std::string& code) {
    return "<Process><ActionCriteria><ActionExpression actionCode=\"" + code +
           "\">/</ActionExpression></ActionCriteria></Process>";
  };
  const std::string process = "<Process acknowledgeCode=\"Always\"/>";
  EXPECT_EQ(Find(*Parse(With(Good(), process, action("Add"))), "ACTION_CODE_UNKNOWN"), nullptr);
  EXPECT_NE(Find(*Parse(With(Good(), process, action("add"))), "ACTION_CODE_UNKNOWN"), nullptr);
}

TEST(Rec20, KnowsUnits_CaseSensitively) {
  for (const char* code : {"C62", "EA",  "H87", "KGM", "GRM", "MGM", "TNE", "LTR", "MLT", "MTQ", "MTR", "MMT", "CMT",
                           "MTK", "SEC", "MIN", "HUR", "DAY", "P1",  "PR",  "SET", "KWH", "CEL", "23",  "YRD"}) {
    EXPECT_TRUE(IsRec20(code)) << code;
  }
  for (const char* code : {"", "KG", "kgm", "PCE", "ST", "BX", "L", "ZZZ"}) EXPECT_FALSE(IsRec20(code)) << code;
}

TEST_F(Check, ReleaseIdOfTheContract_IsTheOneDemanded) {
  const auto agreed = With(Good(), "releaseID=\"0701\"", "releaseID=\"CORP-7\"");
  EXPECT_FALSE(HasError(Parse(agreed, {}, "CORP-7")->findings));
  EXPECT_NE(Find(*Parse(Good(), {}, "CORP-7"), "EMPTY_RELEASE_ID"), nullptr);
}

TEST_F(Check, MoreThanAThousandErrors_RefuseTheDocumentWhole_InBoundedFindings) {
  std::vector<std::string> ids;
  for (int i = 0; i < 600; ++i) ids.push_back("O" + std::to_string(i));
  std::string xml = Orders(ids);
  for (auto at = xml.find(">104.5<"); at != std::string::npos; at = xml.find(">104.5<", at + 1))
    xml.replace(at, 7, "> 4,5 EA<");
  for (auto at = xml.find("<Priority>"); at != std::string::npos; at = xml.find("<Priority>", at + 1))
    xml.replace(at, 10, "<Priority>-");
  const auto parsed = Parse(xml);
  const auto* finding = Find(*parsed, "TOO_MANY_FINDINGS");
  ASSERT_NE(finding, nullptr);
  EXPECT_NE(finding->message().find("1200 errors"), std::string::npos) << finding->message();
  EXPECT_EQ(OrderOf(*parsed, *finding).order, -1);
  EXPECT_EQ(parsed->findings.size(), 1001u);
}

TEST_F(Check, UsesOfATolerance_AreNamedAHundredTimes_AndCountedAfterThat) {
  std::vector<std::string> ids;
  for (int i = 0; i < 150; ++i) ids.push_back("O" + std::to_string(i));
  std::string xml = Orders(ids);
  for (auto at = xml.find("<RequestState>Released</RequestState>"); at != std::string::npos;
       at = xml.find("<RequestState>Released</RequestState>", at))
    xml.erase(at, 37);
  contract::v1::Dialect dialect;
  dialect.set_missing_order_state(true);
  const auto parsed = Parse(xml, dialect);
  EXPECT_FALSE(HasError(parsed->findings));
  const auto named = std::count_if(parsed->findings.begin(), parsed->findings.end(),
                                   [](const auto& finding) { return finding.code() == "MISSING_ORDER_STATE"; });
  EXPECT_EQ(named, 101);
  EXPECT_NE(parsed->findings.back().message().find("50 more of this kind, 150 in all"), std::string::npos);
}

}  // namespace
}  // namespace isa95::b2mml
