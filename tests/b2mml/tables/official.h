// MESA's published schemas as Xerces sees them, in lines of text that a table can be held against.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>
#include <xercesc/framework/XMLGrammarPoolImpl.hpp>
#include <xercesc/framework/psvi/XSComplexTypeDefinition.hpp>
#include <xercesc/framework/psvi/XSElementDeclaration.hpp>
#include <xercesc/framework/psvi/XSModel.hpp>

#include "b2mml/table.pb.h"

namespace isa95::b2mml::test {

using Lines = std::vector<std::string>;
constexpr const char* kAnonymous = "(anonymous)";

class Official {
 public:
  // Throws std::runtime_error where the schemas of this folder do not compile.
  Official(const std::string& folder, const std::string& xml_namespace);

  const xercesc::XSTypeDefinition* RootType(const std::string& root) const;
  bool HasType(const std::string& name) const;
  Lines DescribeNamed(const std::string& type) const;  // empty = there is none
  // True where Xerces, with full checking and the published schemas, finds no error.
  bool Accepts(const std::string& xml) const;
  // Per extension slot of a named type: the element before it and the element after it, "A|B". Xerces' component model
  // leaves the empty groups out, so they are read from the schema text.
  Lines Slots(const std::string& type) const;

 private:
  void ReadSlots(const std::string& file);

  std::string xml_namespace_;
  std::unique_ptr<xercesc::XMLGrammarPoolImpl> pool_;
  xercesc::XSModel* model_ = nullptr;
  std::map<std::string, Lines> slots_;
};

bool IsSimple(const xercesc::XSTypeDefinition& type);
// "Name Type min..max nillable" per element in order, "choice(" and ")", "@name type required" per attribute, sorted,
// at the end; of a text type "base X", "word Y".
Lines Describe(const xercesc::XSTypeDefinition& type);
// The types of a type's elements by element name.
std::map<std::string, const xercesc::XSTypeDefinition*> ElementTypes(const xercesc::XSTypeDefinition& type);

}  // namespace isa95::b2mml::test
