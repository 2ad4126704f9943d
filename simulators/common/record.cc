#include "simulators/common/record.h"

#include <fcntl.h>
#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>
#include <unistd.h>

#include <chrono>
#include <fstream>

#include "grpc/model/text.h"

namespace isa95::sim {
namespace {

int64_t NowMs() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

std::string Quoted(const std::string& text) {
  google::protobuf::Value value;
  value.set_string_value(text);
  std::string json;
  (void)google::protobuf::util::MessageToJsonString(value, &json);
  return json;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Record>> Record::Open(const std::string& path) {
  const int file = open(path.c_str(), O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
  if (file < 0) return absl::InvalidArgumentError(Cat("the record ", path, " cannot be written"));
  return std::unique_ptr<Record>(new Record(file));
}

Record::~Record() { close(file_); }

absl::Status Record::Append(const std::vector<std::pair<std::string, std::string>>& fields) {
  std::string line = Cat("{\"at\":\"", NowMs(), "\"");
  for (const auto& [name, value] : fields) line += Cat(",\"", name, "\":", Quoted(value));
  line += "}\n";
  std::lock_guard lock(mutex_);
  if (write(file_, line.data(), line.size()) != static_cast<ssize_t>(line.size()) || fdatasync(file_) != 0) {
    return absl::InternalError("the record cannot be written");
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<std::map<std::string, std::string>>> ReadRecord(const std::string& path) {
  std::vector<std::map<std::string, std::string>> lines;
  std::ifstream in(path);
  std::string text;
  while (std::getline(in, text)) {
    google::protobuf::Struct object;
    if (!google::protobuf::util::JsonStringToMessage(text, &object).ok()) {
      if (in.eof() || in.peek() == EOF) break;
      return absl::DataLossError(Cat("a line in ", path, " is not readable: ", text));
    }
    auto& line = lines.emplace_back();
    for (const auto& [name, value] : object.fields()) line[name] = value.string_value();
  }
  return lines;
}

}  // namespace isa95::sim
