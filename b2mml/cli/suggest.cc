#include "b2mml/cli/suggest.h"

#include <algorithm>
#include <filesystem>

#include "grpc/model/text.h"

namespace isa95::b2mml::cli {

absl::StatusOr<std::vector<std::string>> MessagesIn(const std::vector<std::string>& files_and_folders) {
  namespace fs = std::filesystem;
  std::vector<std::string> out;
  for (const auto& given : files_and_folders) {
    std::error_code error;
    if (!fs::is_directory(given, error)) {
      out.push_back(given);
      continue;
    }
    const auto from = static_cast<std::ptrdiff_t>(out.size());
    fs::recursive_directory_iterator at(given, error);
    for (; !error && at != fs::recursive_directory_iterator(); at.increment(error)) {
      if (Lower(at->path().extension().string()) == ".xml" && at->is_regular_file(error)) out.push_back(at->path());
    }
    if (error) return absl::NotFoundError(Cat(given, " cannot be read: ", error.message()));
    std::sort(out.begin() + from, out.end());
  }
  if (out.empty()) return absl::NotFoundError("there is no .xml file in it");
  return out;
}

}  // namespace isa95::b2mml::cli
