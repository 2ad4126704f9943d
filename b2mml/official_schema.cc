#include "b2mml/official_schema.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <xercesc/framework/MemBufInputSource.hpp>
#include <xercesc/util/XMLUni.hpp>

#include "b2mml/xerces.h"
#include "grpc/model/text.h"

namespace isa95::b2mml {
namespace {

namespace fs = std::filesystem;

constexpr uintmax_t kMaxSchemaBytes = 4u << 20;  // of one file; the largest published has 0.2 MB

std::string Slurp(const fs::path& file) {
  std::error_code error;
  if (!fs::is_regular_file(file, error) || fs::file_size(file, error) > kMaxSchemaBytes) return {};
  std::ifstream in(file, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

// The root's targetNamespace.
class TargetNamespace : public EventSink {
 public:
  bool Start(std::string_view, std::string_view, const std::vector<XmlAttribute>& attributes,
             const XmlPosition&) override {
    for (const auto& attribute : attributes) {
      if (attribute.name == "targetNamespace") value = attribute.value;
    }
    return false;
  }
  bool Text(std::string_view, const XmlPosition&) override { return true; }
  bool End(std::string_view, std::string_view, const XmlPosition&) override { return true; }
  std::string value;
};

class Nothing : public EventSink {
 public:
  bool Start(std::string_view, std::string_view, const std::vector<XmlAttribute>&, const XmlPosition&) override {
    return true;
  }
  bool Text(std::string_view, const XmlPosition&) override { return true; }
  bool End(std::string_view, std::string_view, const XmlPosition&) override { return true; }
};

using Texts = std::map<std::string, std::string, std::less<>>;

// Every location is a file name of the one folder, whatever path it is given with. Each file is read once, however
// often the schema is loaded: what judges stays the same.
class OneFolder : public xercesc::DefaultHandler {
 public:
  OneFolder(const fs::path& folder, Texts& texts) : folder_(folder), texts_(texts) {}
  xercesc::InputSource* resolveEntity(const XMLCh*, const XMLCh* system_id) override {
    const std::string name = fs::path(Utf8(system_id)).filename().string();
    const auto [at, is_new] = texts_.try_emplace(name);
    auto& text = at->second;
    if (is_new) text = Slurp(folder_ / name);
    if (text.empty() && missing.empty()) missing = name;
    return new xercesc::MemBufInputSource(reinterpret_cast<const XMLByte*>(text.data()), text.size(), name.c_str());
  }
  std::string missing;

 private:
  const fs::path& folder_;
  Texts& texts_;  // borrowed by the parser too
};

std::string Lines(const std::vector<std::string>& files, std::string_view before) {
  std::string out;
  for (const auto& file : files) out += Cat(before, "schemaLocation=\"", file, "\"/>\n");
  return out;
}

// A validator that keeps one document a namespace sees all extensions only when they are imported before anything else.
std::string MakeEntry(const fs::path& folder, std::string_view xml_namespace) {
  std::vector<std::string> own, extensions;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with("B2MML-") || !name.ends_with(".xsd")) continue;
    TargetNamespace target;
    const std::string text = Slurp(entry.path());
    Read(text, nullptr, {}, target);
    if (target.value == xml_namespace) own.push_back(name);
    if (target.value == Cat(xml_namespace, "-AllExtensions") && name.ends_with("-AllExtensions.xsd"))
      extensions.push_back(name);
  }
  if (own.empty()) return {};
  std::sort(own.begin(), own.end());
  return Cat("<xsd:schema xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\" targetNamespace=\"", xml_namespace,
             "\" elementFormDefault=\"qualified\">\n",
             Lines(extensions, Cat("<xsd:import namespace=\"", xml_namespace, "-AllExtensions\" ")),
             Lines(own, "<xsd:include "), "</xsd:schema>\n");
}

absl::Status Load(const std::string& entry, const fs::path& folder, Texts& texts, xercesc::XMLGrammarPool& pool) {
  OneFolder resolver(folder, texts);
  SchemaErrors errors;
  try {
    auto reader = MakeSafeReader(&pool);
    reader->setEntityResolver(&resolver);
    reader->setErrorHandler(&errors);
    const xercesc::MemBufInputSource source(reinterpret_cast<const XMLByte*>(entry.data()), entry.size(), "entry");
    const auto* grammar = reader->loadGrammar(source, xercesc::Grammar::SchemaGrammarType, true);
    if (!resolver.missing.empty())
      return absl::FailedPreconditionError(Cat(resolver.missing, " is missing in ", folder.string()));
    if (!errors.first.empty()) return absl::FailedPreconditionError(errors.first);
    if (grammar == nullptr) return absl::FailedPreconditionError("they were not loaded");
  } catch (const xercesc::XMLException& e) {
    return absl::FailedPreconditionError(Utf8(e.getMessage()));
  } catch (const xercesc::SAXException& e) {
    return absl::FailedPreconditionError(Utf8(e.getMessage()));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::unique_ptr<ProfileSchema>> LoadOfficialSchema(const std::string& folder,
                                                                  std::string_view version_name,
                                                                  std::string_view xml_namespace) {
  std::error_code error;
  const fs::path inside = fs::path(folder) / version_name;
  const fs::path where = fs::is_directory(inside, error) ? inside : fs::path(folder);
  const std::string entry = MakeEntry(where, xml_namespace);
  if (entry.empty())
    return absl::FailedPreconditionError(Cat(where.string(), " holds no schemas of B2MML ", version_name));
  return ProfileSchema::Make([entry, where,
                              texts = Texts()](ProfileSchema::Grammars& grammars) mutable -> absl::Status {
    const auto status = Load(entry, where, texts, grammars.pool);
    if (status.ok()) return status;
    return absl::FailedPreconditionError(Cat("the schemas in ", where.string(), " do not compile: ", Words(status)));
  });
}

Findings ValidateOfficially(std::string_view document, const ProfileSchema& schema) {
  Nothing sink;
  auto findings = Read(document, &schema, {}, sink);
  for (auto& finding : findings) {
    if (finding.code() == "SCHEMA") finding.set_code("OFFICIAL_SCHEMA");
  }
  return findings;
}

}  // namespace isa95::b2mml
