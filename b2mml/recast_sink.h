// The events of a document, less its SOAP envelope, become the text of the message it is meant to be: see recast.h.
// Private to b2mml/. Borrows all it is given. One document, one thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "b2mml/capture.h"
#include "b2mml/recast.h"
#include "b2mml/recast_writer.h"

namespace isa95::b2mml {

class RecastSink : public EventSink {
 public:
  RecastSink(const Versions& versions, const contract::v1::Erp& erp, const XmlLimits& limits, ToleranceLog& log,
             Recast& recast)
      : versions_(versions), erp_(erp), limits_(limits), log_(log), recast_(recast), writer_(limits.bytes) {}

  bool Start(std::string_view xml_namespace, std::string_view name, const std::vector<XmlAttribute>& attributes,
             const XmlPosition& at) override;
  bool Text(std::string_view text, const XmlPosition& at) override;
  bool End(std::string_view xml_namespace, std::string_view name, const XmlPosition& at) override;

  bool ended() const { return ended_; }  // the whole message was written
  std::string Take() { return writer_.Take(); }

 private:
  struct Frame {
    const RowPlan* row = nullptr;  // null: copied as it is, with all below
    uint32_t position = 1;
    RecastWriter::Mark before;
    size_t passed_over = 0;                    // elements, before it began
    std::vector<uint32_t> counts;              // of each row so far
    int data_type = -1, quantity_string = -1;  // these rows; -1: the type has none
    bool data_type_missing = false, has_quantity = false, has_text = false;
  };

  bool OpenRoot(std::string_view xml_namespace, std::string_view name, const std::vector<XmlAttribute>& attributes,
                const XmlPosition& at);
  bool TakeNamespace(std::string_view xml_namespace, std::string_view name, const XmlPosition& at);
  const Version* AssumedVersion(std::string_view root) const;
  void OpenMessage(const Message& message, std::vector<XmlAttribute> attributes, const XmlPosition& at);
  void OpenBareNoun(const Message& message, std::string_view noun, const std::vector<XmlAttribute>& attributes,
                    const XmlPosition& at);
  std::string AgreedReleaseId() const;
  void Push(const RowPlan& row, uint32_t position, const RecastWriter::Mark& before);
  bool StartChild(std::string_view xml_namespace, std::string_view name, const std::vector<XmlAttribute>& attributes,
                  const XmlPosition& at);
  void Copy(std::string_view xml_namespace, std::string_view name, const std::vector<XmlAttribute>& attributes,
            const XmlPosition& at);
  void PassOver(std::string_view name, const std::vector<XmlAttribute>& attributes);
  void EndPassedOver(const XmlPosition& at);
  void NoteFact(std::string_view name);
  void FillDataType(Frame& frame, size_t before_row);
  void FinishLeaf(const XmlPosition& at);
  void EndFrame(std::string_view name, const XmlPosition& at);
  void CutOut();
  bool IsOurs(std::string_view xml_namespace) const;
  std::string_view Ours(std::string_view xml_namespace) const;

  const Versions& versions_;
  const contract::v1::Erp& erp_;
  const XmlLimits& limits_;
  ToleranceLog& log_;
  Recast& recast_;
  RecastWriter writer_;
  const Version* version_ = nullptr;
  std::string document_namespace_;
  std::vector<Frame> frames_;
  size_t base_ = 1;  // frames that the root of the document opened
  bool ended_ = false;
  // The leaf that is open: written when it ends, since its content decides how.
  const RowPlan* leaf_ = nullptr;
  std::vector<XmlAttribute> leaf_attributes_;
  uint64_t leaf_line_ = 0;
  std::string text_;
  // The element that is passed over.
  std::optional<Capture> capture_;
  std::string capture_name_, fact_;
  bool capture_is_leaf_ = false;
  uint64_t kept_bytes_ = 0;
};

}  // namespace isa95::b2mml
