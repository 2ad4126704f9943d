// Turns the events of one document into the canonical Document, by the plan of the version its root names. Private to
// b2mml/. One thread at a time. Ownership: borrows versions, terms and `parsed`.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "b2mml/capture.h"
#include "b2mml/check.h"
#include "b2mml/translate.h"

namespace isa95::b2mml {

class DocumentSink : public EventSink {
 public:
  DocumentSink(const Versions& versions, const contract::v1::Erp& erp, Parsed& parsed)
      : versions_(versions), erp_(erp), parsed_(parsed) {}

  bool Start(std::string_view xml_namespace, std::string_view name, const std::vector<XmlAttribute>& attributes,
             const XmlPosition& at) override;
  bool Text(std::string_view text, const XmlPosition& at) override;
  bool End(std::string_view xml_namespace, std::string_view name, const XmlPosition& at) override;

  // Known from the root on; null where the root is none of ours, which has left its finding.
  const Version* version() const { return version_; }
  const Message* root() const { return root_; }
  // What is wrong with the content of a document whose shape is right.
  Findings FinishChecks() { return check_ ? check_->Finish() : Findings(); }

 private:
  // An element that is open: with rows where it has some, else a leaf. Kept for the next at its depth.
  struct Frame {
    const RowPlan* row = nullptr;
    ProtoMessage* message = nullptr;
    uint32_t step = 0;
    uint32_t next_row = 0;         // elements come in the order of the rows
    uint64_t filled = 0;           // field numbers that an element has filled
    std::vector<uint32_t> counts;  // elements of each row so far
  };

  Frame& Top() { return frames_[depth_ - 1]; }
  bool OpenRoot(std::string_view xml_namespace, std::string_view name, const XmlPosition& at);
  bool Enter(std::string_view xml_namespace, std::string_view name, const std::vector<XmlAttribute>& attributes,
             const XmlPosition& at);
  void Push(const RowPlan& row, ProtoMessage& message, uint32_t parent, uint32_t position, const XmlPosition& at);
  const RowPlan* RowOf(std::string_view name);
  void NotePassedOver(bool ours, std::string_view name, const XmlPosition& at);
  void StoreCapture();
  void TakeAttributes(const std::vector<XmlAttribute>& attributes);
  void FinishLeaf(const Frame& frame);
  void FinishInstant(const Frame& frame);
  bool IsSuspect(const Frame& frame) const;
  void FinishCoded(const LeafPlan& leaf, ProtoMessage& message);

  const Versions& versions_;
  const contract::v1::Erp& erp_;
  Parsed& parsed_;
  const Version* version_ = nullptr;
  const Message* root_ = nullptr;
  std::vector<Frame> frames_;
  size_t depth_ = 0;
  std::string text_;  // of the leaf that is open
  std::optional<Capture> capture_;
  std::optional<DocumentCheck> check_;
  size_t notes_ = 0;
};

}  // namespace isa95::b2mml
