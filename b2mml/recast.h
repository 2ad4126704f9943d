// A document that no schema of ours takes as it is, written again as the message it is meant to be: out of its SOAP
// envelope, in its version's namespace, with verb and ApplicationArea around a bare noun, and with each named deviation
// undone (the tolerances of the contract's dialect that concern the shape). The schema then judges the result as
// strictly as any other document. Read without a schema, under all limits. Private to b2mml/. Pure; one document, one
// thread. Source: DESIGN 6, dialects.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "b2mml/tolerance_log.h"
#include "b2mml/translate.h"

namespace isa95::b2mml {

// An element that was passed over, and below which ones it stood: row and position, the root's first.
struct PassedOver {
  std::vector<std::pair<const RowPlan*, uint32_t>> parents;
  flow::v1::Extension extension;
};

struct Recast {
  bool deviates = false;  // false: there is nothing to undo, and all else is empty
  std::string xml;        // empty: it could not be written; `findings` say why
  Findings findings;      // a warning for each tolerance used, errors for what is not allowed
  ToleranceUses uses;
  bool bare = false;  // the ApplicationArea is ours
  PathShift shift;    // from paths of `xml` to those of the original
  std::vector<PassedOver> passed_over;
};

// Deviations that the dialect does not allow are undone as well, so that one reading names all that is wrong.
Recast RecastDocument(std::string_view xml, const Versions& versions, const contract::v1::Erp& erp,
                      const XmlLimits& limits);

// Keeps what was passed over in the messages it belongs to, as extensions of no version.
void KeepPassedOver(const std::vector<PassedOver>& passed_over, Parsed& parsed);

}  // namespace isa95::b2mml
