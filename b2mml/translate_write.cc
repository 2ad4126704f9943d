#include <algorithm>

#include "b2mml/fields.h"
#include "b2mml/plan.h"
#include "b2mml/translate.h"
#include "b2mml/xml_out.h"
#include "grpc/model/instant.h"
#include "grpc/model/text.h"

namespace isa95::b2mml {
namespace {

constexpr std::string_view kSynthesisedMend =
    "Nothing, if the receiver takes fillers; else let the sender send the value.";

// Where the writer stands: one level per element with its own message. Its path is written out for a finding only.
struct Level {
  Level* above = nullptr;
  const ProtoMessage* message = nullptr;
  const ProtoField* field = nullptr;  // that holds the message; null at the root
  int position = 1;                   // among its siblings, from 1
  std::string filled_id;              // its ID, where that was filled in
};

// The field path, e.g. schedule[0].order[2]
std::string PathOf(const Level* level) {
  if (level == nullptr || level->field == nullptr) return {};
  const auto above = PathOf(level->above);
  const auto own =
      level->field->is_repeated() ? Cat(level->field->name(), "[", level->position - 1, "]") : level->field->name();
  return above.empty() ? own : Cat(above, ".", own);
}

std::string FirstText(const ProtoMessage& message, std::string_view name) {
  const auto* field = FieldOf(message, name);
  return field != nullptr && CountOf(message, *field) > 0 ? TextOf(At(message, *field, 0), "value") : std::string();
}

std::string IdOf(const Level& level) {
  return level.filled_id.empty() ? FirstText(*level.message, "id") : level.filled_id;
}

class Writer {
 public:
  Writer(const flow::v1::Document& document, const Version& version) : document_(document), version_(version) {}

  Written Run() {
    const auto* message = version_.message_for(flow::v1::VerbCode_Name(document_.verb().code()),
                                               flow::v1::NounCode_Name(document_.noun()), document_.noun_form());
    Level root{nullptr, &document_, nullptr, 1, {}};
    level_ = &root;
    if (message == nullptr) {
      written_.findings.push_back(NoMessage());
      return std::move(written_);
    }
    xml_ = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
    Element(version_.plan().root(*message), document_);
    if (!HasError(written_.findings)) written_.xml = std::move(xml_);
    return std::move(written_);
  }

 private:
  // Puts a level on top for as long as it lives.
  class Inside {
   public:
    Inside(Writer& writer, const ProtoMessage& message, const ProtoField* field, int position)
        : writer_(writer), level_{writer.level_, &message, field, position, {}} {
      writer_.level_ = &level_;
    }
    ~Inside() { writer_.level_ = level_.above; }
    Inside(const Inside&) = delete;
    Inside& operator=(const Inside&) = delete;

   private:
    Writer& writer_;
    Level level_;
  };

  Finding NoMessage() const {
    return Error(
        "CANNOT_WRITE", "", 0,
        Cat("B2MML ", version_.name(), " has no message for ", flow::v1::VerbCode_Name(document_.verb().code()), " of ",
            flow::v1::NounCode_Name(document_.noun()), "."),
        "Write it in a version that has this message, or say it with a noun that this version has.", "site integrator");
  }
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
  std::string PathHere(std::string_view field) const {
    const auto here = PathOf(level_);
    return here.empty() ? std::string(field) : Cat(here, ".", field);
  }

  void Indent() { xml_.append(indent_ * 2, ' '); }
  void Escape(std::string_view text, bool in_attribute) {
    if (!AppendEscaped(xml_, text, in_attribute)) Fail(PathOf(level_), "A character cannot stand in XML.");
  }
  void WriteAttribute(std::string_view name, std::string_view value) {
    xml_ += ' ';
    xml_ += name;
    xml_ += "=\"";
    Escape(value, true);
    xml_ += '"';
  }

  void ReportLosses(const TypePlan& type, const ProtoMessage& message) {
    for (const auto& field : type.not_carried) {
      if (field.IsHeld(message)) NotCarried(PathHere(field.field->name()), field.field->name());
    }
    if (type.extension == nullptr) return;
    for (int i = 0; i < type.reflection->FieldSize(message, type.extension); ++i) {
      const auto& extension = static_cast<const flow::v1::Extension&>(At(message, *type.extension, i));
      if (extension.b2mml_version() != version_.name())
        NotCarried(PathHere("extension"), Cat("the element ", extension.name()));
    }
  }

  void Element(const RowPlan& row, const ProtoMessage& message) {
    const auto& type = *row.complex;
    if (!row.wrapper) ReportLosses(type, message);
    Indent();
    xml_ += row.open;
    if (indent_ == 0) {
      WriteAttribute("xmlns", version_.table().target_namespace());
      WriteAttribute("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance");
    }
    for (const auto& attribute : type.attributes) {
      const auto& value = AttributeValue(attribute, message);
      if (!value.empty() || attribute.row->required()) WriteAttribute(attribute.row->name(), value);
    }
    xml_ += ">\n";
    const size_t inside = xml_.size();
    ++indent_;
    for (const auto& inner : type.rows) WriteRow(type, inner, message);
    --indent_;
    if (xml_.size() == inside) {
      xml_.replace(inside - 2, 2, "/>\n");
      return;
    }
    Indent();
    xml_ += row.close;
  }

