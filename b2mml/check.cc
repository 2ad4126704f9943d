#include "b2mml/check.h"

#include <algorithm>
#include <set>

#include "b2mml/fields.h"
#include "b2mml/rec20.h"
#include "grpc/model/decimal.h"
#include "grpc/model/instant.h"
#include "grpc/model/text.h"

namespace isa95::b2mml {
namespace {

using contract::v1::Dialect;
using flow::v1::Identifier;
using flow::v1::Instant;

std::string Upper(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return out;
}

bool Before(const Instant& left, const Instant& right) {
  return std::pair(left.utc().seconds(), left.utc().nanos()) < std::pair(right.utc().seconds(), right.utc().nanos());
}

class Checker {
 public:
  Checker(Parsed& parsed, const Version& version, const Dialect& dialect)
      : parsed_(parsed), version_(version), dialect_(dialect), document_(parsed.document) {}

  void Run() {
    ResolveTimes(document_);
    CheckHeader();
    CheckLeafs(document_);
    std::set<std::pair<std::string, std::string>> keys;
    for (auto& schedule : *document_.mutable_schedule()) {
      if (Releases() && schedule.id().value().empty()) {
        Tolerance("missing_schedule_id", schedule, "The schedule has no ID.",
                  "Send OperationsSchedule/ID or ProductionSchedule/ID.");
      }
      CheckWindow(schedule.start_time(), schedule.end_time(), schedule.has_start_time() && schedule.has_end_time());
      for (auto& order : *schedule.mutable_order()) {
        CheckOrder(order);
        if (!keys.insert({order.id().value(), order.version().value()}).second) {
          Bad("DUPLICATE_ORDER_ID", order.id(), Cat("Order ", order.id().value(), " is in this document twice."),
              "Send each order version once.");
        }
      }
    }
  }

 private:
  bool Releases() const {
    return document_.verb().code() == flow::v1::VERB_CODE_PROCESS ||
           document_.verb().code() == flow::v1::VERB_CODE_SYNC;
  }

  // The nearest known position: the message's own, else the one remembered for where we are.
  SourcePosition Where(const ProtoMessage& message) const {
    const auto found = parsed_.positions.find(&message);
    return found == parsed_.positions.end() ? SourcePosition{} : found->second;
  }
  void Bad(std::string_view code, const ProtoMessage& at, std::string_view words, std::string_view mend) {
    const auto where = Where(at);
    parsed_.findings.push_back(Error(code, where.path, where.line, words, mend));
  }
  // A deviation that the contract can allow by name.
  void Tolerance(const std::string& name, const ProtoMessage& at, std::string_view words, std::string_view mend) {
    const auto where = Where(at);
    const auto* field = Dialect::descriptor()->FindFieldByName(name);
    if (dialect_.GetReflection()->GetBool(dialect_, field)) {
      parsed_.findings.push_back(Warning(Upper(name), where.path, where.line,
                                         Cat(words, " Allowed by the contract: dialect ", name, "."),
                                         "Nothing now; strict senders need no tolerance."));
    } else {
      parsed_.findings.push_back(Error(Upper(name), where.path, where.line, words,
                                       Cat(mend, " Or allow ", name, " in the contract's dialect.")));
    }
  }

  void CheckHeader() {
    if (document_.noun() == flow::v1::NOUN_CODE_SCHEDULE) CheckReleaseId();
    const auto& area = document_.application_area();
    if (area.bod_id().value().empty())
      Tolerance("missing_bod_id", area, "The ApplicationArea has no BODID.", "Send a BODID, new for each message.");
    if (area.sender().logical_id().value().empty())
      Tolerance("missing_sender", area, "The ApplicationArea has no Sender/LogicalID.", "Send the sender's LogicalID.");
    if (Releases() && document_.verb().code() == flow::v1::VERB_CODE_SYNC) {
      Tolerance("sync_releases_order", document_.verb(),
                "The order is released by Sync, which says that the sender only publishes.",
                "Release orders with Process.");
    }
    static const std::set<std::string> kActions = {"Add",      "Change",   "Delete",  "Replaced",
                                                   "Accepted", "Modified", "Rejected"};
    for (const auto& criteria : document_.verb().criteria()) {
      for (const auto& expression : criteria.expression()) {
        if (kActions.contains(expression.action_code())) continue;
        Bad("ACTION_CODE_UNKNOWN", expression, Cat("'", expression.action_code(), "' is no action code."),
            "Use Add, Change, Delete, Replaced, Accepted, Modified or Rejected.");
      }
    }
  }

  void CheckReleaseId() {
    const auto& given = document_.release_id();
    if (given == version_.table().release_id() || given == Cat("B2MML-", version_.name())) return;
    Tolerance("empty_release_id", document_,
              Cat("releaseID is '", given, "' where '", version_.table().release_id(), "' is agreed."),
              Cat("Send releaseID=\"", version_.table().release_id(), "\"."));
  }

