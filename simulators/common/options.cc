#include "simulators/common/options.h"

#include <yaml-cpp/yaml.h>

namespace isa95::sim {
namespace {

namespace po = boost::program_options;

po::parsed_options FromScenario(const std::string& file, const po::options_description& description) {
  std::vector<std::string> arguments;
  for (const auto& entry : YAML::LoadFile(file)) {
    const std::string name = "--" + entry.first.Scalar();
    if (entry.second.IsSequence()) {
      for (const auto& item : entry.second) arguments.insert(arguments.end(), {name, item.Scalar()});
    } else if (entry.second.Scalar() == "true") {
      arguments.push_back(name);
    } else {
      arguments.insert(arguments.end(), {name, entry.second.Scalar()});
    }
  }
  return po::command_line_parser(arguments).options(description).run();
}

}  // namespace

absl::Status ReadOptions(int argc, char** argv, const po::options_description& description) {
  try {
    po::variables_map values;
    po::store(po::parse_command_line(argc, argv, description), values);
    if (values.count("scenario") != 0)
      po::store(FromScenario(values["scenario"].as<std::string>(), description), values);
    po::notify(values);
  } catch (const std::exception& error) {
    return absl::InvalidArgumentError(error.what());
  }
  return absl::OkStatus();
}

}  // namespace isa95::sim
