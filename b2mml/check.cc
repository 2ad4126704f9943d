#include "b2mml/check.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <set>

#include "b2mml/check_report.h"
#include "grpc/model/instant.h"
#include "grpc/model/text.h"

namespace isa95::b2mml {
namespace {

using flow::v1::Identifier;
using flow::v1::Instant;

constexpr std::array<std::string_view, 7> kActions = {"Add",      "Change",   "Delete",  "Replaced",
                                                      "Accepted", "Modified", "Rejected"};

}  // namespace

// What concerns the document as a whole, and what holds for every leaf of a kind; orders are CheckOrder's.
class DocumentCheck::Impl {
 public:
  Impl(Parsed& parsed, const Version& version, const contract::v1::Erp& erp)
      : parsed_(parsed), report_(parsed, erp.dialect()), version_(version), document_(parsed.document) {
    const auto& own = erp.b2mml().release_id();
    release_id_ = own.empty() ? version.table().release_id() : own;
  }

  void OrderEnded(const flow::v1::ProductionOrder& order) {
    CheckLeafs();  // first: the windows of the order compare instants
    CheckOrder(report_, order);
    if (order.id().value().empty() || orders_.insert({order.id().value(), order.version().value()}).second) return;
    report_.Bad("DUPLICATE_ORDER_ID", order.id(), Cat("Order ", order.id().value(), " is in this document twice."),
                "Send each order version once.");
  }

  Findings Finish() {
    CheckLeafs();
    CheckHeader();
    CheckActions();
    CheckPerformances(report_, document_);
    CheckQuality(report_, document_);
    for (const auto& schedule : document_.schedule()) CheckSchedule(schedule);
    return report_.Finish();
  }

 private:
  void CheckHeader() {
    if (document_.noun() != flow::v1::NOUN_CODE_BOD) CheckReleaseId();  // which has no such attribute
    const auto& area = document_.application_area();
    if (area.bod_id().value().empty()) {
      report_.Tolerance("missing_bod_id", area, "The ApplicationArea has no BODID.",
                        "Send a BODID, new for each message.");
    }
    if (area.sender().logical_id().value().empty()) {
      report_.Tolerance("missing_sender", area, "The ApplicationArea has no Sender/LogicalID.",
                        "Send the sender's LogicalID.");
    }
    if (document_.noun() == flow::v1::NOUN_CODE_SCHEDULE && document_.verb().code() == flow::v1::VERB_CODE_SYNC) {
      report_.Tolerance("sync_releases_order", document_.verb(),
                        "The order is released by Sync, which says that the sender only publishes.",
                        "Release orders with Process.");
    }
  }

  void CheckActions() {
    for (const auto& criteria : document_.verb().criteria()) {
      for (const auto& expression : criteria.expression()) {
        if (std::find(kActions.begin(), kActions.end(), expression.action_code()) != kActions.end()) continue;
        report_.Bad("ACTION_CODE_UNKNOWN", expression, Cat("'", expression.action_code(), "' is no action code."),
                    "Use Add, Change, Delete, Replaced, Accepted, Modified or Rejected.");
      }
    }
  }

  void CheckReleaseId() {
    const auto& given = document_.release_id();
    const bool agreed_by_table = release_id_ == version_.table().release_id();
    if (given == release_id_ || (agreed_by_table && given == Cat("B2MML-", version_.name()))) return;
    report_.Tolerance("empty_release_id", document_,
                      Cat("releaseID is '", given, "' where '", release_id_, "' is agreed."),
                      Cat("Send releaseID=\"", release_id_, "\"."));
  }

  void CheckSchedule(const flow::v1::Schedule& schedule) {
    if (report_.Releases() && schedule.id().value().empty()) {
      report_.Tolerance("missing_schedule_id", schedule, "The schedule has no ID.",
                        "Send OperationsSchedule/ID or ProductionSchedule/ID.");
    }
    CheckWindow(report_, schedule.start_time(), schedule.end_time());
  }