  // Every time in the document: an offset is demanded, or the sender's zone declared.
  void ResolveTimes(ProtoMessage& message) {
    if (message.GetDescriptor() == Instant::descriptor()) return ResolveTime(static_cast<Instant&>(message));
    std::vector<const ProtoField*> fields;
    message.GetReflection()->ListFields(message, &fields);
    for (const auto* field : fields) {
      if (field->cpp_type() != ProtoField::CPPTYPE_MESSAGE) continue;
      const int count = CountOf(message, *field);
      for (int i = 0; i < count; ++i) {
        ResolveTimes(field->is_repeated() ? *message.GetReflection()->MutableRepeatedMessage(&message, field, i)
                                          : *message.GetReflection()->MutableMessage(&message, field));
      }
    }
  }

  void ResolveTime(Instant& instant) {
    if (!instant.has_utc() || instant.has_offset_minutes()) return;
    if (dialect_.zoneless_times().empty()) {
      return Bad("TIME_WITHOUT_OFFSET", instant, "The time has no offset, so nobody knows which instant it is.",
                 "Send it with Z or an offset such as +01:00.");
    }
    auto resolved = AssumeZone(instant, dialect_.zoneless_times());
    if (!resolved.ok()) {
      return Bad("TIME_AMBIGUOUS", instant, Words(resolved.status()), "Send this time with its offset.");
    }
    const auto where = Where(instant);
    parsed_.findings.push_back(Warning("ZONELESS_TIMES", where.path, where.line,
                                       Cat("The time has no offset; it was read in ", dialect_.zoneless_times(),
                                           ". Allowed by the contract: dialect zoneless_times."),
                                       "Nothing now; strict senders need no tolerance."));
    instant = *std::move(resolved);
  }

  // What holds for every leaf of a kind, wherever it stands.
  void CheckLeafs(const ProtoMessage& message) {
    const auto* type = message.GetDescriptor();
    if (type == Identifier::descriptor()) return CheckIdentifier(static_cast<const Identifier&>(message));
    if (type == flow::v1::Value::descriptor()) CheckUnit(static_cast<const flow::v1::Value&>(message).unit(), false);
    if (type == flow::v1::Code::descriptor()) CheckOther(static_cast<const flow::v1::Code&>(message).value(), message);
    if (IsCoded(message) && message.GetDescriptor() != flow::v1::Verb::descriptor()) {
      CheckOther(CodeName(message) == CodeByShortName(message, "other") ? "Other" : "", message);
    }
    std::vector<const ProtoField*> fields;
    message.GetReflection()->ListFields(message, &fields);
    for (const auto* field : fields) {
      if (field->cpp_type() != ProtoField::CPPTYPE_MESSAGE) continue;
      for (int i = 0; i < CountOf(message, *field); ++i) CheckLeafs(At(message, *field, i));
    }
  }

  void CheckIdentifier(const Identifier& id) {
    if (Trim(id.value()) != id.value()) {
      Bad("BLANKS_AROUND_ID", id, Cat("The id '", id.value(), "' has blanks around it."),
          "Send the id without blanks.");
    }
  }

  void CheckOther(const std::string& value, const ProtoMessage& at) {
    if (value == "Other" && TextOf(at, "other_value").empty()) {
      Bad("OTHER_WITHOUT_VALUE", at, "'Other' is sent without saying what is meant.",
          "Send the meaning in the OtherValue attribute.");
    }
  }

  void CheckWindow(const Instant& start, const Instant& end, bool both) {
    if (!both || !start.has_utc() || !end.has_utc() || !Before(end, start)) return;
    Bad("END_BEFORE_START", end, "The end lies before the start.", "Send an end that is not before the start.");
  }

  void CheckOrder(flow::v1::ProductionOrder& order) {
    if (order.id().value().empty())
      Bad("MISSING_ORDER_ID", order, "The order has no ID.", "Send the order number as the request's ID.");
    CheckWindow(order.start_time(), order.end_time(), order.has_start_time() && order.has_end_time());
    if (order.has_priority()) CheckDecimal(order.priority());
    if (!Releases()) return;
    if (!order.has_state())
      Tolerance("missing_order_state", order, "The order has no RequestState.", "Send RequestState Released.");
    std::set<std::string> segments;
    int produced = 0;
    for (const auto& segment : order.segment()) CheckSegment(segment, segments, produced);
    if (produced != 1) {
      Tolerance("no_single_order_quantity", order,
                Cat("The order has ", produced, " Produced lines, so its quantity is not stated once."),
                "Send exactly one material line with MaterialUse Produced.");
    }
  }

