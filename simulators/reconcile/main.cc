// b2mml-sim-reconcile: holds the two simulators' records against each other and the adapter's own counts, order by
// order. Exit: 0 reconciled, 1 not, 2 usage or unreadable record.
#include <boost/program_options.hpp>
#include <iostream>
#include <map>

#include "simulators/common/record.h"
#include "simulators/reconcile/reconcile.h"

namespace po = boost::program_options;

int main(int argc, char** argv) {
  std::string erp_file, mes_file;
  bool table = false, help = false;
  po::options_description options("Options");
  options.add_options()("help", po::bool_switch(&help), "this text")(
      "erp", po::value(&erp_file), "record of b2mml-erp-sim")("mes", po::value(&mes_file), "record of b2mml-mes-sim")(
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
  return result.reconciled ? 0 : 1;
}
