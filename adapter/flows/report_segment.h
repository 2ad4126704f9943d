// One report as a SegmentResponse, in the elements that a version has and in data items for the rest. Pure.
#pragma once

#include <initializer_list>
#include <string_view>

#include "b2mml/version.h"
#include "isa95/flow/v1/document.pb.h"

namespace isa95::flows {

// What one message of a version has a place for. Borrows the version.
class Places {
 public:
  Places(const b2mml::Version& version, flow::v1::VerbCode verb, std::string_view noun_form,
         flow::v1::NounCode noun = flow::v1::NOUN_CODE_PERFORMANCE);
  bool exist() const { return root_ != nullptr; }  // the version has such a message
  // Fields of the canonical model from the Document on: {"performance", "response", "id"}.
  bool Carry(std::initializer_list<std::string_view> path) const;
  bool CarryInSegment(std::string_view field) const { return Carry({"performance", "response", "segment", field}); }

 private:
  const b2mml::TypePlan* root_ = nullptr;  // null: the version has no such message
};

flow::v1::SegmentResponse SegmentOf(const flow::v1::ExecutionConfirmation& confirmation, const Places& places);
flow::v1::SegmentResponse SegmentOf(const flow::v1::MaterialConsumption& consumption, const Places& places);
// A stop, in the form that every version has: a segment DOWNTIME with data items.
flow::v1::SegmentResponse SegmentOf(const flow::v1::DowntimeEvent& stop, const Places& places);
// What a Cancel names: the report that is taken back. The reason goes here where the verb has no place for it.
flow::v1::SegmentResponse SegmentOf(const flow::v1::ReportReversal& reversal, std::string_view erp_document,
                                    const Places& places);

}  // namespace isa95::flows