  void ResolveTime(Instant& instant) {
    if (!instant.has_utc() || instant.has_offset_minutes()) return;
    const auto& zone = report_.dialect().zoneless_times();
    if (zone.empty()) {
      return report_.Bad("TIME_WITHOUT_OFFSET", instant, "The time has no offset, so nobody knows which instant it is.",
                         "Send it with Z or an offset such as +01:00.");
    }
    auto zoned = AssumeZone(instant, zone);
    if (!zoned.ok())
      return report_.Bad("TIME_WITHOUT_OFFSET", instant, Words(zoned.status()), "Correct the zone in the contract.");
    if (zoned->shown != Shown::kOnce) {
      const auto words = Cat("'", FormatInstant(instant), "': ", ShownInWords(zoned->shown, zone), ".");
      constexpr std::string_view kMend = "Send this time with its offset.";
      // A plan may be an hour off and is better than none; what has happened has happened at one of the two.
      if (document_.noun() != flow::v1::NOUN_CODE_SCHEDULE)
        return report_.Bad("TIME_AMBIGUOUS", instant, words, kMend);
      report_.Flag("TIME_AMBIGUOUS", instant,
                   Cat(words, " It was taken as ", FormatInstant(zoned->instant), "."), kMend);
    }
    report_.Allowed("zoneless_times", instant, Cat("The time has no offset; it was read in ", zone, "."));
    instant = std::move(zoned->instant);
  }

  // What holds wherever a leaf of its kind stands, of those read since the last time. Of times an offset is demanded,
  // or the sender's zone declared.
  void CheckLeafs() {
    for (; looked_at_ < parsed_.suspects.size(); ++looked_at_) {
      const auto& step = parsed_.steps[parsed_.suspects[looked_at_]];
      const auto content = step.row->content;
      if (content == Content::kIdentifier) CheckIdentifier(static_cast<const Identifier&>(*step.message));
      if (content == Content::kInstant) ResolveTime(static_cast<Instant&>(*step.message));
      if (content == Content::kCoded) CheckOther("Other", *step.message);
      if (content == Content::kCode) CheckCode(step);
    }
  }

  void CheckCode(const SourceStep& step) {
    const auto& code = static_cast<const flow::v1::Code&>(*step.message);
    // In a list of the site's own "Other" is a word like any other: nothing more can be said beside it.
    if (step.row->leaf->Find("OtherValue") != nullptr) CheckOther(code.value(), code);
    const auto& above = *parsed_.steps[step.parent].message;
    const bool in_value = above.GetDescriptor() == flow::v1::Value::descriptor();
    if (in_value && &static_cast<const flow::v1::Value&>(above).unit() == &code) CheckUnit(report_, code, false);
  }

  void CheckIdentifier(const Identifier& id) {
    if (Trim(id.value()) == id.value()) return;
    report_.Bad("BLANKS_AROUND_ID", id, Cat("The id '", id.value(), "' has blanks around it."),
                "Send the id without blanks.");
  }

  void CheckOther(const std::string& value, const ProtoMessage& at) {
    if (value != "Other" || !TextOf(at, "other_value").empty()) return;
    report_.Bad("OTHER_WITHOUT_VALUE", at, "'Other' is sent without saying what is meant.",
                "Send the meaning in the OtherValue attribute.");
  }

