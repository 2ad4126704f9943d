// What the simulated ERP posts and answers, document by document, and that a restart changes nothing of it.
#include "simulators/erp_sim/posting_desk.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include "b2mml/translate.h"
#include "tests/simulators/erp_sim/reports.h"

namespace isa95::erp_sim {
namespace {

using namespace flow::v1;

struct Said {
  std::string action, code, document;
  bool lost = false;
};

class Desk : public ::testing::Test {
 protected:
  Desk() { std::remove(file_.c_str()); }

  void Open() {
    desk_.reset();
    record_ = *sim::Record::Open(file_);
    desk_ = std::make_unique<PostingDesk>(
        terms_, *record_, versions_, [this](const std::string&) { return facts_; }, *sim::ReadRecord(file_));
  }

  static std::string DocumentIn(const Document& answer) {
    if (answer.performance_size() == 0) return {};
    const auto& segment = answer.performance(0).response(0).segment(0);
    return segment.data_size() == 0 ? "" : segment.data(0).value(0).value().value();
  }

  Said Read(const std::string& xml) {
    const auto parsed = b2mml::ParseDocument(xml, versions_, {});
    EXPECT_TRUE(parsed->shape_ok) << xml;
    const auto& criteria = parsed->document.verb().criteria(0);
    std::string code = criteria.change_status().code().value();
    if (code.empty()) code = criteria.expression(0).value();
    return {criteria.expression(0).action_code(), code == "/" ? "" : code, DocumentIn(parsed->document)};
  }

  Said Take(const Document& document) {
    if (desk_ == nullptr) Open();
    const auto answer = desk_->Take(document);
    EXPECT_TRUE(answer.ok()) << answer.status();
    Said said = Read(answer->xml);
    said.lost = answer->lost;
    return said;
  }

  std::vector<sim::RecordLine> Lines() const { return *sim::ReadRecord(file_); }

  size_t Count(const std::string& event) {
    size_t count = 0;
    for (const auto& line : Lines()) count += sim::FieldOf(line, "event") == event;
    return count;
  }

