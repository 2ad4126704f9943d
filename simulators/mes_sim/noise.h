// What a plant's wire carries besides the truth, by the dice: reports sent again at once or late, out of their order,
// and chatter that is no business of the ERP, of this site or of another. What comes back is counted in the record.
// Threads: the reporter's own. Ownership: borrows all.
#pragma once

#include <deque>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "simulators/common/record.h"
#include "simulators/mes_sim/reporter.h"

namespace isa95::mes_sim {

// How reports of one chain go out; the same for the same seed. `noise` 0: by their numbers (null).
ReportBook::SendingPlace OrderOfSending(uint32_t noise, uint32_t seed);

// A report that nobody is to store: a flickering line without relevance, a micro-stop told alone, a temperature.
exchange::v1::Report Chatter(const std::string& site, uint64_t number, int64_t now_ms, std::mt19937& random);
// A document of B2MML that is none of this interface's: an alarm, or the state of a machine.
std::string ForeignDocument(uint64_t number);

class NoisyChannel final : public ReportChannel {
 public:
  // `elsewhere`: the way to a site that the adapter does not serve; null = there is none.
  NoisyChannel(ReportChannel& inner, ReportChannel* elsewhere, const Options& options, sim::Record& record);
  ~NoisyChannel() override;

  // What the inner one says of the reports; noise follows, whose fate is counted and changes nothing.
  absl::StatusOr<std::vector<exchange::v1::Receipt>> Send(const std::vector<exchange::v1::Report>& reports) override;
  absl::StatusOr<std::vector<exchange::v1::Feedback>> Fetch(const std::string& cursor) override;
  absl::StatusOr<std::string> SendDocument(const std::string& xml) override { return inner_.SendDocument(xml); }

 private:
  using What = std::pair<std::string, std::string>;  // what was sent, what came back
  void MakeNoise(const exchange::v1::Report& report);
  void SendOne(const std::string& what, ReportChannel& channel, const exchange::v1::Report& report);
  void SendForeign();
  void Flush();

  ReportChannel& inner_;
  ReportChannel* const elsewhere_;
  const Options& options_;
  sim::Record& record_;
  std::mt19937 random_;
  std::deque<exchange::v1::Report> late_;
  std::map<What, uint64_t> counts_;  // not yet on record
  uint64_t sent_ = 0;                // reports
  uint64_t chatter_ = 0;
};

}  // namespace isa95::mes_sim
