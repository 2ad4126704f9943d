// A test result: whether it says all it has to, whether its verdict follows from value and limits, and what it repeats.
// Values are compared as they were written, never rounded.
#include "adapter/flows/fact_rules.h"
#include "adapter/flows/relevance.h"
#include "adapter/flows/report_book.h"
#include "grpc/model/text.h"

namespace isa95::flows {
namespace {

using flow::v1::QualityTestResult;

// One end of the range that passes; `value` null = there is none.
struct Bound {
  std::optional<ExactDecimal> value;
  bool exclusive = false;
};

std::string WordsOf(const Bound& bound) {
  return Cat(FormatDecimal(*bound.value), bound.exclusive ? " (exclusive)" : " (inclusive)");
}

class ResultChecker {
 public:
  ResultChecker(const QualityTestResult& result, const Checking& checking)
      : result_(result), checking_(checking), verdict_(checking.verdict) {}

  void Check() {
    CheckNames();
    DemandTime(result_.has_measured_at(), result_.measured_at(), kPath + ".measured_at", checking_);
    const auto value = Number(result_.value().value(), kPath + ".value");
    const auto* characteristic = CharacteristicOf(result_, checking_.contract);
    CheckUnit(characteristic);
    Bound low{}, high{};
    const bool known = TakeLimits(characteristic, low, high);
    if (result_.verdict() == flow::v1::VERDICT_CODE_UNSPECIFIED) {
      verdict_.Park("MISSING_VERDICT", kPath + ".verdict", "The report does not say whether the test was passed.",
                    "Report it anew as passed or failed.");
    } else if (known && value) {
      CheckVerdict(*value, low, high);
    }
  }

 private:
  void CheckNames() {
    DemandId(result_.id(), kPath + ".id", "MISSING_REPORT_ID", "id", verdict_);
    if (result_.material_lot_id().value().empty() && result_.order_id().value().empty()) {
      verdict_.Park("MISSING_LOT_OR_ORDER", kPath, "The test result names neither lot nor order.",
                    "Report it anew with the lot that was tested, or the order that made it.");
    }
    DemandId(result_.sample_id(), kPath + ".sample_id", "MISSING_SAMPLE", "sample", verdict_);
    DemandId(result_.test_specification_id(), kPath + ".test_specification_id", "MISSING_SPECIFICATION",
             "test specification", verdict_);
    DemandId(result_.property_id(), kPath + ".property_id", "MISSING_PROPERTY", "property", verdict_);
    if (!result_.id().value().empty() && result_.retest_of().value() == result_.id().value()) {
      verdict_.ParkForVendor("RETEST_OF_ITSELF", kPath + ".retest_of", "The result says that it tests itself again.",
                             "Send the id of the earlier result.");
    }
    CheckBlanks(result_, kPath, verdict_);
  }

  std::optional<ExactDecimal> Number(const flow::v1::Decimal& decimal, const std::string& path) {
    const auto number = decimal.nil() ? std::nullopt : ParseDecimal(decimal.value());
    if (!number) {
      verdict_.ParkForVendor("NOT_A_DECIMAL", path + ".value",
                             Cat("'", decimal.value(), "' is not a number as it has to be written."),
                             "Send digits with a point, such as 104.5: no comma, no exponent, no unit.");
    }
    return number;
  }

  void CheckUnit(const contract::v1::Characteristic* characteristic) {
    const auto& unit = result_.value().unit().value();
    if (unit.empty()) {
      verdict_.Park("MISSING_UNIT", kPath + ".value.unit", "The value has no unit.",
                    "Report it anew with its unit, a UN/ECE Rec 20 code.");
    }
    if (characteristic == nullptr) return;
    if (!unit.empty() && unit != characteristic->unit()) {
      verdict_.Park("TEST_UNIT_DIFFERS", kPath + ".value.unit",
                    Cat("The value is in ", unit, ", ", characteristic->id(), " is agreed in ", characteristic->unit(),
                        ". Nothing is converted here."),
                    Cat("Report it anew in ", characteristic->unit(), "."));
    }
    const auto& specification = result_.test_specification_id().value();
    if (specification.empty() || specification == characteristic->specification()) return;
    verdict_.Park("SPECIFICATION_DIFFERS", kPath + ".test_specification_id",
                  Cat("The test is said to be by ", specification, ", but ", characteristic->id(), " is agreed by ",
                      characteristic->specification(), "."),
                  "Report it anew by the agreed specification, or have the contract changed.");
  }