  const std::string& AttributeValue(const AttributePlan& attribute, const ProtoMessage& message) const {
    static const std::string kNone;
    if (attribute.field == nullptr) return kNone;
    if (attribute.row->field() != "release_id") return attribute.access->text(message);
    const bool same = document_.b2mml_version() == version_.name() && !document_.release_id().empty();
    return same ? document_.release_id() : version_.table().release_id();
  }

  void WriteRow(const TypePlan& type, const RowPlan& row, const ProtoMessage& message) {
    if (row.wrapper) return WriteWrapper(row, message);
    if (row.field == nullptr) return WriteExtensions(type, row, message);
    if (!row.rivals.empty() && IsKept(type, message, row.name)) return WriteExtensions(type, row, message);
    const bool rival_is_kept =
        std::any_of(row.rivals.begin(), row.rivals.end(), [&](auto name) { return IsKept(type, message, name); });
    if (row.row->read_only() && !rival_is_kept) return;
    const int count = row.access->count(message);
    if (row.nil_is_kept) WriteExtensions(type, row, message);
    if (count == 0) {
      if (row.row->min() > 0 && !OtherChoiceIsMade(type, row, message)) Fill(row, message);
      return;
    }
    const bool unbounded = row.row->max() == 0 || !row.row->group().empty();
    const int most = unbounded ? count : std::min<int>(count, static_cast<int>(row.row->max()));
    for (int i = 0; i < most; ++i) WriteOne(row, row.access->get(message, i), i + 1);
    if (most < count) NotCarried(PathHere(row.row->field()), Cat("more than ", most, " of ", row.name));
  }

  // An element of this version that the message keeps as it was written.
  bool IsKept(const TypePlan& type, const ProtoMessage& message, std::string_view name) const {
    if (type.extension == nullptr) return false;
    for (int i = 0; i < type.reflection->FieldSize(message, type.extension); ++i) {
      const auto& extension = static_cast<const flow::v1::Extension&>(At(message, *type.extension, i));
      if (extension.name() == name && extension.b2mml_version() == version_.name() &&
          extension.xml_namespace() == version_.table().target_namespace())
        return true;
    }
    return false;
  }

  // Of a choice another element is there, which is passed over and kept.
  bool OtherChoiceIsMade(const TypePlan& type, const RowPlan& row, const ProtoMessage& message) const {
    return !row.row->choice().empty() && std::any_of(type.rows.begin(), type.rows.end(), [&](const auto& other) {
      return other.row->choice() == row.row->choice() && other.field == nullptr && IsKept(type, message, other.name);
    });
  }

  void WriteOne(const RowPlan& row, const ProtoMessage& value, int position) {
    if (row.leaf != nullptr && row.leaf->IsPlain(value)) return WritePlain(row, row.leaf->value->text(value));
    const Inside inside(*this, value, row.field, position);
    if (row.complex != nullptr) {
      Element(row, value);
    } else {
      Leaf(row, value);
    }
  }

  void WritePlain(const RowPlan& row, std::string_view text) {
    Indent();
    xml_ += row.open;
    xml_ += '>';
    Escape(text, false);
    xml_ += row.close;
  }

  void WriteWrapper(const RowPlan& row, const ProtoMessage& message) {
    const auto& inner = *row.complex;
    const bool any = std::any_of(inner.carried.begin(), inner.carried.end(),
                                 [&](const auto& field) { return field.IsHeld(message); });
    if (row.row->min() > 0 || any) Element(row, message);
  }

  void WriteExtensions(const TypePlan& type, const RowPlan& row, const ProtoMessage& message) {
    if (type.extension == nullptr) return;
    for (int i = 0; i < type.reflection->FieldSize(message, type.extension); ++i) {
      const auto& extension = static_cast<const flow::v1::Extension&>(At(message, *type.extension, i));
      if (extension.b2mml_version() != version_.name()) continue;
      const bool ours = extension.xml_namespace() == version_.table().target_namespace();
      const bool here =
          row.row->kind() == ROW_KIND_EXTENSION_SLOT ? !ours : ours && extension.name() == row.row->name();
      if (!here) continue;
      Indent();
      xml_ += extension.xml();
      xml_ += '\n';
    }
  }

