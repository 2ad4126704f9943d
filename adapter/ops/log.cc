#include "adapter/ops/log.h"

#include <spdlog/async_logger.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <cstdio>
#include <ctime>

namespace isa95::adapter::ops {
namespace {

constexpr std::string_view kMembers = "members", kUnknown = "\xEF\xBF\xBD";

// Bytes of the UTF-8 character at the start of `text`; 0 = there is none.
size_t CharacterSize(std::string_view text) {
  const auto at = [&](size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
  const auto more = [&](size_t i) { return at(i) >= 0x80 && at(i) < 0xC0; };
  const unsigned first = at(0), second = at(1);
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first < 0xE0) return more(1) ? 2 : 0;
  const bool surrogate = first == 0xED && second >= 0xA0, overlong3 = first == 0xE0 && second < 0xA0;
  if (first >= 0xE0 && first < 0xF0) return more(1) && more(2) && !surrogate && !overlong3 ? 3 : 0;
  const bool beyond = first == 0xF4 && second >= 0x90, overlong4 = first == 0xF0 && second < 0x90;
  if (first >= 0xF0 && first < 0xF5) return more(1) && more(2) && more(3) && !beyond && !overlong4 ? 4 : 0;
  return 0;
}

void AppendByte(std::string& out, char c) {
  if (c == '"' || c == '\\') {
    out += '\\';
    out += c;
  } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
    char escape[8];
    std::snprintf(escape, sizeof(escape), "\\u%04x", static_cast<unsigned>(c));
    out += escape;
  } else {
    out += c;
  }
}

class JsonLine : public spdlog::formatter {
 public:
  void format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& out) override {
    line_.clear();
    line_ += R"({"at":")";
    AppendTime(message.time);
    line_ += R"(","level":")";
    const auto level = spdlog::level::to_string_view(message.level);
    line_.append(level.data(), level.size());
    line_ += "\",";
    const std::string_view text(message.payload.data(), message.payload.size());
    const std::string_view logger(message.logger_name.data(), message.logger_name.size());
    if (logger == kMembers) {
      line_ += text;
    } else {
      line_ += R"("message":)";
      AppendJson(line_, text, Log::kMaxText);
    }
    line_ += "}\n";
    out.append(line_.data(), line_.data() + line_.size());
  }
  std::unique_ptr<spdlog::formatter> clone() const override { return std::make_unique<JsonLine>(); }

 private:
  void AppendTime(spdlog::log_clock::time_point time) {
    using namespace std::chrono;
    const auto since = duration_cast<milliseconds>(time.time_since_epoch()).count();
    const std::time_t seconds = since / 1000;
    std::tm utc{};
    gmtime_r(&seconds, &utc);
    char text[40];
    const size_t size = std::strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &utc);
    line_.append(text, size);
    std::snprintf(text, sizeof(text), ".%03dZ", static_cast<int>(since % 1000));
    line_ += text;
  }

  std::string line_;
};

}  // namespace

void AppendJson(std::string& out, std::string_view text, size_t max) {
  out += '"';
  for (size_t taken = 0; !text.empty();) {
    const size_t size = CharacterSize(text);
    taken += size == 0 ? 1 : size;
    if (taken > max) {
      out += "...";
      break;
    }
    if (size == 1) AppendByte(out, text.front());
    if (size == 0) out += kUnknown;
    if (size > 1) out += text.substr(0, size);
    text.remove_prefix(size == 0 ? 1 : size);
  }
  out += '"';
}

Log::Log() : writer_(std::make_shared<spdlog::details::thread_pool>(kQueue, 1)) {
  auto sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
  sink->set_formatter(std::make_unique<JsonLine>());
  constexpr auto kGiveUp = spdlog::async_overflow_policy::overrun_oldest;
  words_ = std::make_shared<spdlog::async_logger>("words", sink, writer_, kGiveUp);
  members_ = std::make_shared<spdlog::async_logger>(std::string(kMembers), sink, writer_, kGiveUp);
  spdlog::set_default_logger(words_);
}

Log::~Log() { spdlog::shutdown(); }

uint64_t Log::dropped() const { return writer_->overrun_counter(); }

}  // namespace isa95::adapter::ops
