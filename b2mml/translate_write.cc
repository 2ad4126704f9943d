#include <algorithm>
#include <map>
#include <set>

#include "b2mml/fields.h"
#include "b2mml/translate.h"
#include "b2mml/xml_out.h"
#include "grpc/model/instant.h"
#include "grpc/model/text.h"

namespace isa95::b2mml {
namespace {

constexpr std::string_view kSynthesisedMend =
    "Nothing, if the receiver takes fillers; else let the sender send the value.";

// Where the writer stands: one level per element with its own message.
struct Level {
  const ProtoMessage* message = nullptr;
  std::string path;  // field path, e.g. schedule[0].order[2]
  std::string id;    // its ID as written
  int position = 0;  // among its siblings, from 1
};

class Writer {
 public:
  Writer(const flow::v1::Document& document, const Version& version) : document_(document), version_(version) {}

  Written Run() {
    const auto* message = version_.message_for(flow::v1::VerbCode_Name(document_.verb().code()),
                                               flow::v1::NounCode_Name(document_.noun()), document_.noun_form());
    if (message == nullptr) {
      Fail("", Cat("B2MML ", version_.name(), " has no message for this verb and noun here."));
      return std::move(written_);
    }
    xml_ = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
    levels_.push_back({&document_, "", "", 1});
    Element(message->root(), *version_.complex_type(message->type()), document_);
    if (!HasError(written_.findings)) written_.xml = std::move(xml_);
    return std::move(written_);
  }

 private:
  void Fail(const std::string& path, std::string_view words) {
    written_.findings.push_back(
        Error("CANNOT_WRITE", path, 0, words, "Correct the value at its source.", "site integrator"));
  }
  void NotCarried(const std::string& path, std::string_view what) {
    written_.findings.push_back(Warning("NOT_CARRIED", path, 0,
                                        Cat("B2MML ", version_.name(), " has no place for ", what, "."),
                                        "Send it another way, or use a version that carries it.", "site integrator"));
  }
  void Synthesised(const std::string& path, std::string_view value) {
    written_.findings.push_back(
        Info("SYNTHESISED", path, 0,
             Cat("B2MML ", version_.name(), " demands a value here; '", value, "' was filled in."), kSynthesisedMend));
  }
  void Line(std::string_view text) { xml_ += Cat(std::string(indent_ * 2, ' '), text, "\n"); }
  std::string PathOf(std::string_view field) const {
    const auto& base = levels_.back().path;
    return base.empty() ? std::string(field) : Cat(base, ".", field);
  }

  void AppendAttribute(std::string& out, std::string_view name, std::string_view value) {
    out += Cat(" ", name, "=\"");
    if (!AppendEscaped(out, value, true)) Fail(levels_.back().path, "A character cannot stand in XML.");
    out += '"';
  }

  // Fields that the rows of a type carry, wrappers looked through.
  const std::set<std::string>& Carried(const ComplexType& type) {
    const auto [entry, fresh] = carried_.try_emplace(type.name());
    if (!fresh) return entry->second;
    std::set<std::string> fields;
    for (const auto& attribute : type.attribute()) fields.insert(attribute.field());
    for (const auto& row : type.row()) {
      if (row.field() != ".") {
        fields.insert(row.field());
      } else if (const auto* inner = version_.complex_type(row.type()); inner != nullptr) {
        const auto& more = Carried(*inner);
        fields.insert(more.begin(), more.end());
      }
    }
    return carried_[type.name()] = std::move(fields);
  }

  void ReportLosses(const ComplexType& type, const ProtoMessage& message) {
    static const std::set<std::string> kNotContent = {"extension", "nil",       "code",       "b2mml_version",
                                                      "noun",      "noun_form", "release_id", "other_attributes"};
    std::vector<const ProtoField*> fields;
    message.GetReflection()->ListFields(message, &fields);
    const auto& carried = Carried(type);
    for (const auto* field : fields) {
      const bool verb_code = field->name() == "code" && field->cpp_type() == ProtoField::CPPTYPE_ENUM;
      const bool aside = field->name() == "code" ? verb_code : kNotContent.contains(field->name());
      if (!aside && !carried.contains(field->name())) NotCarried(PathOf(field->name()), field->name());
    }
    const auto* field = FieldOf(message, "extension");
    for (int i = 0; field != nullptr && i < CountOf(message, *field); ++i) {
      const auto& extension = static_cast<const flow::v1::Extension&>(At(message, *field, i));
      if (extension.b2mml_version() != version_.name())
        NotCarried(PathOf("extension"), Cat("the element ", extension.name()));
    }
  }