  void Leaf(const RowPlan& row, const ProtoMessage& value) {
    const auto& leaf = *row.leaf;
    Indent();
    xml_ += row.open;
    const std::string_view text = LeafText(leaf, value);  // writes OtherValue, where it needs one
    for (const auto& attribute : leaf.attributes) {
      if (attribute.field == nullptr || attribute.field == leaf.other_value) continue;
      const auto& given = attribute.access->text(value);
      if (!given.empty() || attribute.row->required()) WriteAttribute(attribute.row->name(), given);
    }
    WriteOtherAttributes(leaf, value);
    if (leaf.nil != nullptr && leaf.reflection->GetBool(value, leaf.nil)) {
      xml_ += " xsi:nil=\"true\"/>\n";
      return;
    }
    xml_ += '>';
    Escape(text, false);
    xml_ += row.close;
  }

  void WriteOtherAttributes(const LeafPlan& leaf, const ProtoMessage& value) {
    const int count = leaf.other_attributes == nullptr ? 0 : leaf.reflection->FieldSize(value, leaf.other_attributes);
    for (int i = 0; i < count; ++i) {
      const auto& kept = static_cast<const flow::v1::Attribute&>(At(value, *leaf.other_attributes, i));
      if (leaf.Find(kept.name()) != nullptr) {
        WriteAttribute(kept.name(), kept.value());
      } else {
        NotCarried(PathOf(level_), Cat("the attribute ", kept.name()));
      }
    }
    for (const auto& field : leaf.lost) {
      if (field.IsHeld(value)) NotCarried(PathOf(level_), field.field->name());
    }
  }

  // The text of a leaf, valid until the next one.
  std::string_view LeafText(const LeafPlan& leaf, const ProtoMessage& value) {
    if (leaf.instant) return text_ = FormatInstant(static_cast<const flow::v1::Instant&>(value));
    if (leaf.code == nullptr) {
      const auto& text = leaf.value->text(value);
      if (leaf.type->enumeration().empty() && leaf.other_value == nullptr) return text;
      return OpenText(leaf, text, TextOf(value, "other_value"));
    }
    if (const auto* word = leaf.ByNumber(leaf.reflection->GetEnumValue(value, leaf.code)); word != nullptr)
      return word->text;
    const std::string name = CodeName(value), other_value = TextOf(value, "other_value");
    const bool is_other = name == CodeByShortName(value, "other");
    text_ = is_other ? other_value : ShortName(value, name);
    return OpenText(leaf, is_other && other_value.empty() ? std::string_view("Other") : text_, "");
  }

  // A word outside a closed list is written as Other with OtherValue.
  std::string_view OpenText(const LeafPlan& leaf, std::string_view text, std::string_view other_value) {
    const auto& list = leaf.type->enumeration();
    const auto listed = [&](std::string_view word) { return std::find(list.begin(), list.end(), word) != list.end(); };
    if (list.empty() || listed(text)) {
      if (!other_value.empty()) WriteAttribute("OtherValue", other_value);
      return text;
    }
    if (!listed("Other")) {
      Fail(PathOf(level_), Cat("'", text, "' is not one of the words B2MML ", version_.name(), " allows here."));
      return text;
    }
    WriteAttribute("OtherValue", text);
    return "Other";
  }

  void Fill(const RowPlan& row, const ProtoMessage& message) {
    const auto path = PathHere(row.row->field());
    for (const auto& filler : row.row->filler()) {
      if (filler == "nil") {
        Synthesised(path, "nil");
        Indent();
        xml_ += row.open;
        xml_ += " xsi:nil=\"true\"/>\n";
        return;
      }
      if (filler == "element") {
        Synthesised(path, row.name);
        return WriteOne(row, *row.prototype, 1);
      }
      const std::string text = FillerText(filler, message);
      if (text.empty()) continue;
      Synthesised(path, text);
      if (row.name == "ID") level_->filled_id = text;
      return WritePlain(row, text);
    }
    Fail(path, Cat("B2MML ", version_.name(), " demands ", row.name, " and there is none."));
  }

  std::string FillerText(std::string_view filler, const ProtoMessage& message) const {
    const auto colon = filler.find(':');
    const auto kind = filler.substr(0, colon), argument = filler.substr(colon + 1);
    if (kind == "text") return std::string(argument);
    if (kind == "own") return FirstText(message, argument);
    for (const auto* level = level_; level != nullptr; level = level->above) {
      if (kind == "inherit") {
        if (auto text = FirstText(*level->message, argument); !text.empty()) return text;
      } else if (const auto id = level == level_ ? std::string() : IdOf(*level); !id.empty()) {  // ordinal
        return Cat(id, "-", argument, level_->position);
      }
    }
    return {};
  }

  const flow::v1::Document& document_;
  const Version& version_;
  Written written_;
  std::string xml_, text_;
  size_t indent_ = 0;
  Level* level_ = nullptr;
};

}  // namespace

Written WriteDocument(const flow::v1::Document& document, const Version& version) {
  return Writer(document, version).Run();
}

}  // namespace isa95::b2mml