  Parsed& parsed_;
  CheckReport report_;
  const Version& version_;
  std::string release_id_;  // the agreed one
  flow::v1::Document& document_;
  size_t looked_at_ = 0;                                            // of the suspects
  std::set<std::pair<std::string_view, std::string_view>> orders_;  // id and version
};

DocumentCheck::DocumentCheck(Parsed& parsed, const Version& version, const contract::v1::Erp& erp)
    : impl_(std::make_unique<Impl>(parsed, version, erp)) {}
DocumentCheck::~DocumentCheck() = default;
void DocumentCheck::OrderEnded(const flow::v1::ProductionOrder& order) { impl_->OrderEnded(order); }
Findings DocumentCheck::Finish() { return impl_->Finish(); }

namespace {

// One step of a path: "ProductionRequest[3]" is {ProductionRequest, 3}.
struct Step {
  std::string_view name;
  int position = 1;
};

Step StepOf(std::string_view text) {
  const auto bracket = text.find('[');
  Step step{text.substr(0, bracket)};
  if (bracket != std::string_view::npos)
    std::from_chars(text.data() + bracket + 1, text.data() + text.size(), step.position);
  return step;
}

const auto& InnerOf(const flow::v1::Schedule& schedule) { return schedule.order(); }
const auto& InnerOf(const flow::v1::Performance& performance) { return performance.response(); }
const auto& InnerOf(const flow::v1::OperationsTestInformation& information) { return information.test_result(); }
const auto& InnerOf(const flow::v1::OperationsEventInformation& information) { return information.event(); }
// Nouns that stand alone are the only one of their list.
template <typename Inner>
const auto& InnerOf(const google::protobuf::RepeatedPtrField<Inner>* alone) {
  return *alone;
}

template <typename Outers>
std::string FirstInnerPath(const Parsed& parsed, const Outers& outers) {
  for (const auto& outer : outers) {
    for (const auto& inner : InnerOf(outer)) {
      if (parsed.WasRead(inner)) return parsed.PathOf(inner);
    }
  }
  return {};
}

// Of the orders of schedules, the responses of performances and the like: which one the finding's path lies in;
// {-1, -1} = none. All stand equally deep, so the positions in the path say which one it is: a search through them for
// each finding would make a large, faulty document cost its square.
template <typename Outers>
std::pair<int, int> PlaceOf(const Parsed& parsed, const Finding& finding, const Outers& outers) {
  constexpr std::pair kNowhere(-1, -1);
  const auto sample = FirstInnerPath(parsed, outers);
  if (sample.empty()) return kNowhere;
  const auto model = Split(sample, '/'), steps = Split(finding.path(), '/');
  const size_t depth = model.size();
  if (depth < 3 || steps.size() < depth || StepOf(steps[depth - 1]).name != StepOf(model[depth - 1]).name)
    return kNowhere;
  const int o = StepOf(steps[depth - 2]).position - 1, i = StepOf(steps[depth - 1]).position - 1;
  if (o < 0 || o >= static_cast<int>(outers.size()) || i < 0 || i >= InnerOf(outers[o]).size()) return kNowhere;
  const auto path = parsed.PathOf(InnerOf(outers[o])[i]);
  const auto& found = finding.path();
  const bool inside =
      !path.empty() && found.starts_with(path) && (found.size() == path.size() || found[path.size()] == '/');
  return inside ? std::pair(o, i) : kNowhere;
}

}  // namespace

OrderIndex OrderOf(const Parsed& parsed, const Finding& finding) {
  const auto [schedule, order] = PlaceOf(parsed, finding, parsed.document.schedule());
  return {schedule, order};
}

ResponseIndex ResponseOf(const Parsed& parsed, const Finding& finding) {
  const auto [performance, response] = PlaceOf(parsed, finding, parsed.document.performance());
  return {performance, response};
}

QualityIndex QualityOf(const Parsed& parsed, const Finding& finding) {
  const auto& document = parsed.document;
  const auto in = [&](const auto& outers) {
    const auto [information, item] = PlaceOf(parsed, finding, outers);
    return QualityIndex{information, item};
  };
  switch (document.noun()) {
    case flow::v1::NOUN_CODE_MATERIAL_LOT:
      return in(std::array{&document.material_lot()});
    case flow::v1::NOUN_CODE_TEST_RESULT:
      return in(std::array{&document.test_result()});
    case flow::v1::NOUN_CODE_OPERATIONS_EVENT:
      return in(std::array{&document.operations_event()});
    case flow::v1::NOUN_CODE_OPERATIONS_TEST_INFORMATION:
      return in(document.operations_test_information());
    case flow::v1::NOUN_CODE_OPERATIONS_EVENT_INFORMATION:
      return in(document.operations_event_information());
    default:
      return {};
  }
}

}  // namespace isa95::b2mml
