// Blanks around the ids of a report, wherever in it they stand.
#include "adapter/flows/report_rules.h"
#include "grpc/model/text.h"

namespace isa95::flows {

using google::protobuf::FieldDescriptor;

// Blanks are part of an id in B2MML: " 4711" is another order than "4711".
void CheckBlanks(const google::protobuf::Message& message, const std::string& path, Verdict& verdict) {
  if (message.GetDescriptor() == flow::v1::Identifier::descriptor()) {
    const auto& id = static_cast<const flow::v1::Identifier&>(message).value();
    if (Trim(id).size() != id.size()) {
      verdict.ParkForVendor("BLANKS_AROUND_ID", path, Cat("The id '", id, "' has blanks at its ends."),
                            "Send it without them, and report it anew.");
    }
    return;
  }
  std::vector<const FieldDescriptor*> fields;
  const auto* reflection = message.GetReflection();
  reflection->ListFields(message, &fields);
  for (const auto* field : fields) {
    if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) continue;
    const auto at = Cat(path, ".", field->name());
    if (!field->is_repeated()) {
      CheckBlanks(reflection->GetMessage(message, field), at, verdict);
      continue;
    }
    for (int i = 0; i < reflection->FieldSize(message, field); ++i)
      CheckBlanks(reflection->GetRepeatedMessage(message, field, i), Cat(at, "[", i, "]"), verdict);
  }
}

}  // namespace isa95::flows
