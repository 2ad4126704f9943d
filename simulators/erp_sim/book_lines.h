// The books as lines of the record: what is written before an answer goes out, and read again after a restart. Pure.
#pragma once

#include <vector>

#include "simulators/common/record.h"
#include "simulators/erp_sim/books.h"

namespace isa95::erp_sim {

// First the materials (consumed), then the report itself (posted); of a pending one will_consume and pending, of a
// refused one report_refused, of a repeated one posting_repeated.
std::vector<sim::RecordFields> LinesOf(const Posting& posting, const Verdict& verdict);
// reversed, reversal_repeated or reversal_refused. `original`: null where nothing was posted under that id.
sim::RecordFields LineOfReversal(const std::string& sender, const std::string& report_id, const std::string& order_id,
                                 const Posting* original, const Verdict& verdict);

// Brings books up to where the record ends. `used`: materials read ahead of their report.
class BookReader {
 public:
  explicit BookReader(Books& books) : books_(books) {}
  void Read(const sim::RecordLine& line);

 private:
  Books& books_;
  std::vector<UsedLine> used_;
};

}  // namespace isa95::erp_sim
