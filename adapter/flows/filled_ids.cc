#include "adapter/flows/filled_ids.h"

#include <map>
#include <set>

#include "grpc/model/text.h"

namespace isa95::flows {
namespace {

using namespace flow::v1;

// What the order's own lines and steps are called, and what was filled in for those without a name.
class Names {
 public:
  explicit Names(const ledger::OrderPast& past) {
    for (const auto& item : past.order) {
      const auto& order = item.envelope.production_order();
      AddSegments(order.segment(), order.id().value());
    }
    for (const auto& id : own_) filled_.erase(id);
  }

  // Null: not filled in. Else the step's operation; empty for a material.
  const std::string* OperationOf(const std::string& id) const {
    const auto found = filled_.find(id);
    return found == filled_.end() ? nullptr : &found->second;
  }

 private:
  template <typename Lines>
  void AddMaterials(const Lines& lines, const std::string& above) {
    int position = 0;
    for (const auto& line : lines) {
      const std::string filled = Cat(above, "-M", ++position);
      if (line.has_id()) {
        own_.insert(line.id().value());
      } else {
        filled_[filled];
      }
      AddMaterials(line.assembly_requirement(), line.has_id() ? line.id().value() : filled);
    }
  }

  template <typename Segments>
  void AddSegments(const Segments& segments, const std::string& above) {
    int position = 0;
    for (const auto& segment : segments) {
      const std::string filled = Cat(above, "-S", ++position);
      if (segment.has_id()) {
        own_.insert(segment.id().value());
      } else {
        filled_[filled] = segment.operations_segment_id().value();
      }
      const std::string& id = segment.has_id() ? segment.id().value() : filled;
      AddMaterials(segment.material(), id);
      AddSegments(segment.child(), id);
    }
  }

  std::set<std::string> own_;
  std::map<std::string, std::string> filled_;
};

template <typename Content>
void ForgetSegment(Content& content, const Names& names) {
  const auto* operation = names.OperationOf(content.segment_requirement_id().value());
  if (operation == nullptr) return;
  content.clear_segment_requirement_id();
  if (!content.has_operations_segment_id() && !operation->empty())
    content.mutable_operations_segment_id()->set_value(*operation);
}

}  // namespace

void ForgetFilledIds(exchange::v1::Report& report, const ledger::OrderPast& past) {
  const Names names(past);
  if (report.has_confirmation()) ForgetSegment(*report.mutable_confirmation(), names);
  if (!report.has_consumption()) return;
  ForgetSegment(*report.mutable_consumption(), names);
  for (auto& line : *report.mutable_consumption()->mutable_consumed()) {
    if (names.OperationOf(line.material_requirement_id().value()) != nullptr) line.clear_material_requirement_id();
  }
}

}  // namespace isa95::flows
