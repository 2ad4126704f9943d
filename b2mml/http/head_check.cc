#include "b2mml/http/head_check.h"

#include "grpc/model/text.h"

namespace isa95::http {
namespace {

Finding Bad(std::string_view code, std::string_view words, std::string_view mend) {
  return Error(code, "", 0, words, mend, "ERP integrator");
}

}  // namespace

std::optional<Finding> JudgeHead(std::string_view head) {
  int lengths = 0, encodings = 0;
  bool first = true;
  while (!head.empty()) {
    const auto end = head.find("\r\n");
    const auto line = head.substr(0, end);
    head.remove_prefix(end == std::string_view::npos ? head.size() : end + 2);
    if (line.find('\n') != std::string_view::npos || line.find('\r') != std::string_view::npos ||
        line.find('\0') != std::string_view::npos) {
      return Bad("HEADER_MALFORMED", "A header line ends with a bare line feed or holds a control character.",
                 "End lines with CR LF.");
    }
    if (line.starts_with(' ') || line.starts_with('\t')) {
      return Bad("HEADER_FOLDED", "A header line is folded.", "Send each header on one line.");
    }
    if (first || line.empty()) {
      first = false;
      continue;
    }
    const auto colon = line.find(':');
    const std::string name = Lower(line.substr(0, colon));
    const auto value = colon == std::string_view::npos ? std::string_view() : Trim(line.substr(colon + 1));
    lengths += name == "content-length";
    if (name != "transfer-encoding") continue;
    ++encodings;
    if (Lower(value) != "chunked") {
      return Bad("TRANSFER_ENCODING_UNKNOWN", Cat("Transfer-Encoding '", value, "' is not taken."),
                 "Send Content-Length, or Transfer-Encoding: chunked.");
    }
  }
  if (lengths > 1 || encodings > 1)
    return Bad("HEADER_LENGTH_TWICE", "The body's length is stated twice.", "Send one Content-Length.");
  if (lengths > 0 && encodings > 0) {
    return Bad("HEADER_LENGTH_AND_ENCODING", "Content-Length and Transfer-Encoding contradict each other.",
               "Send one of them.");
  }
  return std::nullopt;
}

}  // namespace isa95::http
