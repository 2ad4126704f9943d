// b2mml-sim-reconcile: holds the two simulators' records against each other: what became of each order, and what was
// made and used against what is posted. Exit: 0 reconciled, 1 not, 2 usage or unreadable record.
#include <boost/program_options.hpp>
#include <iostream>

#include "grpc/model/decimal.h"
#include "simulators/common/record.h"
#include "simulators/reconcile/facts.h"
#include "simulators/reconcile/reconcile.h"
#include "simulators/reconcile/reports.h"

namespace po = boost::program_options;

int main(int argc, char** argv) {
  std::string erp_file, mes_file, used_by = "the consumer";
  std::vector<std::string> allowed;
  bool table = false, help = false;
  po::options_description options("Options");
  options.add_options()("help", po::bool_switch(&help), "this text")(
      "erp", po::value(&erp_file), "record of b2mml-erp-sim")("mes", po::value(&mes_file), "record of b2mml-mes-sim")(
      "allow-parked", po::value(&allowed)->composing(), "a reason for which a report may be parked; may repeat")(
      "used-by", po::value(&used_by), "who is to know of a stop or a hold, as the contract has it")(
      "table", po::bool_switch(&table), "print a line per order");
  try {
    po::variables_map values;
    po::store(po::parse_command_line(argc, argv, options), values);
    po::notify(values);
  } catch (const std::exception& error) {
    std::cerr << "b2mml-sim-reconcile: " << error.what() << "\n";
    return 2;
  }
  if (help || erp_file.empty() || mes_file.empty()) {
    std::cout << options << "\nExample:\n  b2mml-sim-reconcile --erp erp.jsonl --mes mes.jsonl --table\n";
    return help ? 0 : 2;
  }
  const auto erp = isa95::sim::ReadRecord(erp_file);
  const auto mes = isa95::sim::ReadRecord(mes_file);
  if (!erp.ok() || !mes.ok()) {
    std::cerr << "b2mml-sim-reconcile: a record cannot be read\n";
    return 2;
  }
  const auto result = isa95::sim::Reconcile(*erp, *mes);
  if (table) std::cout << result.table;
  std::cout << result.summary;
  const auto reports = isa95::sim::ReconcileReports(*erp, *mes, {allowed.begin(), allowed.end()});
  for (const auto& difference : reports.differences) std::cout << difference << "\n";
  const auto facts = isa95::sim::ReconcileFacts(*erp, *mes, {allowed.begin(), allowed.end()});
  for (const auto& difference : facts.differences) std::cout << difference << "\n";
  const bool reconciled = result.reconciled && reports.reconciled && facts.reconciled;
  std::cout << reports.summary << facts.summary;
  if (facts.slowest_ms >= 0) {
    std::cout << "slowest to " << used_by << ": " << isa95::FormatDecimal({facts.slowest_ms, 3}) << " s, "
              << facts.slowest << "\n";
  }
  std::cout << (reconciled ? "reconciled" : "NOT reconciled") << "\n";
  return reconciled ? 0 : 1;
}
