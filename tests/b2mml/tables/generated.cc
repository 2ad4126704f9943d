#include "tests/b2mml/tables/generated.h"

#include <google/protobuf/message.h>

#include <map>
#include <random>

#include "grpc/model/instant.h"
#include "grpc/model/text.h"

namespace isa95::b2mml::test {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using namespace flow::v1;

constexpr int kMaxDepth = 9;

class Generator {
 public:
  explicit Generator(uint32_t seed) : random_(seed) {}

  Document Orders(int orders) {
    auto document = Begin(NOUN_CODE_SCHEDULE);
    auto& schedule = *document.add_schedule();
    FillFields(schedule, {"order"}, 0);
    schedule.mutable_id()->set_value("SCH");
    for (int i = 0; i < orders; ++i) Inner(*schedule.add_order(), Cat("O-", i));
    return document;
  }

  Document Responses(int responses) {
    auto document = Begin(NOUN_CODE_PERFORMANCE);
    if (OneIn(2)) document.set_noun_form("production");
    auto& performance = *document.add_performance();
    FillFields(performance, {"response"}, 0);
    performance.mutable_id()->set_value("PERF");
    for (int i = 0; i < responses; ++i) Inner(*performance.add_response(), Cat("R-", i));
    return document;
  }

  Document Lots(int lots) {
    auto document = Begin(NOUN_CODE_MATERIAL_LOT, VERB_CODE_SYNC);
    for (int i = 0; i < lots; ++i) Part(*document.add_material_lot(), Cat("L-", i));
    return document;
  }

  // Alone, or under one header.
  Document Tests(int results) {
    const bool alone = OneIn(2);
    auto document = Begin(alone ? NOUN_CODE_TEST_RESULT : NOUN_CODE_OPERATIONS_TEST_INFORMATION, VERB_CODE_SYNC);
    auto* header = alone ? nullptr : document.add_operations_test_information();
    if (header != nullptr) FillFields(*header, {"test_result"}, 0);
    for (int i = 0; i < results; ++i)
      Part(alone ? *document.add_test_result() : *header->add_test_result(), Cat("T-", i));
    return document;
  }

  Document Events(int events) {
    const bool alone = OneIn(2);
    auto document = Begin(alone ? NOUN_CODE_OPERATIONS_EVENT : NOUN_CODE_OPERATIONS_EVENT_INFORMATION,
                          alone || OneIn(2) ? VERB_CODE_NOTIFY : VERB_CODE_SYNC);
    auto* header = alone ? nullptr : document.add_operations_event_information();
    if (header != nullptr) {
      FillFields(*header, {"event"}, 0);
      header->mutable_id()->set_value("I");
    }
    for (int i = 0; i < events; ++i)
      Part(alone ? *document.add_operations_event() : *header->add_event(), Cat("V-", i));
    return document;
  }

 private:
  Document Begin(NounCode noun, VerbCode verb) {
    auto document = Begin(noun);
    document.mutable_verb()->set_code(verb);
    document.mutable_verb()->clear_response_code();
    return document;
  }

  // A lot, a result or an event.
  template <typename Whole>
  void Part(Whole& whole, const std::string& id) {
    Fill(whole, "", 1);
    whole.mutable_id()->set_value(id);
  }

  Document Begin(NounCode noun) {
    Document document;
    document.set_b2mml_version("V0701");
    document.set_noun(noun);
    document.mutable_verb()->set_code(VERB_CODE_PROCESS);
    if (OneIn(2)) document.mutable_verb()->set_response_code(OneIn(2) ? "Always" : "OnError");
    auto& area = *document.mutable_application_area();
    Fill(*area.mutable_sender()->mutable_logical_id(), "logical_id", 0);
    Fill(*area.mutable_creation_date_time(), "", 0);
    Fill(*area.mutable_bod_id(), "bod_id", 0);
    return document;
  }

