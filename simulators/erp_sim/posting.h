// What the simulated ERP reads out of a performance document: one posting a segment response. Pure.
#pragma once

#include <string>
#include <vector>

#include "grpc/model/decimal.h"
#include "isa95/flow/v1/document.pb.h"

namespace isa95::erp_sim {

// A component that was used, or came back to stock.
struct UsedLine {
  std::string material, lot, requirement, unit;
  ExactDecimal quantity;
  bool returned = false;
};

struct Posting {
  std::string sender, report_id;  // the key
  std::string order_id;
  std::string segment;    // SegmentRequirement/ID, else the operation's number
  std::string operation;  // its number, where it is named
  std::string type;       // PARTIAL, FINAL, AUTO_FINAL; empty = consumption alone
  std::string start, end, posting_date;
  ExactDecimal good, scrap, rework;
  std::string unit, lot;  // of what was made
  std::vector<UsedLine> used;
  bool closes = false;            // the step, in the books
  std::string content;            // what it says, whatever the way it came: a resend says the same
  std::string fault, fault_text;  // why it cannot be posted as it is, a code and in words; empty = it can
};

// "confirmation" or "consumption".
std::string KindOf(const Posting& posting);

Posting ReadPosting(const flow::v1::Document& document, const flow::v1::OperationsResponse& response,
                    const flow::v1::SegmentResponse& segment);

// Process, Sync or Cancel of the performance noun: a report, and no answer.
bool IsReport(const flow::v1::Document& document);

}  // namespace isa95::erp_sim