  void Element(const std::string& name, const ComplexType& type, const ProtoMessage& message, bool wrapper = false) {
    if (!wrapper) ReportLosses(type, message);
    std::string open = Cat("<", name);
    if (indent_ == 0) {
      AppendAttribute(open, "xmlns", version_.table().target_namespace());
      AppendAttribute(open, "xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance");
    }
    for (const auto& attribute : type.attribute()) {
      const std::string value = AttributeValue(attribute, message);
      if (!value.empty() || attribute.required()) AppendAttribute(open, attribute.name(), value);
    }
    const size_t before = xml_.size();
    Line(open + ">");
    const size_t inside = xml_.size();
    ++indent_;
    for (const auto& row : type.row()) WriteRow(row, message);
    --indent_;
    if (xml_.size() == inside) {
      xml_.resize(before);
      return Line(open + "/>");
    }
    Line(Cat("</", name, ">"));
  }

  std::string AttributeValue(const AttributeRow& attribute, const ProtoMessage& message) const {
    if (attribute.field() != "release_id") return TextOf(message, attribute.field());
    const bool same = document_.b2mml_version() == version_.name() && !document_.release_id().empty();
    return same ? document_.release_id() : version_.table().release_id();
  }

  void WriteRow(const Row& row, const ProtoMessage& message) {
    if (row.kind() != ROW_KIND_ELEMENT || row.field().empty()) return WriteExtensions(row, message);
    if (row.read_only()) return;
    if (row.field() == ".") return WriteWrapper(row, message);
    const auto& field = *FieldOf(message, row.field());
    const int count = CountOf(message, field);
    if (count == 0) {
      if (row.min() > 0) Fill(row, message);
      return;
    }
    const int most = row.max() == 0 || !row.group().empty() ? count : std::min<int>(count, static_cast<int>(row.max()));
    for (int i = 0; i < most; ++i) {
      const auto path = field.is_repeated() ? Cat(PathOf(row.field()), "[", i, "]") : PathOf(row.field());
      WriteOne(row, At(message, field, i), path, i + 1);
    }
    if (most < count) NotCarried(PathOf(row.field()), Cat("more than ", most, " of ", row.name()));
  }

  void WriteOne(const Row& row, const ProtoMessage& value, const std::string& path, int position) {
    levels_.push_back({&value, path, "", position});
    if (const auto* complex = version_.complex_type(row.type()); complex != nullptr) {
      Element(row.name(), *complex, value);
      levels_.pop_back();
      return;
    }
    Leaf(row, *version_.simple_type(row.type()), value);
    levels_.pop_back();
    if (row.name() == "ID") levels_.back().id = TextOf(value, "value");
  }

  void WriteWrapper(const Row& row, const ProtoMessage& message) {
    const auto& inner = *version_.complex_type(row.type());
    const auto& carried = Carried(inner);
    std::vector<const ProtoField*> fields;
    message.GetReflection()->ListFields(message, &fields);
    const bool any =
        std::any_of(fields.begin(), fields.end(), [&](const auto* field) { return carried.contains(field->name()); });
    if (row.min() > 0 || any) Element(row.name(), inner, message, /*wrapper=*/true);
  }

  void WriteExtensions(const Row& row, const ProtoMessage& message) {
    const auto* field = FieldOf(message, "extension");
    if (field == nullptr) return;
    for (int i = 0; i < CountOf(message, *field); ++i) {
      const auto& extension = static_cast<const flow::v1::Extension&>(At(message, *field, i));
      if (extension.b2mml_version() != version_.name()) continue;
      const bool ours = extension.xml_namespace() == version_.table().target_namespace();
      if (row.kind() == ROW_KIND_EXTENSION_SLOT ? !ours : ours && extension.name() == row.name()) Line(extension.xml());
    }
  }

  void Leaf(const Row& row, const SimpleType& type, const ProtoMessage& value) {
    std::string attributes, text = LeafText(type, value, attributes);
    for (const auto& attribute : type.attribute()) {
      if (attribute.field().empty() || attribute.field() == "other_value") continue;
      const std::string given = TextOf(value, attribute.field());
      if (!given.empty() || attribute.required()) AppendAttribute(attributes, attribute.name(), given);
    }
    WriteOtherAttributes(type, value, attributes);
    if (FlagOf(value, "nil")) return Line(Cat("<", row.name(), attributes, " xsi:nil=\"true\"/>"));
    std::string line = Cat("<", row.name(), attributes, ">");
    if (!AppendEscaped(line, text, false)) Fail(levels_.back().path, "A character cannot stand in XML.");
    Line(Cat(line, "</", row.name(), ">"));
  }

