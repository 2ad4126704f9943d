// What is posted where the contract rounds a unit. Each posting is what the rounded sum of its account grows by, so
// that nothing left over is lost or booked twice: ten times 0.0004 kg at three digits are 0.004 kg, not nothing.
#include <algorithm>

#include "adapter/flows/report_rules.h"

namespace isa95::flows {
namespace {

using ledger::StoredReport;

flow::v1::Quantity& QuantityAt(flow::v1::Envelope& content, int line) {
  return content.has_execution_confirmation()
             ? *content.mutable_execution_confirmation()->mutable_output(line)->mutable_quantity()
             : *content.mutable_material_consumption()->mutable_consumed(line)->mutable_quantity();
}

Position PlaceOf(const StoredReport& report) {
  return {report.envelope.order_sequence(), report.id, report.envelope.sender()};
}

// Posts an order's past once more, one report after the other.
class Books {
 public:
  Books(const PlannedOrder& order, const policy::Units& units) : order_(order), units_(units) {}

  // In place.
  void Post(flow::v1::Envelope& content, std::string_view id) {
    auto& entries = posted_[std::string(id)];
    const auto lines = LinesOf(content, order_);
    for (size_t i = 0; i < lines.size(); ++i) {
      const auto unit = lines[i].quantity->unit().value();
      const auto digits = units_.RoundedTo(unit);
      if (!digits) continue;
      auto& account = accounts_[lines[i].key + unit];
      const auto exact = ValueOf(*lines[i].quantity);
      account.exact = Add(account.exact, exact);
      auto grown = Subtract(policy::Round(account.exact, *digits), account.posted);
      if (IsNegative(grown)) grown = ExactDecimal();  // the ERP takes nothing below zero; the next one makes up for it
      account.posted = Add(account.posted, grown);
      entries.push_back({&account, exact, grown});
      QuantityAt(content, static_cast<int>(i)).mutable_value()->set_value(FormatDecimal(grown));
    }
  }

  void TakeBack(const std::string& id) {
    for (const auto& entry : posted_[id]) {
      entry.account->exact = Subtract(entry.account->exact, entry.exact);
      entry.account->posted = Subtract(entry.account->posted, entry.posted);
    }
    posted_.erase(id);
  }

 private:
  struct Account {
    ExactDecimal exact, posted;
  };
  struct Entry {
    Account* account;
    ExactDecimal exact, posted;
  };
  const PlannedOrder& order_;
  const policy::Units& units_;
  std::map<std::string, Account> accounts_;
  std::map<std::string, std::vector<Entry>> posted_;  // by the id under which it stands at the ERP
};

}  // namespace

void RoundPosting(StoredReport& posting, const ledger::OrderPast& past, const Effects& effects,
                  const PlannedOrder& order, const policy::Units& units) {
  std::vector<const StoredReport*> earlier;  // what was taken back before it got to the ERP never counted
  for (const auto& report : past.reports) {
    if (IsInPlay(report) && IsBefore(PlaceOf(report), PlaceOf(posting))) earlier.push_back(&report);
  }
  std::sort(earlier.begin(), earlier.end(),
            [](const auto* left, const auto* right) { return IsBefore(PlaceOf(*left), PlaceOf(*right)); });
  Books books(order, units);
  for (const auto* report : earlier) {
    auto content = report->envelope;
    if (!content.has_report_reversal()) {
      books.Post(content, content.key_id());
      continue;
    }
    const auto* target = effects.Find(content.sender(), content.report_reversal().reverses_id().value());
    const auto* root = target == nullptr ? nullptr : effects.RootOf(*target);
    if (root == nullptr) continue;
    if (effects.Restores(*target)) {
      auto restored = root->envelope;
      books.Post(restored, content.key_id());
    } else {
      books.TakeBack(target->envelope.key_id());
    }
  }
  books.Post(posting.envelope, posting.envelope.key_id());
}

}  // namespace isa95::flows
