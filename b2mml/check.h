// Beyond the schema: what a schema accepts and a plant cannot run on (domain facts A.9, C.2, G). Pure.
#pragma once

#include <memory>

#include "b2mml/translate.h"

namespace isa95::b2mml {

// The names of the dialect's tolerances are the finding codes in upper case: dialect key `missing-bod-id` <-> code
// MISSING_BOD_ID. Errors without a tolerance: MISSING_ORDER_ID, DUPLICATE_SEGMENT_ID,
// NOT_A_DECIMAL, NEGATIVE_QUANTITY, END_BEFORE_START, TIME_WITHOUT_OFFSET (tolerance zoneless_times), TIME_INVALID,
// DURATION_NOT_FIXED, OTHER_WITHOUT_VALUE, UNIT_CODE_CONTRADICTS, ACTION_CODE_UNKNOWN, SEVERAL_QUANTITIES,
// DUPLICATE_ORDER_ID, MISSING_CONFIRMATION_ID, DUPLICATE_CONFIRMATION_ID, SEVERAL_LOTS, SEVERAL_MATERIALS,
// MISSING_LOT_ID, DUPLICATE_LOT_ID, MISSING_SUBLOT_ID, MISSING_TEST_RESULT_ID, DUPLICATE_TEST_RESULT_ID,
// MISSING_EVENT_ID, DUPLICATE_EVENT_ID. Resolves zone-less times, takes blanks around ids
// away and tells quantities apart by their keys, in place, where the dialect allows it. A finding
// whose path lies inside an order, a response, a lot, a test result or an event concerns that one alone; all others the
// document.
class DocumentCheck {
 public:
  // Of a document that is being read into `parsed`, whose header is filled already. Borrows all three.
  DocumentCheck(Parsed& parsed, const Version& version, const contract::v1::Erp& erp);
  ~DocumentCheck();
  // As soon as its end tag is read: while it is at hand, since a second walk through a large document costs more than
  // the checks themselves.
  void OrderEnded(const flow::v1::ProductionOrder& order);
  // What concerns the whole document; all findings.
  Findings Finish();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

// Index of the order (schedule, order) a finding's path lies in; {-1,-1} = the document.
struct OrderIndex {
  int schedule = -1;
  int order = -1;
};
OrderIndex OrderOf(const Parsed& parsed, const Finding& finding);

// The same for the response (performance, response).
struct ResponseIndex {
  int performance = -1;
  int response = -1;
};
ResponseIndex ResponseOf(const Parsed& parsed, const Finding& finding);

// The same for the lot, test result or event, of whichever noun the document has: its index among those of its
// information, and that one's index; a noun that stands alone has information 0.
struct QualityIndex {
  int information = -1;
  int item = -1;
};
QualityIndex QualityOf(const Parsed& parsed, const Finding& finding);

}  // namespace isa95::b2mml
