#include "grpc/server/report_check.h"

#include <string_view>
#include <type_traits>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/timestamp.pb.h"
#include "grpc/model/text.h"
#include "grpc/server/fetch_limits.h"

namespace isa95::server {

namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using namespace exchange::v1;
using namespace flow::v1;

constexpr int kMaxOffsetMinutes = 14 * 60;                                        // of xsd:dateTime
constexpr int64_t kFirstSecond = -62'135'596'800, kLastSecond = 253'402'300'799;  // years 1 to 9999

// The text is UTF-8: the parser has seen to it. `lines`: may have tabs and line ends. Else what XML 1.0 cannot carry,
// and of the rest what no screen shows, so that two ids that look alike are alike.
bool HasControl(std::string_view text, bool lines) {
  for (size_t i = 0; i < text.size(); ++i) {
    const auto at = [&](size_t k) { return k < text.size() ? static_cast<unsigned char>(text[k]) : 0; };
    const unsigned char c = at(i);
    if (c < 0x20 && !(lines && (c == '\t' || c == '\n' || c == '\r'))) return true;
    if (c == 0xEF && at(i + 1) == 0xBF && at(i + 2) >= 0xBE) return true;                            // U+FFFE, U+FFFF
    if (!lines && (c == 0x7F || (c == 0xC2 && at(i + 1) >= 0x80 && at(i + 1) < 0xA0))) return true;  // DEL, C1
  }
  return false;
}

std::string TextFault(std::string_view text, size_t max, bool lines) {
  if (text.size() > max) return Cat(": is ", text.size(), " bytes long; send at most ", max);
  if (HasControl(text, lines)) return ": has a control character; send text only";
  return {};
}

struct TextRule {
  size_t max = kMaxIdBytes;
  bool lines = false;
};

TextRule RuleOf(const FieldDescriptor& field) {
  const Descriptor* owner = field.containing_type();
  const auto& name = field.name();
  if (owner == Text::descriptor() && name == "value") return {kMaxTextBytes, true};
  if (owner == Code::descriptor()) return {kMaxCodeBytes, false};
  if (owner == Extension::descriptor() && name == "xml") return {kMaxExtensionBytes, true};
  return {};
}

// From here on a fault begins with the rest of its path, which grows on the way back: only a fault costs one.
std::string InstantFault(const Instant& instant) {
  const auto& utc = instant.utc();
  if (!instant.has_utc()) return ".utc: is not set; send the instant, or leave out the whole time";
  if (utc.seconds() < kFirstSecond || utc.seconds() > kLastSecond || utc.nanos() < 0 || utc.nanos() > 999'999'999)
    return ".utc: is no instant of the years 1 to 9999";
  if (instant.offset_minutes() < -kMaxOffsetMinutes || instant.offset_minutes() > kMaxOffsetMinutes)
    return ".offset_minutes: is beyond 14 hours";
  return {};
}

// Nobody to whom it matters is an answer too: such a report is understood, and refused as no business of the ERP.
std::string EnumFault(const FieldDescriptor& field, int number) {
  if (number == 0 && field.enum_type() == RelevanceCode_descriptor()) return {};
  if (number == 0) return Cat(": is not set; send a ", field.enum_type()->name());
  if (field.enum_type()->FindValueByNumber(number) == nullptr)
    return Cat(": ", number, " is no ", field.enum_type()->name());
  return {};
}

std::string FaultIn(const Message& message);

// `index`: -1 = the field is singular.
std::string FaultOfOne(const Message& message, const FieldDescriptor& field, int index) {
  const auto& reflection = *message.GetReflection();
  const bool many = index >= 0;
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return FaultIn(many ? reflection.GetRepeatedMessage(message, &field, index)
                          : reflection.GetMessage(message, &field));
    case FieldDescriptor::CPPTYPE_ENUM:
      return EnumFault(field, many ? reflection.GetRepeatedEnumValue(message, &field, index)
                                   : reflection.GetEnumValue(message, &field));
    case FieldDescriptor::CPPTYPE_STRING: {
      std::string scratch;
      const auto rule = RuleOf(field);
      return TextFault(many ? reflection.GetRepeatedStringReference(message, &field, index, &scratch)
                            : reflection.GetStringReference(message, &field, &scratch),
                       rule.max, rule.lines);
    }
    default:
      return {};
  }
}

std::string FaultOfMany(const Message& message, const FieldDescriptor& field) {
  const int size = message.GetReflection()->FieldSize(message, &field);
  if (field.message_type() == Attribute::descriptor() && size > kMaxAttributes)
    return Cat(": are ", size, "; send at most ", kMaxAttributes);
  for (int i = 0; i < size; ++i) {
    if (auto fault = FaultOfOne(message, field, i); !fault.empty()) return Cat("[", i, "]", fault);
  }
  return {};
}

std::string FaultOfField(const Message& message, const FieldDescriptor& field) {
  if (field.is_repeated()) return FaultOfMany(message, field);
  const auto& reflection = *message.GetReflection();
  // A line without a number says nothing; zero is a number and is sent as "0".
  const bool whole_lot =
      field.containing_type() == LotDisposition::descriptor() && !reflection.HasField(message, &field);
  if (field.message_type() == Quantity::descriptor() && !whole_lot) {
    const auto& quantity = static_cast<const Quantity&>(reflection.GetMessage(message, &field));
    if (quantity.value().value().empty()) return ".value: is empty; send a decimal, such as \"104.50\"";
  }
  if (field.cpp_type() != FieldDescriptor::CPPTYPE_ENUM && !reflection.HasField(message, &field)) return {};
  return FaultOfOne(message, field, -1);
}

