#include "grpc/model/contract.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <vector>

#include "grpc/model/contract_required.h"
#include "grpc/model/contract_values.h"
#include "grpc/model/nearest.h"
#include "grpc/model/text.h"

namespace isa95 {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

constexpr size_t kMaxBytes = 1 << 20;
constexpr size_t kMaxDepth = 16;

// Beside its first field it demands nothing.
bool HasOneRequired(const Descriptor& type) {
  for (int i = 1; i < type.field_count(); ++i) {
    if (RequiredContractKeys().contains(Cat(type.name(), ".", type.field(i)->name()))) return false;
  }
  return RequiredContractKeys().contains(Cat(type.name(), ".", type.field(0)->name()));
}

std::string NearestField(const Descriptor& type, std::string_view key) {
  std::vector<std::string> names;
  for (int i = 0; i < type.field_count(); ++i) names.push_back(type.field(i)->name());
  return Nearest(key, names);
}

// Stops at the first anchor or alias: with a few lines of them a file is larger than any memory.
class AliasGuard : public YAML::EventHandler {
 public:
  static constexpr char kWords[] = "an anchor or alias (&name, *name), which a contract may not have";

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override { Check(mark, anchor); }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override { throw YAML::ParserException(mark, kWords); }
  void OnScalar(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor, const std::string&) override {
    Check(mark, anchor);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    Check(mark, anchor);
  }
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    Check(mark, anchor);
  }
  void OnMapEnd() override {}

 private:
  static void Check(const YAML::Mark& mark, YAML::anchor_t anchor) {
    if (anchor != YAML::NullAnchor) throw YAML::ParserException(mark, kWords);
  }
};

class Loader {
 public:
  explicit Loader(std::string_view file) : file_(file) {}

  LoadedContract Run(std::string_view yaml) {
    try {
      std::istringstream text{std::string(yaml)};
      YAML::Parser parser(text);
      AliasGuard guard;
      while (parser.HandleNextDocument(guard)) {
      }
      const auto nodes = YAML::LoadAll(std::string(yaml));
      if (nodes.size() != 1) {
        Bad("CONTRACT_NOT_YAML", "", 0, "The file does not hold exactly one document.", "Keep one contract a file.");
      } else {
        Fill(nodes.front(), result_.contract, "", 0);
      }
    } catch (const YAML::Exception& error) {
      Bad("CONTRACT_NOT_YAML", "", static_cast<uint64_t>(error.mark.line) + 1,
          Cat("The file is not readable as YAML: ", error.msg, "."),
          "Correct the indentation or quoting at this line.");
    }
    if (HasError(result_.findings)) return std::move(result_);
    for (const auto& bad : CheckContractValues(result_.contract)) {
      Bad(bad.code, bad.key, LineOfKey(result_, bad.key), bad.words, bad.mend);
    }
    return std::move(result_);
  }

 private:
  static uint64_t LineOf(const YAML::Node& node) { return static_cast<uint64_t>(node.Mark().line + 1); }

  void Bad(std::string_view code, std::string_view path, uint64_t line, std::string_view words, std::string_view mend) {
    result_.findings.push_back(
        Error(code, path, line, Cat(file_, line == 0 ? "" : Cat(":", line), ": ", words), mend, "PMO"));
  }

  void Fill(const YAML::Node& node, Message& message, const std::string& path, size_t depth) {
    const auto& type = *message.GetDescriptor();
    if (!node.IsMap() || depth > kMaxDepth) {
      return Bad("CONTRACT_WRONG_TYPE", path, LineOf(node), Cat("'", path, "' has to hold keys and values."),
                 "Write its keys below it, indented.");
    }
    std::set<std::string> seen;
    for (const auto& entry : node) {
      std::string key = entry.first.Scalar();
      std::replace(key.begin(), key.end(), '-', '_');
      const std::string at = path.empty() ? key : Cat(path, ".", key);
      result_.lines[at] = LineOf(entry.first);
      const auto* field = type.FindFieldByName(key);
      if (field == nullptr) {
        const auto nearest = NearestField(type, key);
        Bad("CONTRACT_UNKNOWN_KEY", at, LineOf(entry.first), Cat("There is no key '", entry.first.Scalar(), "' here."),
            nearest.empty() ? "Remove it." : Cat("Did you mean '", nearest, "'?"));
      } else if (!seen.insert(key).second) {
        Bad("CONTRACT_DUPLICATE_KEY", at, LineOf(entry.first), Cat("The key '", key, "' stands here twice."),
            "Keep one of them.");
      } else {
        Value(entry.second, message, *field, at, depth);
      }
    }
    for (int i = 0; i < type.field_count(); ++i) {
      const auto& name = type.field(i)->name();
      if (seen.contains(name) || !RequiredContractKeys().contains(Cat(type.name(), ".", name))) continue;
      Bad("CONTRACT_MISSING_KEY", path.empty() ? name : Cat(path, ".", name), LineOf(node),
          Cat("The key '", name, "' is missing."), "Add it; the contract's description says what it means.");
    }
  }

  void Value(const YAML::Node& node, Message& message, const FieldDescriptor& field, const std::string& path,
             size_t depth) {
    const auto* reflection = message.GetReflection();
    if (field.is_map()) return Map(node, message, field, path, depth);
    if (field.is_repeated()) return List(node, message, field, path, depth);
    if (field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE)
      return Part(node, *reflection->MutableMessage(&message, &field), path, depth);
    if (!node.IsScalar() || node.Scalar().empty()) {
      return Bad("CONTRACT_WRONG_TYPE", path, LineOf(node), Cat("'", path, "' has to have a value."),
                 "Write one value after the colon.");
    }
    Scalar(node, message, field, path);
  }