  // The report's limit, which must not be another than the contract's; false = what the limit is cannot be told.
  bool TakeLimit(bool given, const flow::v1::Limit& limit, const std::string& agreed, bool agreed_exclusive,
                 const std::string& path, Bound& bound) {
    const Bound contracts{agreed.empty() ? std::nullopt : ParseDecimal(agreed), agreed_exclusive};
    bound = contracts;
    if (!given) return true;
    const Bound own{Number(limit.value(), path + ".value"), limit.exclusive()};
    if (!own.value) return false;
    bound = own;
    const bool same =
        !contracts.value || (Compare(*own.value, *contracts.value) == 0 && own.exclusive == contracts.exclusive);
    if (same) return true;
    verdict_.Park("LIMIT_DIFFERS", path,
                  Cat("The limit is said to be ", WordsOf(own), "; agreed is ", WordsOf(contracts), "."),
                  "Report it anew with the agreed limit, or have the contract changed.");
    return false;
  }

  bool TakeLimits(const contract::v1::Characteristic* agreed, Bound& low, Bound& high) {
    static const contract::v1::Characteristic kNothing;
    const auto& terms = agreed == nullptr ? kNothing : *agreed;
    const bool low_known =
        TakeLimit(result_.has_low(), result_.low(), terms.low(), terms.low_exclusive(), kPath + ".low", low);
    const bool high_known =
        TakeLimit(result_.has_high(), result_.high(), terms.high(), terms.high_exclusive(), kPath + ".high", high);
    if (!low_known || !high_known) return false;
    if (!low.value && !high.value) {
      verdict_.Park("MISSING_LIMIT", kPath, "Neither the report nor the contract says what passes.",
                    "Report it anew with its limits, or have the contract name them.");
      return false;
    }
    if (!low.value || !high.value) return true;
    const int order = Compare(*low.value, *high.value);
    if (order < 0 || (order == 0 && !low.exclusive && !high.exclusive)) return true;
    verdict_.Park("LIMITS_CONTRADICT", kPath, Cat("Nothing can lie from ", WordsOf(low), " to ", WordsOf(high), "."),
                  "Report it anew with the right limits.");
    return false;
  }

  void CheckVerdict(const ExactDecimal& value, const Bound& low, const Bound& high) {
    const int over_low = low.value ? Compare(value, *low.value) : 1;
    const int under_high = high.value ? Compare(*high.value, value) : 1;
    const bool passes =
        (over_low > 0 || (over_low == 0 && !low.exclusive)) && (under_high > 0 || (under_high == 0 && !high.exclusive));
    if (passes == (result_.verdict() == flow::v1::VERDICT_CODE_PASS)) return;
    std::string range;
    if (low.value) range += Cat(" from ", WordsOf(low));
    if (high.value) range += Cat(" to ", WordsOf(high));
    verdict_.Park("VERDICT_WRONG", kPath + ".verdict",
                  Cat("The test is reported as ", passes ? "failed" : "passed", ", but ", FormatDecimal(value),
                      passes ? " lies within" : " does not lie within", " what passes:", range, "."),
                  "Look at value, limits and verdict; report the right ones under a new id.");
  }

  const std::string kPath = "test_result";
  const QualityTestResult& result_;
  const Checking& checking_;
  Verdict& verdict_;
};

void JudgeRepeat(const QualityTestResult& result, const Judging& judging) {
  for (const auto* other : judging.book.facts().ResultsOf(result)) {
    const auto& its = other->envelope.quality_test_result();
    const bool earlier = IsInPlay(*other) && IsBefore(PositionOf(other->envelope), judging.at);
    if (!earlier || its.retest_of().value() == result.id().value()) continue;
    return judging.verdict.Flag("UNDECLARED_RETEST", "test_result.retest_of",
                                Cat("Sample ", result.sample_id().value(), " has a result of ",
                                    result.property_id().value(), " already, ", its.id().value(), "; both are kept."),
                                "Look which one counts; name the earlier one in retest_of.");
  }
}

}  // namespace

void CheckTestResult(const QualityTestResult& result, const Checking& checking) {
  ResultChecker(result, checking).Check();
}

void JudgeTestResult(const QualityTestResult& result, const Judging& judging) {
  JudgeLot(result.material_lot_id(), "test_result.material_lot_id", judging);
  const auto& first = result.retest_of().value();
  if (first.empty()) return JudgeRepeat(result, judging);
  const auto* known = judging.book.facts().Result(judging.at.sender, first);
  if (known == nullptr) {
    return judging.verdict.Park("RETEST_OF_NOTHING", "test_result.retest_of",
                                Cat("No result ", first, " of the same lot or order is known."),
                                "Report it anew with the id of the result that it tests again.");
  }
  const auto& tested = known->envelope.quality_test_result();
  if (tested.property_id().value() == result.property_id().value()) return;
  judging.verdict.Park("RETEST_OF_OTHER", "test_result.retest_of",
                       Cat("Result ", first, " is of ", tested.property_id().value(), ", this one of ",
                           result.property_id().value(), "."),
                       "Report it anew with the id of the result that it tests again.");
}

}  // namespace isa95::flows