// Walks what is set; enums and quantities are looked at in any case. The model of a report is not recursive, and the
// parser has refused what is nested deeper than 32.
std::string FaultIn(const Message& message) {
  const auto* descriptor = message.GetDescriptor();
  if (descriptor == Instant::descriptor()) {
    if (auto fault = InstantFault(static_cast<const Instant&>(message)); !fault.empty()) return fault;
  }
  for (int i = 0; i < descriptor->field_count(); ++i) {
    const auto& field = *descriptor->field(i);
    if (auto fault = FaultOfField(message, field); !fault.empty()) return Cat(".", field.name(), fault);
  }
  return {};
}

// What a report is about: its order, or of quality and downtime the lot and the line.
template <typename Kind>
std::string FaultOfSubject(const Kind& report) {
  if constexpr (std::is_same_v<Kind, DowntimeEvent>) {
    if (report.equipment_id().value().empty()) return ".equipment_id.value: is empty; send the line that stood";
  } else if constexpr (std::is_same_v<Kind, LotDisposition>) {
    if (report.material_lot_id().value().empty()) return ".material_lot_id.value: is empty; send the lot";
  } else if constexpr (std::is_same_v<Kind, QualityTestResult>) {
    if (report.material_lot_id().value().empty() && report.order_id().value().empty())
      return ".material_lot_id.value: is empty, and so is order_id; send one of them";
  } else if (report.order_id().value().empty()) {
    return ".order_id.value: is empty; send the order's id as it came";
  }
  return {};
}

// Without these nobody could say later which report this was.
template <typename Kind>
std::string FaultOfReport(const Kind& report) {
  if (report.id().value().empty()) return ".id.value: is empty; send the report's own id";
  if (auto fault = FaultOfSubject(report); !fault.empty()) return fault;
  if constexpr (std::is_same_v<Kind, ReportReversal>) {
    if (report.reverses_id().value().empty())
      return ".reverses_id.value: is empty; send the id of the report that is taken back";
  }
  return FaultIn(report);
}

std::string FaultOfBatched(const Report& report) {
  const auto under = [](std::string_view field, const std::string& fault) {
    return fault.empty() ? fault : Cat(field, fault);
  };
  switch (report.report_case()) {
    case Report::kConfirmation:
      return under(".confirmation", FaultOfReport(report.confirmation()));
    case Report::kConsumption:
      return under(".consumption", FaultOfReport(report.consumption()));
    case Report::kReversal:
      return under(".reversal", FaultOfReport(report.reversal()));
    case Report::kLotDisposition:
      return under(".lot_disposition", FaultOfReport(report.lot_disposition()));
    case Report::kTestResult:
      return under(".test_result", FaultOfReport(report.test_result()));
    case Report::kDowntime:
      return under(".downtime", FaultOfReport(report.downtime()));
    case Report::REPORT_NOT_SET:
      break;
  }
  return ": has no report of a kind that this adapter knows";
}

std::string SiteFault(const std::string& site) {
  if (site.empty()) return "site: is empty; send the site id of the contract";
  const auto fault = TextFault(site, kMaxIdBytes, false);
  return fault.empty() ? fault : "site" + fault;
}

std::string CursorFault(const std::string& cursor) {
  const auto fault = TextFault(cursor, kMaxIdBytes, false);
  return fault.empty() ? fault : "cursor" + fault;
}

template <typename Kind>
std::string UnaryFault(const std::string& site, bool set, const Kind& report, std::string_view field) {
  if (auto fault = SiteFault(site); !fault.empty()) return fault;
  const auto fault = set ? FaultOfReport(report) : std::string(": is not set");
  return fault.empty() ? fault : Cat(field, fault);
}

}  // namespace

std::string Fault(const ReportConfirmationRequest& request) {
  return UnaryFault(request.site(), request.has_confirmation(), request.confirmation(), "confirmation");
}

std::string Fault(const ReportConsumptionRequest& request) {
  return UnaryFault(request.site(), request.has_consumption(), request.consumption(), "consumption");
}

std::string Fault(const ReportLotDispositionRequest& request) {
  return UnaryFault(request.site(), request.has_lot_disposition(), request.lot_disposition(), "lot_disposition");
}

std::string Fault(const ReportTestResultRequest& request) {
  return UnaryFault(request.site(), request.has_test_result(), request.test_result(), "test_result");
}

std::string Fault(const ReportDowntimeRequest& request) {
  return UnaryFault(request.site(), request.has_downtime(), request.downtime(), "downtime");
}

std::string Fault(const ReverseReportRequest& request) {
  return UnaryFault(request.site(), request.has_reversal(), request.reversal(), "reversal");
}

std::string Fault(const ReportBatchRequest& request) {
  if (auto fault = SiteFault(request.site()); !fault.empty()) return fault;
  if (request.report_size() == 0) return "report: is empty; send 1 to 500 reports";
  if (request.report_size() > kMaxReports)
    return Cat("report: are ", request.report_size(), "; send at most ", kMaxReports, " in a call");
  for (int i = 0; i < request.report_size(); ++i) {
    if (auto fault = FaultOfBatched(request.report(i)); !fault.empty()) return Cat("report[", i, "]", fault);
  }
  return {};
}

std::string Fault(const StreamFeedbackRequest& request) {
  const auto fault = SiteFault(request.site());
  return fault.empty() ? CursorFault(request.cursor()) : fault;
}

std::string Fault(const FetchFeedbackRequest& request) {
  if (auto fault = SiteFault(request.site()); !fault.empty()) return fault;
  if (auto fault = CursorFault(request.cursor()); !fault.empty()) return fault;
  if (request.max_feedback() > kMaxFetch) return Cat("max_feedback: is more than ", kMaxFetch);
  if (!IsWait(request.wait())) return "wait: is not from 0 to 30 s";
  return {};
}

}  // namespace isa95::server