  // One plain value stands for the first field of a message.
  void Part(const YAML::Node& node, Message& message, const std::string& path, size_t depth) {
    const auto* first = message.GetDescriptor()->field(0);
    const bool plain = node.IsScalar() && !node.Scalar().empty() && first->number() == 1 && !first->is_repeated() &&
                       first->cpp_type() == FieldDescriptor::CPPTYPE_STRING && HasOneRequired(*message.GetDescriptor());
    if (!plain) return Fill(node, message, path, depth + 1);
    result_.lines[path] = LineOf(node);
    Scalar(node, message, *first, path);
  }

  // The keys are the site's own: kept as they are written.
  void Map(const YAML::Node& node, Message& message, const FieldDescriptor& field, const std::string& path,
           size_t depth) {
    if (!node.IsMap())
      return Bad("CONTRACT_WRONG_TYPE", path, LineOf(node), Cat("'", path, "' has to hold keys and values."),
                 "Write its keys below it, indented.");
    std::set<std::string> seen;
    for (const auto& entry : node) {
      const std::string at = Cat(path, ".", entry.first.Scalar());
      result_.lines[at] = LineOf(entry.first);
      if (!seen.insert(entry.first.Scalar()).second) {
        Bad("CONTRACT_DUPLICATE_KEY", at, LineOf(entry.first),
            Cat("The key '", entry.first.Scalar(), "' stands here twice."), "Keep one of them.");
        continue;
      }
      auto& pair = *message.GetReflection()->AddMessage(&message, &field);
      const auto& type = *pair.GetDescriptor();
      pair.GetReflection()->SetString(&pair, type.map_key(), entry.first.Scalar());
      Value(entry.second, pair, *type.map_value(), at, depth);
    }
  }

  void List(const YAML::Node& node, Message& message, const FieldDescriptor& field, const std::string& path,
            size_t depth) {
    const auto* reflection = message.GetReflection();
    if (!node.IsSequence())
      return Bad("CONTRACT_WRONG_TYPE", path, LineOf(node), Cat("'", path, "' has to be a list."),
                 "Write it as [a, b].");
    for (const auto& item : node) {
      const int index = reflection->FieldSize(message, &field);
      if (field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE)
        Part(item, *reflection->AddMessage(&message, &field), Cat(path, "[", index, "]"), depth);
      else if (item.IsScalar())
        reflection->AddString(&message, &field, item.Scalar());
      else
        Bad("CONTRACT_WRONG_TYPE", path, LineOf(item), "A list item has to be text.", "Write text.");
    }
  }

  // The text as written: YAML's own guesses (0701 as octal, yes as true) are not taken.
  void Scalar(const YAML::Node& node, Message& message, const FieldDescriptor& field, const std::string& path) {
    const auto& text = node.Scalar();
    const auto* reflection = message.GetReflection();
    uint32_t number = 0;
    if (field.cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
      reflection->SetString(&message, &field, text);
    } else if (field.cpp_type() == FieldDescriptor::CPPTYPE_BOOL && (text == "true" || text == "false")) {
      reflection->SetBool(&message, &field, text == "true");
    } else if (field.cpp_type() == FieldDescriptor::CPPTYPE_UINT32 && ToNumber(text, number)) {
      reflection->SetUInt32(&message, &field, number);
    } else {
      Bad("CONTRACT_WRONG_TYPE", path, LineOf(node), Cat("'", text, "' is not what '", path, "' takes."),
          field.cpp_type() == FieldDescriptor::CPPTYPE_BOOL ? "Write true or false." : "Write a whole number.");
    }
  }

  std::string_view file_;
  LoadedContract result_;
};

}  // namespace

LoadedContract ParseContract(std::string_view yaml, std::string_view file) { return Loader(file).Run(yaml); }

LoadedContract LoadContract(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::string text(kMaxBytes + 1, '\0');
  if (in) in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<size_t>(std::max<std::streamsize>(in.gcount(), 0)));
  if (text.empty() || text.size() > kMaxBytes) {
    LoadedContract result;
    result.findings.push_back(Error("CONTRACT_UNREADABLE", "", 0,
                                    Cat(path, " cannot be read, is empty, or is larger than 1 MiB."),
                                    "Name a readable contract file.", "site integrator"));
    return result;
  }
  return ParseContract(text, path);
}

uint64_t LineOfKey(const LoadedContract& loaded, std::string_view key) {
  for (std::string at(key); !at.empty();) {
    if (const auto found = loaded.lines.find(at); found != loaded.lines.end()) return found->second;
    const auto cut = at.find_last_of(".[");
    at.resize(cut == std::string::npos ? 0 : cut);
  }
  return 0;
}

int64_t ParseSpanMillis(std::string_view text) {
  constexpr std::array<std::pair<char, int64_t>, 4> kUnits = {
      {{'s', 1'000}, {'m', 60'000}, {'h', 3'600'000}, {'d', 86'400'000}}};
  for (const auto& [letter, millis] : kUnits) {
    uint32_t number = 0;
    if (text.ends_with(letter) && ToNumber(text.substr(0, text.size() - 1), number)) return number * millis;
  }
  return 0;
}

}  // namespace isa95
