#include "adapter/flows/chain.h"

#include "grpc/model/text.h"

namespace isa95::flows {
namespace {

constexpr char kMark = '\x1f';

std::string Key(std::string_view of, std::string_view id) { return Cat(kMark, of, kMark, id); }

template <typename Report>
std::string OfLot(const Report& report) {
  const auto& lot = report.material_lot_id().value();
  return lot.empty() ? Key("order", report.order_id().value()) : Key("lot", lot);
}

}  // namespace

std::string ChainOf(const flow::v1::Envelope& envelope) {
  switch (envelope.message_case()) {
    case flow::v1::Envelope::kExecutionConfirmation:
      return envelope.execution_confirmation().order_id().value();
    case flow::v1::Envelope::kMaterialConsumption:
      return envelope.material_consumption().order_id().value();
    case flow::v1::Envelope::kReportReversal:
      return envelope.report_reversal().order_id().value();
    case flow::v1::Envelope::kLotDisposition:
      return OfLot(envelope.lot_disposition());
    case flow::v1::Envelope::kQualityTestResult:
      return OfLot(envelope.quality_test_result());
    case flow::v1::Envelope::kDowntimeEvent:
      return Key("line", envelope.downtime_event().equipment_id().value());
    default:
      return {};
  }
}

std::string ChainWords(std::string_view chain) {
  if (IsOrderChain(chain)) return std::string(chain);
  const auto end = chain.find(kMark, 1);
  if (end == std::string_view::npos) return std::string(chain.substr(1));
  return Cat(chain.substr(1, end - 1), " ", chain.substr(end + 1));
}

}  // namespace isa95::flows