  // An order or a response, with a segment at least.
  template <typename Whole>
  void Inner(Whole& whole, const std::string& id) {
    FillFields(whole, {}, 1);
    whole.mutable_id()->set_value(id);
    if (whole.segment_size() == 0) FillFields(*whole.add_segment(), {}, 2);
  }

  bool OneIn(uint32_t n) { return random_() % n == 0; }
  std::string Pick(std::initializer_list<const char*> words) { return words.begin()[random_() % words.size()]; }

  std::string Word() {
    static const char* const kLetters[] = {"A", "b", "7", "-", ".", "_", "/", "&", "<", ">", "\"", "'", "ä", "中", " "};
    std::string word = "X";
    for (uint32_t i = random_() % 12; i > 0; --i) word += kLetters[random_() % std::size(kLetters)];
    return word + "x";
  }
  std::string Number() {
    std::string text = std::to_string(random_() % 100'000);
    if (OneIn(2)) text += "." + std::to_string(random_() % 1'000);
    return text + (OneIn(4) && text.find('.') != std::string::npos ? "0" : "");
  }

  // The words that closed lists of every version have in common, by the field's name.
  std::string CodeFor(std::string_view field) {
    if (field == "data_type") return Pick({"decimal", "string", "Quantity", "dateTime"});
    if (field == "unit") return Pick({"KGM", "LTR", "C62", "H87"});
    if (field == "equipment_level") return Pick({"Site", "Area", "Unit"});
    if (field == "operations_type") return Pick({"Production", "Quality", "Maintenance"});
    if (field == "disposition") return Pick({"Planned", "Restricted", "UnRestricted"});
    if (field == "event_type") return Pick({"Event", "Alert", "Alarm"});
    if (field == "event_level") return Pick({"Level 2", "Level 3", "Level 4"});
    if (field == "mom_function") return Pick({"Tracking", "Performance analysis"});
    if (field == "enterprise_function") return Pick({"product cost accounting", "Quality assurance"});
    if (field == "action") return Pick({"Added", "Observed"});
    if (field == "information_object_type") return Pick({"Material Lot", "Event"});
    if (field == "location_type") return Pick({"Description", "Operational Location"});
    return Word();
  }

  // By type where a type has a form of its own. False: field by field.
  bool FillLeaf(Message& message, std::string_view field) {
    const auto* type = message.GetDescriptor();
    if (type == Identifier::descriptor()) {
      static_cast<Identifier&>(message).set_value(Word());
      if (OneIn(4)) static_cast<Identifier&>(message).set_scheme_id(Word());
    } else if (type == Code::descriptor()) {
      static_cast<Code&>(message).set_value(CodeFor(field));
    } else if (type == Text::descriptor()) {
      static_cast<Text&>(message).set_value(Word());
      if (OneIn(3)) static_cast<Text&>(message).set_language_id("en");
    } else if (type == Decimal::descriptor()) {
      static_cast<Decimal&>(message).set_value(Number());
    } else if (type == Duration::descriptor()) {
      static_cast<Duration&>(message).set_value(Pick({"PT2H", "P1DT30M", "PT0.5S"}));
    } else if (type == Instant::descriptor()) {
      auto& instant = static_cast<Instant&>(message);
      instant = InstantOf(1'700'000'000'000 + static_cast<int64_t>(random_() % 1'000'000'000) * 1'000);
      instant.set_offset_minutes(static_cast<int>(random_() % 57) * 30 - 14 * 60);
    } else {
      return false;
    }
    return true;
  }

  void Fill(Message& message, std::string_view field, int depth) {
    if (FillLeaf(message, field)) return;
    FillFields(message, {}, depth);
    // What a schema demands of a part that is there.
    if (message.GetDescriptor() == HierarchyScope::descriptor()) {
      auto& scope = static_cast<HierarchyScope&>(message);
      if (!scope.has_equipment_id()) FillLeaf(*scope.mutable_equipment_id(), "equipment_id");
      if (!scope.has_equipment_level()) FillLeaf(*scope.mutable_equipment_level(), "equipment_level");
    } else if (message.GetDescriptor() == ResourceLocation::descriptor()) {
      auto& location = static_cast<ResourceLocation&>(message);
      if (!location.has_location()) FillLeaf(*location.mutable_location(), "location");
      if (!location.has_location_type()) FillLeaf(*location.mutable_location_type(), "location_type");
    }
    Demand(message, DemandedOf(message), depth);
  }

  // What no version can fill in for the sender.
  static std::vector<const char*> DemandedOf(const Message& message) {
    static const std::map<const google::protobuf::Descriptor*, std::vector<const char*>> kDemanded = {
        {MaterialLot::descriptor(), {"id"}},
        {MaterialSublot::descriptor(), {"id"}},
        {MaterialLotProperty::descriptor(), {"id"}},
        {TestResult::descriptor(), {"id"}},
        {OperationsEvent::descriptor(), {"id"}},
        {OperationsEventRecord::descriptor(), {"entry", "operations_record_specification_id"}},
        {OperationsRecordEntry::descriptor(), {"external_reference_id"}}};
    const auto found = kDemanded.find(message.GetDescriptor());
    return found == kDemanded.end() ? std::vector<const char*>() : found->second;
  }

  void Demand(Message& message, const std::vector<const char*>& fields, int depth) {
    for (const auto* name : fields) {
      const auto& field = *message.GetDescriptor()->FindFieldByName(name);
      const auto* reflection = message.GetReflection();
      const bool has =
          field.is_repeated() ? reflection->FieldSize(message, &field) > 0 : reflection->HasField(message, &field);
      if (!has) FillMessages(message, field, depth);
    }
  }

  void FillFields(Message& message, const std::vector<std::string_view>& leave, int depth) {
    const auto* type = message.GetDescriptor();
    for (int i = 0; i < type->field_count(); ++i) {
      const auto* field = type->field(i);
      const bool skipped = field->name() == "extension" || field->name() == "other_attributes" ||
                           std::find(leave.begin(), leave.end(), field->name()) != leave.end();
      // Rarer the deeper: the tree has to end.
      if (skipped || !OneIn(static_cast<uint32_t>(2 + depth / 2))) continue;
      if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE && depth < kMaxDepth)
        FillMessages(message, *field, depth);
    }
    if (const auto* code = type->FindFieldByName("code"); code != nullptr && code->enum_type() != nullptr)
      FillEnum(message, *code);
  }

  void FillMessages(Message& message, const FieldDescriptor& field, int depth) {
    const auto* reflection = message.GetReflection();
    if (!field.is_repeated()) return Fill(*reflection->MutableMessage(&message, &field), field.name(), depth + 1);
    for (uint32_t n = 1 + random_() % 3; n > 0; --n)
      Fill(*reflection->AddMessage(&message, &field), field.name(), depth + 1);
  }

  void FillEnum(Message& message, const FieldDescriptor& field) {
    const auto* values = field.enum_type();
    const auto* value =
        values->value(1 + static_cast<int>(random_() % static_cast<uint32_t>(values->value_count() - 1)));
    message.GetReflection()->SetEnum(&message, &field, value);
    const auto* other = message.GetDescriptor()->FindFieldByName("other_value");
    if (other != nullptr && value->name().ends_with("_OTHER"))
      message.GetReflection()->SetString(&message, other, Word());
  }

  std::mt19937 random_;
};

}  // namespace

Document GenerateOrders(uint32_t seed, int orders) { return Generator(seed).Orders(orders); }
Document GenerateResponses(uint32_t seed, int responses) { return Generator(seed).Responses(responses); }
Document GenerateLots(uint32_t seed, int lots) { return Generator(seed).Lots(lots); }
Document GenerateTests(uint32_t seed, int results) { return Generator(seed).Tests(results); }
Document GenerateEvents(uint32_t seed, int events) { return Generator(seed).Events(events); }

}  // namespace isa95::b2mml::test
