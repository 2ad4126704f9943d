// The text that a recast document becomes: each start tag ends on the line it ended on in the original, so that
// findings name the lines of what was sent. Private to b2mml/. One document, one thread. Units: bytes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "b2mml/reader.h"

namespace isa95::b2mml {

class RecastWriter {
 public:
  explicit RecastWriter(uint64_t limit) : limit_(limit) {}

  struct Mark {
    size_t size = 0;
    uint64_t line = 1;
  };

  // `xml_namespace` null: that of the element around it.
  void Open(std::string_view name, const std::string_view* xml_namespace, const std::vector<XmlAttribute>& attributes,
            uint64_t line);
  void Text(std::string_view text);
  void Close(std::string_view name);
  void Raw(std::string_view xml) { out_ += xml; }  // without line breaks
  Mark Here() const { return {out_.size(), line_}; }
  void CutBackTo(const Mark& mark);

  bool full() const { return out_.size() > limit_; }
  std::string Take() { return std::move(out_); }

 private:
  const uint64_t limit_;
  std::string out_;
  uint64_t line_ = 1;
};

}  // namespace isa95::b2mml
