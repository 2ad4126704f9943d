// What an answer says: the word and the reason of Acknowledge, Respond and ConfirmBOD, of whichever side. Pure.
#pragma once

#include <string>
#include <string_view>

#include "isa95/flow/v1/document.pb.h"

namespace isa95::adapter {

// Of the first criteria, which counts. B2MML: silence means Accepted.
std::string ActionOf(const flow::v1::Verb& verb);

struct AnswerReason {
  std::string code;  // empty = none that is one
  std::string text;
};
// From ChangeStatus, the code as it stands; where the version has none, from the expression: "CODE text".
AnswerReason ReasonOf(const flow::v1::Verb& verb);
// UPPER_SNAKE, at most 64 characters.
bool IsReasonCode(std::string_view word);

}  // namespace isa95::adapter