  void WriteOtherAttributes(const SimpleType& type, const ProtoMessage& value, std::string& attributes) {
    const auto* field = FieldOf(value, "other_attributes");
    for (int i = 0; field != nullptr && i < CountOf(value, *field); ++i) {
      const auto& kept = static_cast<const flow::v1::Attribute&>(At(value, *field, i));
      const bool known = std::any_of(type.attribute().begin(), type.attribute().end(),
                                     [&](const auto& a) { return a.name() == kept.name(); });
      if (known) {
        AppendAttribute(attributes, kept.name(), kept.value());
      } else {
        NotCarried(levels_.back().path, Cat("the attribute ", kept.name()));
      }
    }
    for (const char* name : {"scheme_id", "list_id", "language_id"}) {
      const bool carried = std::any_of(type.attribute().begin(), type.attribute().end(),
                                       [&](const auto& a) { return a.field() == name; });
      if (!carried && !TextOf(value, name).empty()) NotCarried(levels_.back().path, name);
    }
  }

  // The text of a leaf; OtherValue, where it needs one, goes to `attributes`.
  std::string LeafText(const SimpleType& type, const ProtoMessage& value, std::string& attributes) {
    if (value.GetDescriptor() == flow::v1::Instant::descriptor())
      return FormatInstant(static_cast<const flow::v1::Instant&>(value));
    if (!IsCoded(value)) return OpenText(type, TextOf(value, "value"), TextOf(value, "other_value"), attributes);
    const std::string name = CodeName(value), other_value = TextOf(value, "other_value");
    for (const auto& entry : type.enum_text()) {
      if (entry.value() == name) return entry.text();
    }
    const bool is_other = name == CodeByShortName(value, "other");
    const std::string word = is_other ? other_value : ShortName(value, name);
    return OpenText(type, is_other && other_value.empty() ? "Other" : word, "", attributes);
  }

  // A word outside a closed list is written as Other with OtherValue.
  std::string OpenText(const SimpleType& type, const std::string& text, const std::string& other_value,
                       std::string& attributes) {
    const auto& list = type.enumeration();
    const auto listed = [&](std::string_view word) { return std::find(list.begin(), list.end(), word) != list.end(); };
    if (list.empty() || listed(text)) {
      if (!other_value.empty()) AppendAttribute(attributes, "OtherValue", other_value);
      return text;
    }
    if (!listed("Other")) {
      Fail(levels_.back().path, Cat("'", text, "' is not one of the words B2MML ", version_.name(), " allows here."));
      return text;
    }
    AppendAttribute(attributes, "OtherValue", text);
    return "Other";
  }

  void Fill(const Row& row, const ProtoMessage& message) {
    const auto path = PathOf(row.field());
    for (const auto& filler : row.filler()) {
      if (filler == "nil") {
        Synthesised(path, "nil");
        return Line(Cat("<", row.name(), " xsi:nil=\"true\"/>"));
      }
      if (filler == "element") {
        Synthesised(path, row.name());
        levels_.push_back({&message, path, "", 1});
        const auto& field = *FieldOf(message, row.field());
        const auto* blank = google::protobuf::MessageFactory::generated_factory()->GetPrototype(field.message_type());
        levels_.back().message = blank;
        Element(row.name(), *version_.complex_type(row.type()), *blank);
        return levels_.pop_back();
      }
      const std::string text = FillerText(filler, message);
      if (text.empty()) continue;
      Synthesised(path, text);
      if (row.name() == "ID") levels_.back().id = text;
      std::string line = Cat("<", row.name(), ">");
      AppendEscaped(line, text, false);
      return Line(Cat(line, "</", row.name(), ">"));
    }
    Fail(path, Cat("B2MML ", version_.name(), " demands ", row.name(), " and there is none."));
  }

  static std::string FirstText(const ProtoMessage& message, std::string_view name) {
    const auto* field = FieldOf(message, name);
    return field != nullptr && CountOf(message, *field) > 0 ? TextOf(At(message, *field, 0), "value") : std::string();
  }

  std::string FillerText(std::string_view filler, const ProtoMessage& message) const {
    const auto colon = filler.find(':');
    const auto kind = filler.substr(0, colon), argument = filler.substr(colon + 1);
    if (kind == "text") return std::string(argument);
    if (kind == "own") return FirstText(message, argument);
    for (auto level = levels_.rbegin(); level != levels_.rend(); ++level) {
      if (kind == "inherit") {
        if (auto text = FirstText(*level->message, argument); !text.empty()) return text;
      } else if (level != levels_.rbegin() && !level->id.empty()) {  // ordinal
        return Cat(level->id, "-", argument, levels_.back().position);
      }
    }
    return {};
  }

  const flow::v1::Document& document_;
  const Version& version_;
  Written written_;
  std::string xml_;
  size_t indent_ = 0;
  std::vector<Level> levels_;
  std::map<std::string, std::set<std::string>> carried_;
};

}  // namespace

Written WriteDocument(const flow::v1::Document& document, const Version& version) {
  return Writer(document, version).Run();
}

}  // namespace isa95::b2mml
