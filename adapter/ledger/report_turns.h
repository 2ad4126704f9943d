// Which orders may have a report to send or to release, remembered beside the table, so that a backlog is not searched
// for them: an ERP that is away for a day must not make each new report dearer. Whatever changes a report tells its
// order; all are told of when a ledger is opened. To tell of one too often costs a look and no more, so a transaction
// that is rolled back leaves nothing wrong here. Pure but for its own memory; used by one thread at a time.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace isa95::ledger {

class ReportTurns {
 public:
  using Order = std::pair<std::string, std::string>;  // site, order id

  // A report of the order has changed.
  void Touch(const Order& order);
  // One has come: whose turn it is does not change while another waits for its answer.
  void Add(const Order& order);
  // One of the order's reports is held, at the longest until then.
  void Hold(const Order& order, int64_t until_ms);

  // The held reports of all chains but orders' may go on: a lot they wait for is known now.
  void AskAllChains(const std::string& site);

  // Orders to look at: touched, or their time has come. Each has to be placed, or is forgotten until it is touched.
  std::vector<Order> ToLookAt(int64_t now_ms);
  void PlaceDue(const Order& order, int64_t report_id);
  // `sent`: it waits for the answer to a report that was sent, and for nothing else.
  void PlaceLater(const Order& order, int64_t at_ms, bool sent);
  // Of the due ones the oldest report ids, at most `max`.
  std::vector<std::pair<int64_t, Order>> Due(uint32_t max) const;

  // Orders whose held reports are to be asked: touched since, or a hold is over. Each stays until HoldAsked.
  std::vector<Order> HeldToAsk(int64_t now_ms) const;
  // `until_ms`: when the first of the holds that are left is over; 0 = none is left.
  void HoldAsked(const Order& order, int64_t until_ms);

 private:
  struct Place {
    int64_t report_id = 0;  // due
    int64_t at_ms = 0;      // later
    bool sent = false;
  };
  void Forget(const Order& order);

  std::set<Order> touched_;
  std::map<Order, Place> places_;
  std::set<std::pair<int64_t, Order>> due_, later_;
  std::map<Order, int64_t> held_;                   // until when, the first of them
  std::set<Order> ask_;                             // of the held ones: touched
  std::set<std::pair<int64_t, Order>> hold_until_;  // of the held ones
};

}  // namespace isa95::ledger
