#include "b2mml/check_report.h"

namespace isa95::b2mml {

bool CheckReport::Releases() const {
  const auto verb = parsed_.document.verb().code();
  return verb == flow::v1::VERB_CODE_PROCESS || verb == flow::v1::VERB_CODE_SYNC ||
         verb == flow::v1::VERB_CODE_NOTIFY || Changes();
}

bool CheckReport::Changes() const { return parsed_.document.verb().code() == flow::v1::VERB_CODE_CHANGE; }

ToleranceLog::Where CheckReport::PlaceOf(const ProtoMessage& at) const {
  return [this, &at] { return ToleranceLog::Place{parsed_.PathOf(at), parsed_.LineOf(at)}; };
}

void CheckReport::Bad(std::string_view code, const ProtoMessage& at, std::string_view words, std::string_view mend) {
  log_.Bad(code, PlaceOf(at), words, mend);
}

void CheckReport::Flag(std::string_view code, const ProtoMessage& at, std::string_view words, std::string_view mend) {
  log_.Flag(code, PlaceOf(at), words, mend);
}

void CheckReport::Allowed(std::string_view name, const ProtoMessage& at, std::string_view words) {
  log_.Allowed(name, PlaceOf(at), words);
}

void CheckReport::Tolerance(std::string_view name, const ProtoMessage& at, std::string_view words,
                            std::string_view mend) {
  log_.Tolerance(name, PlaceOf(at), words, mend);
}

}  // namespace isa95::b2mml