  void CheckSegment(const flow::v1::SegmentRequirement& segment, std::set<std::string>& seen, int& produced) {
    const auto& id = segment.id().value();
    if (id.empty()) {
      Tolerance("missing_segment_id", segment, "A segment has no ID.", "Send an ID on each SegmentRequirement.");
    } else if (!seen.insert(id).second) {
      Bad("DUPLICATE_SEGMENT_ID", segment.id(), Cat("The segment id '", id, "' is used twice in this order."),
          "Send each segment under an id of its own.");
    }
    CheckWindow(segment.earliest_start_time(), segment.latest_end_time(),
                segment.has_earliest_start_time() && segment.has_latest_end_time());
    if (segment.has_duration()) CheckDuration(segment.duration());
    for (const auto& equipment : segment.equipment()) {
      for (const auto& quantity : equipment.quantity()) CheckQuantity(quantity);
    }
    for (const auto& material : segment.material()) {
      produced += material.material_use().code() == flow::v1::MATERIAL_USE_CODE_PRODUCED;
      CheckMaterial(material);
    }
    for (const auto& child : segment.child()) CheckSegment(child, seen, produced);
  }

  void CheckMaterial(const flow::v1::MaterialRequirement& material) {
    if (!material.has_material_use())
      Tolerance("missing_material_use", material, "A material line does not say what it is for.", "Send MaterialUse.");
    if (material.quantity_size() > 1) {
      Bad("SEVERAL_QUANTITIES", material, "A material line has several quantities.", "Send one Quantity a line.");
    }
    for (const auto& quantity : material.quantity()) CheckQuantity(quantity);
    for (const auto& part : material.assembly_requirement()) CheckMaterial(part);
  }

  void CheckDuration(const flow::v1::Duration& duration) {
    const auto& text = duration.value();
    const auto date_part = text.substr(0, text.find('T'));
    if (!text.starts_with('P') || date_part.find_first_of("YM") != std::string::npos) {
      Bad("DURATION_NOT_FIXED", duration, Cat("The duration '", text, "' has no fixed length or is negative."),
          "Send days and times only, such as PT2H.");
    }
  }

  bool CheckDecimal(const flow::v1::Decimal& decimal) {
    const auto value = decimal.nil() ? std::nullopt : ParseDecimal(decimal.value());
    if (!value) {
      Bad("NOT_A_DECIMAL", decimal, Cat("'", decimal.value(), "' is not a number as it has to be written."),
          "Send digits with a point, such as 104.5: no comma, no exponent, no unit.");
      return false;
    }
    if (!IsNegative(*value)) return true;
    Bad("NEGATIVE_QUANTITY", decimal, Cat("'", decimal.value(), "' is negative."), "Send a quantity of zero or more.");
    return false;
  }

  void CheckQuantity(const flow::v1::Quantity& quantity) {
    CheckDecimal(quantity.value());
    if (!quantity.has_unit() || quantity.unit().nil()) {
      Tolerance("missing_unit", quantity, "The quantity has no unit.", "Send UnitOfMeasure, a UN/ECE Rec 20 code.");
    } else {
      CheckUnit(quantity.unit(), true);
    }
    for (const auto& attribute : quantity.value().other_attributes()) {
      if (attribute.name() == "unitCode" && quantity.has_unit() && attribute.value() != quantity.unit().value()) {
        Bad("UNIT_CODE_CONTRADICTS", quantity,
            Cat("unitCode says '", attribute.value(), "', UnitOfMeasure says '", quantity.unit().value(), "'."),
            "Send one unit.");
      }
    }
  }

  void CheckUnit(const flow::v1::Code& unit, bool demanded) {
    if (!Releases() || unit.nil() || parsed_.positions.find(&unit) == parsed_.positions.end()) return;
    if (unit.value().empty()) {
      Tolerance("empty_unit", unit, "UnitOfMeasure is there but empty.",
                "Send a unit, or xsi:nil where the schema demands the element.");
    } else if (demanded && !IsRec20(unit.value())) {
      Tolerance("non_rec20_unit", unit, Cat("'", unit.value(), "' is not a UN/ECE Rec 20 unit code."),
                "Send the code, such as KGM, LTR, C62.");
    }
  }

  Parsed& parsed_;
  const Version& version_;
  const Dialect& dialect_;
  flow::v1::Document& document_;
};

}  // namespace

void CheckDocument(Parsed& parsed, const Version& version, const Dialect& dialect) {
  Checker(parsed, version, dialect).Run();
}

OrderIndex OrderOf(const Parsed& parsed, const Finding& finding) {
  const auto& document = parsed.document;
  for (int s = 0; s < document.schedule_size(); ++s) {
    for (int o = 0; o < document.schedule(s).order_size(); ++o) {
      const auto found = parsed.positions.find(&document.schedule(s).order(o));
      if (found == parsed.positions.end()) continue;
      const auto& path = found->second.path;
      const bool inside = finding.path().starts_with(path) &&
                          (finding.path().size() == path.size() || finding.path()[path.size()] == '/');
      if (inside) return {s, o};
    }
  }
  return {};
}

}  // namespace isa95::b2mml
