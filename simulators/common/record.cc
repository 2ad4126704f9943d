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

std::string FieldOf(const RecordLine& line, const std::string& name) {
  const auto found = line.find(name);
  return found == line.end() ? std::string() : found->second;
}

std::optional<RecordLine> ParseRecordLine(const std::string& text) {
  google::protobuf::Struct object;
  if (!google::protobuf::util::JsonStringToMessage(text, &object).ok()) return std::nullopt;
  RecordLine line;
  for (const auto& [name, value] : object.fields()) line[name] = value.string_value();
  return line;
}

absl::Status Record::Append(const RecordFields& fields) { return AppendAll({fields}); }

absl::Status Record::AppendAll(const std::vector<RecordFields>& lines) {
  std::string text;
  for (const auto& fields : lines) {
    text += Cat("{\"at\":\"", NowMs(), "\"");
    for (const auto& [name, value] : fields) text += Cat(",\"", name, "\":", Quoted(value));
    text += "}\n";
  }
  std::lock_guard lock(mutex_);
  if (write(file_, text.data(), text.size()) != static_cast<ssize_t>(text.size()) || fdatasync(file_) != 0) {
    return absl::InternalError("the record cannot be written");
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<RecordLine>> ReadRecord(const std::string& path) {
  std::vector<RecordLine> lines;
  std::ifstream in(path);
  std::string text;
  while (std::getline(in, text)) {
    auto line = ParseRecordLine(text);
    if (!line && (in.eof() || in.peek() == EOF)) break;
    if (!line) return absl::DataLossError(Cat("a line in ", path, " is not readable: ", text));
    lines.push_back(*std::move(line));
  }
  return lines;
}

}  // namespace isa95::sim
