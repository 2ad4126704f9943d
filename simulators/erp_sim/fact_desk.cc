#include "simulators/erp_sim/fact_desk.h"

#include <chrono>
#include <iostream>

#include "b2mml/bod.h"
#include "b2mml/translate.h"
#include "grpc/model/instant.h"
#include "grpc/model/text.h"

namespace isa95::erp_sim {
namespace {

using When = b2mml::AnswerWish::When;

int64_t NowMs() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

void LogMutant(const sim::RecordFields& line) {
  for (const auto& [name, value] : line) {
    if (name == "did") std::cerr << "b2mml-erp-sim: " << value << "\n";
  }
}

}  // namespace

FactDesk::FactDesk(std::string mutant, std::string logical_id, sim::Record& record, const b2mml::Versions& versions,
                   const std::vector<sim::RecordLine>& past)
    : logical_id_(std::move(logical_id)), record_(record), versions_(versions), books_(std::move(mutant)) {
  for (const auto& line : past) books_.Read(line);
}

absl::StatusOr<std::string> FactDesk::Take(const flow::v1::Document& document) {
  std::lock_guard lock(mutex_);
  Verdict verdict;
  for (const auto& told : ReadFacts(document)) {
    const auto each = books_.Judge(told);
    const auto line = books_.LineOf(told, each);
    if (auto noted = record_.Append(line); !noted.ok()) return noted;
    books_.Read(sim::RecordLine(line.begin(), line.end()));
    LogMutant(line);
    if (verdict.action != "Rejected") verdict = each;
  }
  return Confirm(document, verdict);
}

absl::StatusOr<std::string> FactDesk::Confirm(const flow::v1::Document& document, const Verdict& verdict) const {
  const auto when = b2mml::WishOf(document).confirm;
  const bool wanted = when == When::kAlways || (when == When::kOnError && verdict.action == "Rejected");
  if (!wanted) return std::string();
  const auto& area = document.application_area();
  const auto& version = *versions_.by_name(document.b2mml_version());
  const b2mml::Outcome outcome{verdict.action, verdict.code, verdict.text, ""};
  const b2mml::AnswerHeader header{Cat("erp-", area.bod_id().value()), logical_id_, InstantOf(NowMs()),
                                   document.release_id(), document.noun_form()};
  auto written = b2mml::WriteDocument(b2mml::MakeConfirm(area, outcome, header, version), version);
  if (written.xml.empty()) return absl::InternalError(ToJson(written.findings));
  return std::move(written.xml);
}

}  // namespace isa95::erp_sim