  const std::string file_ = ::testing::TempDir() + "/isa95-desk-" + std::to_string(getpid()) + ".jsonl";
  b2mml::XmlRuntime xml_;
  const b2mml::Versions versions_ = *b2mml::Versions::BuiltIn();
  DeskTerms terms_ = {{}, "ERP-DEMO"};
  OrderFacts facts_;
  std::unique_ptr<sim::Record> record_;
  std::unique_ptr<PostingDesk> desk_;
};

TEST_F(Desk, PostsEachReportOnceAndAnswersARepeatTheSame) {
  const auto first = Take(Confirmation("CNF-1", "95", "5"));
  EXPECT_EQ(first.action, "Accepted");
  EXPECT_EQ(first.document, "4900000001");
  EXPECT_EQ(Take(Consumption("GI-1", "L1", "19.000")).document, "4900000002");
  auto again = Confirmation("CNF-1", "95", "5");
  again.mutable_application_area()->mutable_bod_id()->set_value("another attempt");
  EXPECT_EQ(Take(again).document, first.document);
  EXPECT_EQ(Count("posted"), 2u);
  EXPECT_EQ(Count("consumed"), 1u);
  EXPECT_EQ(Count("posting_repeated"), 1u);
}

TEST_F(Desk, OtherContentUnderTheSameIdIsAConflict) {
  Take(Confirmation("CNF-1", "95", "5"));
  EXPECT_EQ(Take(Confirmation("CNF-1", "96", "5")).code, "DUPLICATE_CONFLICT");
  EXPECT_EQ(Take(Confirmation("CNF-1", "95", "5")).action, "Accepted");
}

TEST_F(Desk, AFinalConfirmationClosesTheStepAndItsReversalOpensIt) {
  Take(Confirmation("CNF-1", "95", "5", "FINAL"));
  EXPECT_EQ(Take(Confirmation("CNF-2", "1")).code, "SEGMENT_CLOSED");
  EXPECT_EQ(Take(Consumption("GI-1", "L1", "20")).action, "Accepted");
  EXPECT_EQ(Take(Reversal("CNF-1")).action, "Accepted");
  EXPECT_EQ(Take(Reversal("CNF-1")).action, "Accepted");
  EXPECT_EQ(Count("reversed"), 1u);
  EXPECT_EQ(Take(Confirmation("CNF-2", "1")).action, "Accepted");
  EXPECT_EQ(Take(Reversal("CNF-99")).code, "REPORT_UNKNOWN");
}

TEST_F(Desk, WhatIsNotThereOrAmbiguousIsRefusedWithItsCode) {
  auto no_unit = Confirmation("CNF-1", "95");
  SegmentOf(no_unit).mutable_material(0)->mutable_quantity(0)->clear_unit();
  EXPECT_EQ(Take(no_unit).code, "UNIT_MISSING");
  auto no_segment = Confirmation("CNF-2", "95");
  SegmentOf(no_segment).clear_segment_requirement_id();
  EXPECT_EQ(Take(no_segment).code, "SEGMENT_MISSING");
  EXPECT_EQ(Take(Confirmation("CNF-3", "-1")).code, "QUANTITY_INVALID");
  auto two_lots = Confirmation("CNF-4", "95");
  SegmentOf(two_lots).mutable_material(0)->add_material_lot_id()->set_value("B-2");
  EXPECT_EQ(Take(two_lots).code, "AMBIGUOUS_QUANTITY");
  facts_.closed = true;
  EXPECT_EQ(Take(Confirmation("CNF-5", "95")).code, "ORDER_CLOSED");
}

TEST_F(Desk, ALockedOrderPassesAtTheSecondTryAndAClosedPeriodWithAnotherDate) {
  terms_.posting.lock_every = 1;
  EXPECT_EQ(Take(Confirmation("CNF-1", "95")).code, "ORDER_LOCKED");
  EXPECT_EQ(Take(Confirmation("CNF-1", "95")).action, "Accepted");
  terms_.posting = {};
  terms_.posting.period_closed_every = 2;
  Open();
  auto late = Confirmation("CNF-2", "5");
  EXPECT_EQ(Take(late).code, "PERIOD_CLOSED");
  EXPECT_EQ(Take(late).code, "PERIOD_CLOSED");
  SegmentOf(late).mutable_posting_date()->mutable_utc()->set_seconds(1'796'000'000);
  SegmentOf(late).mutable_posting_date()->set_offset_minutes(60);
  EXPECT_EQ(Take(late).action, "Accepted");
}

TEST_F(Desk, AGoodsMovementThatWaitsIsBookedAndToldLater) {
  terms_.posting.pending_every = 1;
  terms_.pending_ms = 60'000;
  const auto said = Take(Consumption("GI-1", "L1", "20"));
  EXPECT_EQ(said.action, "Modified");
  EXPECT_EQ(said.code, "GOODS_MOVEMENT_PENDING");
  EXPECT_TRUE(desk_->Due(0)->empty());
  EXPECT_EQ(Count("posted"), 0u);
  Open();  // what waits survives, and comes through at once
  const auto due = *desk_->Due(1);
  ASSERT_EQ(due.size(), 1u);
  EXPECT_EQ(Read(due[0].xml).action, "Accepted");
  EXPECT_EQ(Read(due[0].xml).document, said.document);
  EXPECT_EQ(Count("posted"), 1u);
  EXPECT_EQ(Count("consumed"), 1u);
  ASSERT_TRUE(desk_->Told(due[0].name).ok());
  Open();
  EXPECT_TRUE(desk_->Due(1)->empty());
  EXPECT_EQ(Take(Consumption("GI-1", "L1", "20")).action, "Accepted");
}

TEST_F(Desk, WhatIsReversedWhileItWaitsIsNeverBooked) {
  terms_.posting.pending_every = 1;
  terms_.pending_ms = 0;
  Take(Consumption("GI-1", "L1", "20"));
  Take(Reversal("GI-1"));
  EXPECT_TRUE(desk_->Due(1ll << 60)->empty());
  EXPECT_EQ(Count("posted"), 0u);
}

TEST_F(Desk, ALostAnswerIsGivenAgain) {
  terms_.lose_answer_every = 2;
  EXPECT_FALSE(Take(Confirmation("CNF-1", "1")).lost);
  const auto lost = Take(Confirmation("CNF-2", "2"));
  EXPECT_TRUE(lost.lost);
  const auto again = Take(Confirmation("CNF-2", "2"));
  EXPECT_FALSE(again.lost);
  EXPECT_EQ(again.document, lost.document);
  EXPECT_EQ(Count("posted"), 2u);
}

TEST_F(Desk, BooksAreTheSameAfterARestart) {
  const auto first = Take(Confirmation("CNF-1", "95", "5", "FINAL"));
  Take(Consumption("GI-1", "L1", "20"));
  Take(Reversal("GI-1"));
  Open();
  EXPECT_EQ(Take(Confirmation("CNF-1", "95", "5", "FINAL")).document, first.document);
  EXPECT_EQ(Take(Confirmation("CNF-2", "1")).code, "SEGMENT_CLOSED");
  Take(Reversal("GI-1"));
  EXPECT_EQ(Count("reversed"), 1u);
  EXPECT_EQ(Take(Consumption("GI-2", "L1", "1")).document, "4900000004");
}

TEST_F(Desk, EveryVersionAndVerbIsPostedAndAnsweredInItsOwn) {
  for (const auto* version : {"V0401", "V0600", "V0701"}) {
    for (const auto verb : {VERB_CODE_PROCESS, VERB_CODE_SYNC}) {
      auto document = Confirmation(std::string(version) + std::to_string(verb), "1");
      document.mutable_verb()->set_code(verb);
      if (verb == VERB_CODE_SYNC) {
        document.mutable_verb()->clear_response_code();
        document.mutable_application_area()->mutable_sender()->mutable_confirmation_code()->set_value("Always");
        auto& expression = *document.mutable_verb()->add_criteria()->add_expression();
        expression.set_action_code("Add");
        expression.set_value("/");
      }
      auto& data = *SegmentOf(document).add_data();
      data.mutable_id()->set_value("SegmentRequirementID");
      data.add_value()->mutable_value()->set_value("LEI-0003-0010");
      data.mutable_value(0)->mutable_data_type()->set_value("Identifier");
      const auto written = b2mml::WriteDocument(document, *versions_.by_name(version));
      ASSERT_FALSE(written.xml.empty());
      const auto said = Take(b2mml::ParseDocument(written.xml, versions_, {})->document);
      EXPECT_EQ(said.action, "Accepted") << version << written.xml;
      EXPECT_EQ(said.document.empty(), verb == VERB_CODE_SYNC);
    }
  }
  facts_.closed = true;
  auto refused = Confirmation("CNF-9", "1");
  const auto written = b2mml::WriteDocument(refused, *versions_.by_name("V0401"));
  EXPECT_EQ(Take(b2mml::ParseDocument(written.xml, versions_, {})->document).code.substr(0, 7), "SEGMENT");
}

// Each defect against the faithful ERP.
TEST_F(Desk, DefectsDoWhatTheirNamesSay) {
  const auto with = [&](const char* mutant) {
    std::remove(file_.c_str());
    terms_.posting.mutant = mutant;
    Open();
  };
  facts_.quantity = ParseDecimal("500");
  terms_.posting.over = "10%";
  terms_.posting.blocked_lots = {"L9"};
  for (const bool defective : {false, true}) {
    with(defective ? "M26" : "none");
    EXPECT_EQ(Take(Confirmation("CNF-1", "545")).code, defective ? "OVER_DELIVERY" : "");
    with(defective ? "M25" : "none");
    Take(Confirmation("CNF-1", "95", "5", "FINAL"));
    EXPECT_EQ(Take(Confirmation("CNF-2", "1")).code, defective ? "" : "SEGMENT_CLOSED");
    with(defective ? "M50" : "none");
    EXPECT_EQ(Take(Consumption("GI-1", "L9", "1")).code, defective ? "" : "LOT_BLOCKED");
    with(defective ? "M55" : "none");
    EXPECT_EQ(Take(Consumption("GI-1", "L1", "1")).action, "Accepted");
    EXPECT_EQ(Count("consumed"), defective ? 0u : 1u);
    with(defective ? "M36" : "none");
    Take(Confirmation("CNF-1", "1"));
    const auto booked = sim::FieldOf(Lines().back(), "posting_date");
    EXPECT_EQ(booked == sim::FieldOf(Lines().back(), "end"), !defective) << booked;
    with(defective ? "M30" : "none");
    auto early = Confirmation("CNF-2", "3");
    SegmentOf(early).mutable_actual_end_time()->mutable_utc()->set_seconds(1'794'999'000);
    Take(Confirmation("CNF-1", "1"));
    Take(early);
    EXPECT_EQ(sim::FieldOf(Lines().back(), "good"), defective ? "0" : "3");
  }
}

}  // namespace
}  // namespace isa95::erp_sim
