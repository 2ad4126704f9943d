// How the deviations of one document become findings and are counted, whoever notices them. A use of a tolerance that
// the dialect allows is a warning, any other an error whose mend names the tolerance. Pure. Borrows the dialect. One
// document, one thread. Source: DESIGN 6, dialects.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "grpc/model/finding.h"
#include "isa95/contract/v1/contract.pb.h"

namespace isa95::b2mml {

// Uses of tolerances by their key in the dialect.
using ToleranceUses = std::map<std::string, uint64_t, std::less<>>;

class ToleranceLog {
 public:
  struct Place {
    std::string path;
    uint64_t line = 0;
  };
  using Where = std::function<Place()>;  // asked only for what becomes a finding of its own

  explicit ToleranceLog(const contract::v1::Dialect& dialect) : dialect_(dialect) {}

  const contract::v1::Dialect& dialect() const { return dialect_; }
  // Of findings and uses, so far.
  uint64_t noticed() const { return noticed_; }
  const ToleranceUses& uses() const { return uses_; }

  // What no tolerance allows.
  void Bad(std::string_view code, const Where& where, std::string_view words, std::string_view mend);
  // A warning: it is taken, and somebody should look. A document's first hundred.
  void Flag(std::string_view code, const Where& where, std::string_view words, std::string_view mend);
  // A deviation the contract can allow by the dialect field `name`: then a warning that names it, else an error. Its
  // code is the name in upper case.
  void Tolerance(std::string_view name, const Where& where, std::string_view words, std::string_view mend);
  // The warning for a tolerance that was used. The first hundred of a name are findings of their own, the others are
  // counted: see Finish.
  void Allowed(std::string_view name, const Where& where, std::string_view words);
  // All of them, and what was only counted. More than a thousand errors refuse the document as a whole:
  // TOO_MANY_FINDINGS.
  Findings Finish();

 private:
  const contract::v1::Dialect& dialect_;
  Findings findings_;
  uint64_t noticed_ = 0, errors_ = 0, flagged_ = 0;
  ToleranceUses uses_;
};

// The code of a tolerance's findings: its key in upper case.
std::string CodeOfTolerance(std::string_view name);
void AddUses(const ToleranceUses& uses, ToleranceUses& sum);

}  // namespace isa95::b2mml
