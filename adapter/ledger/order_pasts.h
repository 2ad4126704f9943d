// The pasts of the orders that were reported of last, remembered as the tables have them: a report is judged by all
// that came before it, and to read all of that anew for each would make the thousandth a thousand times as dear as the
// first. Whatever changes a report or an order tells it here too; after a roll back all is forgotten. Bounded. Used by
// one thread at a time.
#pragma once

#include <list>
#include <map>
#include <string>
#include <utility>

#include "adapter/ledger/report_ledger.h"

namespace isa95::ledger {

class OrderPasts {
 public:
  using Order = std::pair<std::string, std::string>;  // site, order id

  // Null where it is not remembered. Valid until the next call that is not const.
  OrderPast* Find(const Order& order);
  OrderPast* Keep(const Order& order, OrderPast past);
  void Add(StoredReport report);            // one that owns its key; does nothing where its order is not remembered
  void Change(const StoredReport& report);  // likewise
  void Forget(const Order& order);
  void ForgetAll();

 private:
  struct Entry {
    OrderPast past;
    std::list<Order>::iterator age;
  };
  std::map<Order, Entry> pasts_;
  std::list<Order> ages_;  // the last one used first
  size_t size_ = 0;        // reports and orders in all of them
};

}  // namespace isa95::ledger
