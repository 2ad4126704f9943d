#include "adapter/answer_words.h"

#include <algorithm>

#include "grpc/model/text.h"

namespace isa95::adapter {

std::string ActionOf(const flow::v1::Verb& verb) {
  const bool stated = verb.criteria_size() > 0 && verb.criteria(0).expression_size() > 0;
  return stated ? verb.criteria(0).expression(0).action_code() : "Accepted";
}

AnswerReason ReasonOf(const flow::v1::Verb& verb) {
  if (verb.criteria_size() == 0) return {};
  const auto& criteria = verb.criteria(0);
  if (criteria.has_change_status()) {
    const auto& status = criteria.change_status();
    return {status.has_code() ? status.code().value() : status.reason_code().value(),
            status.description_size() > 0 ? status.description(0).value() : ""};
  }
  const std::string said = criteria.expression_size() > 0 ? criteria.expression(0).value() : "";
  if (said == "/") return {};  // about all of it
  const auto blank = said.find(' ');
  const AnswerReason reason{said.substr(0, blank), blank == std::string::npos ? "" : said.substr(blank + 1)};
  return IsReasonCode(reason.code) ? reason : AnswerReason{"", said};
}

bool IsReasonCode(std::string_view word) {
  return !word.empty() && word.size() <= 64 && std::all_of(word.begin(), word.end(), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
}

}  // namespace isa95::adapter
