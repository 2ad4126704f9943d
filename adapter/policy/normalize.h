// Names and units of a whole message, in place: from a party's way to the standard one, and back. Which field holds
// which name is one table, held against the protos by a test. Pure; safe for use by many threads.
//
//   auto findings = normalizer.ToStandard(Party::kErp, order);   // MaterialRequirement.material_lot_id is a batch
#pragma once

#include <google/protobuf/message.h>

#include <optional>

#include "adapter/policy/naming.h"
#include "adapter/policy/units.h"
#include "grpc/model/finding.h"

namespace isa95::policy {

// What the field's text is a name of; null = it is none. `field` is of type Identifier.
std::optional<NameKind> KindOf(const google::protobuf::FieldDescriptor& field);
// Names of another sort, such as a step's or a report's own: nobody's policy. Every Identifier of the flow messages is
// in one of the two tables.
bool IsOwnName(const google::protobuf::FieldDescriptor& field);

class Normalizer {
 public:
  explicit Normalizer(const contract::v1::SiteContract& contract) : names_(contract), units_(contract) {}

  const Names& names() const { return names_; }
  const Units& units() const { return units_; }
  bool empty() const { return names_.empty() && units_.empty(); }

  // An error where a name or unit cannot be taken: it stays as it came. Path: the field, as "output[2].quantity".
  // Who acts: the party's integrator.
  Findings ToStandard(Party party, google::protobuf::Message& message) const;
  void ToParty(Party party, google::protobuf::Message& message) const;

 private:
  Names names_;
  Units units_;
};

}  // namespace isa95::policy
