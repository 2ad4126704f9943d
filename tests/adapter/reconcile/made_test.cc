// What an order's segments made: sums, yield, open quantity, and a difference for each sum that is not posted.
#include "tests/adapter/reconcile/reconciling.h"

namespace isa95::adapter {
namespace {

using namespace exchange::v1;
using namespace flow::v1;
using flows::AtStep;
using flows::Confirmation;
using flows::Final;
using flows::Good;
using flows::Output;
using flows::Reversal;
using flows::Story;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(Reconciliation, PartialsAndAFinal_AddUp_WhenPosted) {
  const auto order = Posted({Good("A", "200"), Good("B", "150.5"), Final("C", "149.25")});
  EXPECT_EQ(Made(SegmentIn(order, "S2")), "499.75/0/0 | 499.75/0/0");
  EXPECT_TRUE(SegmentIn(order, "S2").final);
  EXPECT_TRUE(SegmentIn(order, "S2").posted_final);
  EXPECT_FALSE(SegmentIn(order, "S1", "").final);
  EXPECT_EQ(FormatDecimal(order.open), "0.25");
  EXPECT_EQ(order.unit, "C62");
  EXPECT_THAT(Differences(order), IsEmpty());
}

TEST(Reconciliation, SentReport_IsNamed_WhileItIsNotSettled) {
  Story story;
  story.TellAll({Good("A", "90")});
  story.Post();
  story.TellAll({Good("B", "5")});
  EXPECT_THAT(Differences(Reconciled(story)),
              ElementsAre("good of segment S2: reported 95, posted 90 C62 < confirmation B: queued"));
  story.At("B").state = REPORT_STATE_SENT;
  EXPECT_THAT(Differences(Reconciled(story)),
              ElementsAre("good of segment S2: reported 95, posted 90 C62 < confirmation B: sent"));
  story.At("B").state = REPORT_STATE_POSTED;
  EXPECT_THAT(Differences(Reconciled(story)), IsEmpty());
}

TEST(Reconciliation, HeldReport_IsNamed_UntilTheEarlierOnesAreThere) {
  Story story;
  EXPECT_NE(story.Tell(Good("B", "5", 2)), "");
  ASSERT_EQ(story.At("B").state, REPORT_STATE_HELD);
  EXPECT_THAT(Differences(Reconciled(story)),
              ElementsAre(HasSubstr("good of segment S2: reported 5, posted 0 C62 < confirmation B: held")));
}

TEST(Reconciliation, GoodsMovement_IsNotPosted_WhileItIsPending) {
  Story story;
  story.TellAll({Good("A", "90")});
  story.At("A").state = REPORT_STATE_PENDING;
  story.At("A").reason_text = "Goods movement waits.";
  EXPECT_THAT(
      Differences(Reconciled(story)),
      ElementsAre("good of segment S2: reported 90, posted 0 C62 < confirmation A: pending, Goods movement waits."));
}

TEST(Reconciliation, ParkedReport_IsNamedWithReasonAndOwner) {
  Story story;
  ASSERT_EQ(story.Tell(Good("A", "551")), "OVER_DELIVERY");
  const auto order = Reconciled(story);
  ASSERT_EQ(order.differences.size(), 1u);
  EXPECT_EQ(order.differences[0].what, "good of segment S2: reported 551, posted 0 C62");
  const auto& parked = story.At("A");
  EXPECT_THAT(order.differences[0].because, ElementsAre(Cat("confirmation A: parked, OVER_DELIVERY ",
                                                            parked.reason_text, "; production planning acts")));
}

TEST(Reconciliation, ParkedReport_IsNamed_WhenItChangesNoSum) {
  Story story;
  story.TellAll({Final("A", "500")});
  story.Post();
  ASSERT_EQ(story.Tell(Confirmation("B")), "SEGMENT_FINISHED");  // times only
  EXPECT_THAT(Differences(Reconciled(story)), ElementsAre(HasSubstr(" < confirmation B: parked, SEGMENT_FINISHED")));
}

TEST(Reconciliation, CorrectionToTheSameQuantity_IsNamed_WhileItIsUnderWay) {
  Story story;
  story.TellAll({Good("A", "5")});
  story.Post();
  story.TellAll({Reversal("R", "A"), Good("B", "5")});
  const auto order = Reconciled(story);
  EXPECT_EQ(Made(SegmentIn(order, "S2")), "5/0/0 | 5/0/0");
  ASSERT_EQ(order.differences.size(), 1u);
  EXPECT_THAT(order.differences[0].because, ElementsAre("reversal R of A: queued", "confirmation B: queued"));
}

TEST(Reconciliation, FinalConfirmation_IsNamed_WhenOnlyItsEndIsNotPosted) {
  Story story;
  story.TellAll({Final("A", "0")});
  EXPECT_THAT(Differences(Reconciled(story)),
              ElementsAre("end of segment S2: reported final, posted not final < confirmation A: queued"));
}

TEST(Reconciliation, ScrapOfOneSegment_IsNamed_WhenPostedAsGood) {
  Story story;
  story.TellAll({AtStep(Good("A", "95"), "S1", ""), AtStep(Good("B", "5"), "S1", "")});
  story.Post();
  story.TellAll({Reversal("R", "B"), AtStep(Output(Confirmation("C"), OUTPUT_KIND_CODE_SCRAP, "5"), "S1", "")});
  EXPECT_THAT(Differences(Reconciled(story)),
              ElementsAre("good of segment S1: reported 95, posted 100 C62 < reversal R of B: queued",
                          "scrap of segment S1: reported 5, posted 0 C62 < confirmation C: queued"));
}

TEST(Reconciliation, ScrapAndRework_AreSumsOfTheirOwn) {
  auto report = Output(Output(Good("A", "90"), OUTPUT_KIND_CODE_SCRAP, "7"), OUTPUT_KIND_CODE_REWORK, "2");
  const auto order = Posted({report, Output(Confirmation("B"), OUTPUT_KIND_CODE_SCRAP, "1")});
  EXPECT_EQ(Made(SegmentIn(order, "S2")), "90/8/2 | 90/8/2");
  EXPECT_EQ(FormatDecimal(order.open), "410");
  Story story;
  story.TellAll({Output(Confirmation("C"), OUTPUT_KIND_CODE_REWORK, "2")});
  EXPECT_THAT(Differences(Reconciled(story)), ElementsAre(HasSubstr("rework of segment S2: reported 2, posted 0 C62")));
}

TEST(Reconciliation, CoAndByProduct_AreNoYield_AndNamedWhenNotPosted) {
  Story story;
  auto report = Output(Good("A", "90"), OUTPUT_KIND_CODE_CO_PRODUCT, "40");
  report = Output(report, OUTPUT_KIND_CODE_BY_PRODUCT, "0.5", "KGM");
  for (int i : {1, 2})
    report.mutable_confirmation()->mutable_output(i)->mutable_material_definition_id()->set_value(Cat("CP-", i));
  story.TellAll({report});
  const auto order = Reconciled(story);
  EXPECT_EQ(Made(SegmentIn(order, "S2")), "90/0/0 | 0/0/0");
  EXPECT_EQ(FormatDecimal(order.open), "410");
  EXPECT_THAT(Differences(order), ElementsAre(HasSubstr("good of segment S2: reported 90, posted 0 C62"),
                                              HasSubstr("co-product of segment S2: reported 40, posted 0 C62"),
                                              HasSubstr("by-product of segment S2: reported 0.5, posted 0 KGM")));
}

TEST(Reconciliation, OutputOfAnotherLot_IsNamed_WhenTheSumsAreEqual) {
  Story story;
  story.TellAll({Output(Confirmation("A"), OUTPUT_KIND_CODE_GOOD, "5", "C62", "L1")});
  story.Post();
  story.TellAll({Reversal("R", "A"), Output(Confirmation("B"), OUTPUT_KIND_CODE_GOOD, "5", "C62", "L2")});
  EXPECT_THAT(Differences(Reconciled(story)),
              ElementsAre("good of segment S2, material  lot L1: reported 0, posted 5 C62 < reversal R of A: queued",
                          "good of segment S2, material  lot L2: reported 5, posted 0 C62 < confirmation B: queued"));
}

TEST(Reconciliation, Yield_IsOfTheDeliveringSegment_NotTheSum) {
  const auto order = Posted({AtStep(Good("A", "480"), "S1", ""), Good("B", "450"), AtStep(Good("C", "7"), "S2A", "")});
  EXPECT_EQ(FormatDecimal(order.ordered), "500");
  EXPECT_EQ(FormatDecimal(order.open), "50");
  EXPECT_EQ(FormatDecimal(order.over), "0");
  EXPECT_TRUE(SegmentIn(order, "S2").delivers);
  EXPECT_FALSE(SegmentIn(order, "S1").delivers);
  EXPECT_EQ(FormatDecimal(SegmentIn(order, "S2").planned), "500");
  EXPECT_EQ(FormatDecimal(SegmentIn(order, "S1").planned), "0");
}

TEST(Reconciliation, Yield_IsOfTheLastSegmentThatProduces) {
  Story story;
  auto& plan = *story.past.order[0].envelope.mutable_production_order();
  flows::AddLine(*plan.mutable_segment(0), "P0", MATERIAL_USE_CODE_PRODUCED, "MIX", "505", "C62");
  story.TellAll({AtStep(Good("A", "505"), "S1", ""), Good("B", "450")});
  story.Post();
  const auto order = Reconciled(story);
  EXPECT_EQ(FormatDecimal(order.ordered), "500");
  EXPECT_EQ(FormatDecimal(order.open), "50");
}

TEST(Reconciliation, OverDelivery_IsToldBesideAnOpenQuantityOfNone) {
  const auto order = Posted({Good("A", "500"), Final("B", "0.01")});
  EXPECT_EQ(FormatDecimal(order.open), "0");
  EXPECT_EQ(FormatDecimal(order.over), "0.01");
  EXPECT_THAT(Differences(order), IsEmpty());
}

TEST(Reconciliation, SeveralUnits_AreNeverAdded) {
  auto report = AtStep(Output(Good("A", "90"), OUTPUT_KIND_CODE_GOOD, "12.5", "KGM"), "S1", "");
  const auto order = Posted({report, AtStep(Good("B", "10"), "S1", "")});
  EXPECT_EQ(Made(SegmentIn(order, "S1", "C62")), "100/0/0 | 100/0/0");
  EXPECT_EQ(Made(SegmentIn(order, "S1", "KGM")), "12.5/0/0 | 12.5/0/0");
}

TEST(Reconciliation, OrderWithoutAUnit_TakesTheOneThatIsReported) {
  Story story;
  auto& plan = *story.past.order[0].envelope.mutable_production_order();
  plan.mutable_segment(1)->mutable_material(0)->mutable_quantity(0)->clear_unit();
  plan.mutable_segment(0)->mutable_material(0)->mutable_quantity(0)->clear_unit();
  story.TellAll({Good("A", "250"), flows::Used("B", "50")});
  story.Post();
  const auto order = Reconciled(story);
  EXPECT_EQ(FormatDecimal(order.open), "250");
  EXPECT_EQ(FormatDecimal(SegmentIn(order, "S2").planned), "500");
  EXPECT_EQ(FormatDecimal(ComponentIn(order, "RM-100").expected), "50");
}

}  // namespace
}  // namespace isa95::adapter
