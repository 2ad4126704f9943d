// A reconciliation as text, JSON and CSV: the same content, read back by parsers that are not ours to break.
#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>

#include "tests/adapter/reconcile/reconciling.h"

namespace isa95::adapter {
namespace {

using namespace flow::v1;
using google::protobuf::Struct;
using google::protobuf::Value;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using Row = std::map<std::string, std::string>;
using Rows = std::vector<Row>;

// By RFC 4180, with the header's names; cells without content are left out.
Rows RowsOfCsv(const std::string& csv) {
  std::vector<std::vector<std::string>> lines(1, {""});
  bool quoted = false;
  for (size_t i = 0; i < csv.size(); ++i) {
    auto& cell = lines.back().back();
    if (csv[i] == '"' && quoted && i + 1 < csv.size() && csv[i + 1] == '"') {
      cell += csv[++i];
    } else if (csv[i] == '"') {
      quoted = !quoted;
    } else if (csv[i] == ',' && !quoted) {
      lines.back().emplace_back();
    } else if (csv[i] == '\n' && !quoted) {
      lines.push_back({""});
    } else {
      cell += csv[i];
    }
  }
  lines.pop_back();
  Rows rows;
  for (size_t i = 1; i < lines.size(); ++i) {
    EXPECT_EQ(lines[i].size(), lines[0].size());
    auto& row = rows.emplace_back();
    for (size_t k = 0; k < lines[i].size(); ++k) {
      if (!lines[i][k].empty()) row[lines[0].at(k)] = lines[i][k];
    }
  }
  return rows;
}

Struct ParsedJson(const std::string& json) {
  Struct parsed;
  const auto status = google::protobuf::util::JsonStringToMessage(json, &parsed);
  EXPECT_TRUE(status.ok()) << json;
  return parsed;
}

// An object of the JSON as the CSV has it.
Row RowOf(const std::string& kind, const Struct& object, Row row) {
  row["row"] = kind;
  for (const auto& [name, value] : object.fields()) {
    if (value.kind_case() == Value::kBoolValue) row[name] = value.bool_value() ? "yes" : "no";
    if (value.kind_case() == Value::kStringValue && !value.string_value().empty()) row[name] = value.string_value();
  }
  return row;
}

Rows RowsOfJson(const std::string& json) {
  Rows rows;
  const auto parsed = ParsedJson(json);
  const auto list = [](const Struct& object, const char* name) {
    return object.fields().at(name).list_value().values();
  };
  for (const auto& value : list(parsed, "orders")) {
    const auto& order = value.struct_value();
    Row key;
    for (const char* name : {"site", "order", "version"}) {
      if (const auto text = order.fields().at(name).string_value(); !text.empty()) key[name] = text;
    }
    const auto differences = list(order, "differences");
    rows.push_back(RowOf("order", order, {}));
    EXPECT_EQ(rows.back()["reconciled"], differences.empty() ? "yes" : "no");
    rows.back().erase("reconciled");
    rows.back()["difference"] =
        differences.empty() ? "reconciled" : Cat("NOT reconciled: ", differences.size(), " differences");
    for (const auto& each : list(order, "segments")) rows.push_back(RowOf("segment", each.struct_value(), key));
    for (const auto& each : list(order, "components")) rows.push_back(RowOf("component", each.struct_value(), key));
    for (const auto& each : list(order, "figures")) rows.push_back(RowOf("figure", each.struct_value(), key));
    for (const auto& each : differences) {
      auto& row = rows.emplace_back(key);
      row["row"] = "difference";
      row["difference"] = each.struct_value().fields().at("what").string_value();
      for (const auto& why : list(each.struct_value(), "because"))
        row["because"] += (row["because"].empty() ? "" : " | ") + why.string_value();
      if (row["because"].empty()) row.erase("because");
    }
  }
  return rows;
}

// Something of everything: partly posted, several lots, a return that was parked, scrap, something unplanned.
std::vector<OrderReconciliation> Mixed() {
  flows::Story story;
  story.past.order[0].envelope.set_key_version("3");
  story.contract.mutable_flows()->mutable_material_consumption()->add_backflush("LID-1");
  story.TellAll({flows::Output(flows::Good("A", "240.5"), OUTPUT_KIND_CODE_SCRAP, "9.5"), flows::Used("B", "30", "L1"),
                 flows::Used("C", "20.25", "L2")});
  story.Post();
  story.TellAll({flows::Final("D", "7")});
  story.Tell(flows::Returned("E", "2", "L3"));
  auto empty = ReconcileOrder("4712", {}, story.contract);
  empty.site.clear();
  return {Reconciled(story), empty};
}

TEST(ReconciliationOutput, JsonAndCsv_HaveTheSameContent) {
  const auto json = RowsOfJson(ReconciliationJson(Mixed()));
  const auto csv = RowsOfCsv(ReconciliationCsv(Mixed()));
  ASSERT_EQ(json.size(), csv.size());
  for (size_t i = 0; i < csv.size(); ++i) EXPECT_EQ(json[i], csv[i]) << i;
  EXPECT_EQ(ParsedJson(ReconciliationJson(Mixed())).fields().at("differences").number_value(), 3);
  EXPECT_FALSE(ParsedJson(ReconciliationJson(Mixed())).fields().at("reconciled").bool_value());
}

TEST(ReconciliationOutput, Text_HasTheSameContent) {
  const auto orders = Mixed();
  const auto& parked = orders.at(0).differences.at(2).because.at(0);
  EXPECT_THAT(parked, HasSubstr("consumption E: parked, RETURN_WITHOUT_ISSUE "));
  const auto expected = Cat(R"(order 4711 of LEI version 3: ordered 500 C62, open 252.5, over 0
  segment  operation  unit                               planned   good  scrap  rework  posted good  scrap  rework
  S1       0010                                                       0      0       0            0      0       0
  S2       0020       C62   delivers, final, not posted      500  247.5    9.5       0        240.5    9.5       0
  S2A      0025                                                       0      0       0            0      0       0
  component  material  lot  unit               planned  expected   used  posted
  C1         RM-100         KGM   less             100     51.40  48.25   50.25
  C1         RM-100    L1   KGM                                      30      30
  C1         RM-100    L2   KGM                                   20.25   20.25
  C1         RM-100    L3   KGM                                      -2       0
  C2         LID-1          C62   backflushed      500       257      0       0
  quality ratio 0.963 (ISO 22400-2: good 247.5 / produced 257.0 of segment S2; rework is not good)
  scrap ratio 0.037 (ISO 22400-2: scrap 9.5 / produced 257.0 of segment S2)
  rework ratio 0 (ISO 22400-2: rework 0 / produced 257.0 of segment S2)
  order fulfilment 0.495 (not ISO 22400: good 247.5 / ordered 500)
  difference: good of segment S2: reported 247.5, posted 240.5 C62
    confirmation D: queued
  difference: end of segment S2: reported final, posted not final
    confirmation D: queued
  difference: use of RM-100 lot L3 for C1: reported -2, posted 0 KGM
    )",
                            parked, R"(
  NOT reconciled: 3 differences

order 4712: ordered 0, open 0, over 0
  reconciled

NOT reconciled: 3 differences
)");
  EXPECT_EQ(ReconciliationText(orders), expected);
}

TEST(ReconciliationOutput, LastLineOfTheText_IsTheVerdict) {
  EXPECT_EQ(ReconciliationText({}), "reconciled\n");
  EXPECT_THAT(ReconciliationText({Posted({flows::Good("A", "1")})}), EndsWith("\nreconciled\n"));
  EXPECT_THAT(ReconciliationText(Mixed()), EndsWith("\nNOT reconciled: 3 differences\n"));
}

TEST(ReconciliationOutput, Numbers_AreTextsInJson_ToTheLastDigit) {
  OrderReconciliation order;
  order.ordered = *ParseDecimal("12345678901234567890.000000000000000000010");
  const auto rows = RowsOfJson(ReconciliationJson({order}));
  EXPECT_EQ(rows.at(0).at("ordered"), "12345678901234567890.000000000000000000010");
}

TEST(ReconciliationOutput, AnyText_ComesBackFromJsonAndCsv) {
  const std::string odd = "a \"b\", c\r\nd\te \\ \xC3\xA4 '";
  OrderReconciliation order;
  order.order_id = odd;
  order.differences.push_back({odd, {odd, "2"}});
  const auto csv = RowsOfCsv(ReconciliationCsv({order}));
  EXPECT_EQ(csv, RowsOfJson(ReconciliationJson({order})));
  EXPECT_EQ(csv.at(0).at("order"), odd);
  EXPECT_EQ(csv.at(1).at("because"), odd + " | 2");
}

TEST(ReconciliationOutput, CellOfCsv_IsNoFormula) {
  OrderReconciliation order;
  const auto cell = [&](const std::string& text) {
    order.order_id = text;
    return RowsOfCsv(ReconciliationCsv({order})).at(0).at("order");
  };
  for (const char* text : {"=1+1", "+1+1", "-1+1", "-A1", "@SUM(A1)", "\t=1", "\r=1", "=HYPERLINK(\"x\",\"y\")", "=1"})
    EXPECT_EQ(cell(text), Cat("'", text));
  for (const char* text : {"-5", "-0.25", "4711", "A=1", "'x"}) EXPECT_EQ(cell(text), text);
}

TEST(ReconciliationOutput, NegativeNumber_StaysANumberInCsv) {
  OrderReconciliation order;
  order.components.emplace_back().used = *ParseDecimal("-12.50");
  EXPECT_EQ(RowsOfCsv(ReconciliationCsv({order})).at(1).at("used"), "-12.50");
}

}  // namespace
}  // namespace isa95::adapter
