// A contract as people and programs see it, and what changes from one to the next.
#include "adapter/contract_show.h"

#include <gmock/gmock.h>
#include <google/protobuf/util/json_util.h>

#include <sstream>

#include "adapter/contract_diff.h"
#include "grpc/model/text.h"
#include "tests/shared.h"

namespace isa95::adapter {
namespace {

using testing::HasSubstr;

contract::v1::SiteContract With(const std::string& more) {
  const auto loaded = ParseContract(test::Slurp(std::string(ISA95_SOURCE) + "/examples/site.yaml") + more, "f");
  EXPECT_FALSE(HasError(loaded.findings)) << ToJson(loaded.findings);
  return loaded.contract;
}

constexpr char kTables[] =
    "lines: [{id: LE01, erp_work_center: PACK01, mes_id: pack-1}]\n"
    "naming: {order: {pattern: '[0-9]+', padding: {erp: 12}}, product: {aliases: [{name: BOTTLE, erp: '4711'}]}}\n"
    "units: {KGM: {digits: 3, rounded: true, erp: KG}, GRM: {of: KGM, factor: '1/1000', mes: g}}\n";

TEST(PlainPage, SaysWhatAShiftLeadHasToKnow) {
  auto contract = With(kTables);
  auto& scrap = (*contract.mutable_flows()->mutable_execution_confirmation()->mutable_fields())["scrap"];
  scrap.set_source("typed");
  scrap.set_reason("the scale is not connected");
  contract.mutable_flows()->clear_quality_downtime();
  auto* sign = contract.add_signoff();
  sign->set_role("quality");
  sign->set_name("Q. Uality");
  sign->set_date("2026-11-25");
  sign->set_contract_hash(HashOf(contract).substr(0, 12));
  const auto terms = MakeTerms(contract);
  const auto page = PlainPage(terms);
  for (const auto& words : std::vector<std::string>{
           "Contract lei-packaging, version 1, of site LEI", "why: Stock and order cost are booked",
           "used by: planner, to decide: reschedule what is short", "owner: production, production@lei.example",
           "if nothing is done within 2h: plant manager on call", "the MES has the last word on: actual_quantity",
           "typed by hand: scrap, because the scale is not connected",
           "Quality and downtime, MES to ERP: this site does not",
           "line LE01 is PACK01 in the ERP and pack-1 in the MES", "order names look like [0-9]+",
           "product BOTTLE is 4711 in the ERP", "1 GRM is 1/1000 KGM", "booked to 3 decimals", "reports of RM-200",
           "quality      Q. Uality, 2026-11-25", "shift lead   ____", "contract hash " + terms.hash.substr(0, 12)}) {
    EXPECT_THAT(page, HasSubstr(words));
  }
  EXPECT_LE(std::count(page.begin(), page.end(), '\n'), 70) << "it is one page";
}

TEST(PlainPage, DoesNotShowASignatureOfAnotherContract) {
  auto contract =
      With("signoff: [{role: quality, name: Q. Uality, date: 2026-11-25, contract_hash: '000000000000'}]\n");
  EXPECT_THAT(PlainPage(MakeTerms(contract)), testing::Not(HasSubstr("Q. Uality")));
}

TEST(ContractJson, ComesBackAsTheSameContract) {
  const auto contract = With(kTables);
  const auto json = CanonicalJson(contract);
  contract::v1::SiteContract back;
  ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(json, &back).ok()) << json;
  EXPECT_EQ(HashOf(back), HashOf(contract));
  EXPECT_EQ(CanonicalJson(back), json);
  EXPECT_LT(json.find("\"GRM\""), json.find("\"KGM\""));
}

// "key before > now, breaking" a line
std::string Changes(const contract::v1::SiteContract& before, const contract::v1::SiteContract& now) {
  std::string out;
  for (const auto& change : DiffContracts(before, now))
    out += Cat(change.key, " ", change.before, " > ", change.now, change.breaking ? " !" : "", "\n");
  return out;
}

TEST(ContractDiff, SaysWhatChangesForWhom) {
  const auto before = With(kTables);
  EXPECT_EQ(Changes(before, before), "");
  auto now = before;
  now.mutable_contract()->set_version(2);
  now.mutable_erp()->mutable_dialect()->set_bare_noun(true);
  now.mutable_lines(0)->set_mes_id("pack-2");
  (*now.mutable_units())["GRM"].set_factor("1/100");
  (*now.mutable_units())["C62"];
  now.mutable_flows()->mutable_production_order()->mutable_owner()->set_role("shift lead");
  now.mutable_flows()->mutable_execution_confirmation()->mutable_tolerance()->set_over("5%");
  now.mutable_flows()->clear_quality_downtime();
  now.add_signoff()->set_role("quality");
  EXPECT_EQ(Changes(before, now),
            "contract.version 1 > 2\n"
            "erp.dialect.bare_noun  > true\n"
            "flows.production_order.owner.role production planning > shift lead\n"
            "flows.execution_confirmation.tolerance.over 10% > 5% !\n"
            "flows.quality_downtime enabled >  !\n"
            "lines[LE01].mes_id pack-1 > pack-2 !\n"
            "units[GRM].factor 1/1000 > 1/100 !\n"
            "units[C62]  > there !\n"
            "signoff[quality]  > there\n");
  EXPECT_THAT(Changes(now, before), HasSubstr("erp.dialect.bare_noun true >  !\n"));
  EXPECT_THAT(Changes(now, before), HasSubstr("flows.quality_downtime  > enabled\n"));
  const auto text = DiffText(DiffContracts(before, now));
  EXPECT_THAT(text, HasSubstr("units[GRM].factor: was 1/1000, is 1/100\n  concerns ERP and MES; BREAKING; goes stale: "
                              "reconciliations"));
  EXPECT_THAT(text, HasSubstr("9 changes, 5 of them breaking"));
  EXPECT_THAT(text, HasSubstr("The sign-offs go stale"));
  EXPECT_THAT(DiffJson(DiffContracts(before, now)), HasSubstr("\"key\":\"units[GRM].factor\",\"before\":\"1/1000\""));
}

TEST(PrintConfig, NamesEachValueAndWhereItCameFrom) {
  setenv("ISA95_HTTP", "127.0.0.1:1", 1);
  const char* const words[] = {"b2mml-adapter",          "--grpc", "127.0.0.1:2", "--erp-url",
                               "LEI=http://u:secret@h/", "--http", "127.0.0.1:3"};
  const auto flags = ParseConfig(7, words), environment = ParseConfig(5, words);
  unsetenv("ISA95_HTTP");
  ASSERT_TRUE(flags.ok() && environment.ok());
  EXPECT_THAT(SettingsText(*flags), HasSubstr("http = 127.0.0.1:3  (flag)\n"));
  EXPECT_THAT(SettingsText(*environment), HasSubstr("http = 127.0.0.1:1  (environment)\n"));
  EXPECT_THAT(SettingsText(*environment), HasSubstr("grpc = 127.0.0.1:2  (flag)\n"));
  EXPECT_THAT(SettingsText(*environment), HasSubstr("ledger = adapter.db  (default)\n"));
  EXPECT_THAT(SettingsText(*environment), HasSubstr("erp-url = LEI=http://***@h/  (flag)\n"));
}

}  // namespace
}  // namespace isa95::adapter
