// The only XML parser of the tree: Xerces-C++ SAX2 behind a safe profile. Everything read is hostile until its end tag.
// Source: DESIGN §12. Ownership: a Reader borrows nothing; a ProfileSchema outlives the Readers that use it.
// Threads: XmlRuntime once per process; a ProfileSchema is shared; one Reader per thread at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "grpc/model/finding.h"

namespace isa95::b2mml {

// Initialises Xerces with DTDs disabled for the whole process; main() owns one, tests too.
class XmlRuntime {
 public:
  XmlRuntime();
  ~XmlRuntime();
  XmlRuntime(const XmlRuntime&) = delete;
  XmlRuntime& operator=(const XmlRuntime&) = delete;
};

struct XmlLimits {
  uint64_t bytes = 64ull << 20;  // whole document
  uint64_t bytes_per_event =
      256 << 10;  // fed to the parser without any event coming out: one huge tag, attribute, comment
  uint32_t depth = 64;
  uint32_t attributes = 32;  // per element
  uint32_t name_chars = 256;
  // Different ones of elements, and prefixes, beyond those its parser has had before. Xerces keeps them in a table that
  // never widens: its time grows with their square.
  uint32_t names = 1'000;
  uint32_t namespaces = 64;  // different ones
  uint32_t namespace_chars = 1'024;
  uint64_t text_bytes = 64 << 10;  // of one element
  uint64_t elements = 2'000'000;
  bool positions = true;  // paths say which of several elements of a name; costs a count at each
};

struct XmlAttribute {
  std::string xml_namespace;  // empty = none
  std::string name;           // local name
  std::string value;
};

// Receives events in document order. Path is /Root/Child[2]/... with 1-based positions where a name repeats; it is
// built only when asked for, through XmlPosition.
class XmlPosition {
 public:
  virtual ~XmlPosition() = default;
  virtual std::string Path() const = 0;
  virtual uint64_t Line() const = 0;  // where the last start tag ended
};

class EventSink {
 public:
  virtual ~EventSink() = default;
  // Return false to stop reading at once (the sink has said why in its own findings).
  virtual bool Start(std::string_view xml_namespace, std::string_view name, const std::vector<XmlAttribute>& attributes,
                     const XmlPosition& at) = 0;
  virtual bool Text(std::string_view text, const XmlPosition& at) = 0;
  virtual bool End(std::string_view xml_namespace, std::string_view name, const XmlPosition& at) = 0;
};

// A compiled schema the parser validates against. Any load error is a Status: never a half-loaded grammar. It is loaded
// again, by the thread that finds it so, when documents have filled it with their namespaces (see Impl).
class ProfileSchema {
 public:
  // One XSD text a namespace.
  static absl::StatusOr<std::unique_ptr<ProfileSchema>> Compile(const std::vector<std::string>& xsd_texts);
  // From whatever `load` puts into the grammars; its error is the result's. It owns what it needs, gives the same each
  // time, and is called by one thread at a time.
  class Impl;
  struct Grammars;
  using Load = std::function<absl::Status(Grammars&)>;
  static absl::StatusOr<std::unique_ptr<ProfileSchema>> Make(Load load);
  ~ProfileSchema();
  const Impl& impl() const { return *impl_; }

 private:
  explicit ProfileSchema(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// First look, before any parser: BOM, XML declaration, root element's namespace, local name, releaseID. Refuses
// (finding, severity error): EMPTY_DOCUMENT, NOT_XML, ENCODING_NOT_ALLOWED (only UTF-8, and UTF-16 with BOM),
// XML_VERSION (only 1.0), DOCTYPE_REFUSED. Then reads the document into `sink`, validated against `schema` (null =
// well-formedness only). Findings: NOT_WELL_FORMED, TOO_LARGE, TOO_DEEP, TOO_MANY_ATTRIBUTES, NAME_TOO_LONG
// (namespaces too), TOO_MANY_NAMES, TOO_MANY_NAMESPACES, TEXT_TOO_LONG, TOO_MANY_ELEMENTS, TOKEN_TOO_LARGE, SCHEMA (an
// error of the profile schema, with Xerces' own words), XSI_TYPE (xsi:type used: refused). Returns all findings;
// reading stops at the first fatal one and after 100 schema findings. Opens no connection and no file.
Findings Read(std::string_view document, const ProfileSchema* schema, const XmlLimits& limits, EventSink& sink);

// Feeds the parser a bare DOCTYPE, an external entity and a schemaLocation hint and demands that each is refused or
// ignored without any access. The daemon does not start otherwise.
absl::Status SelfTest();

}  // namespace isa95::b2mml
