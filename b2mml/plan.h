// A version table made ready for use: each type together with the message it fills, every name resolved to a field
// once, so that reading and writing a document search nothing. Immutable; owned by its Version, borrows the Version's
// table. Source: table.proto; a table that CheckTable passes resolves without error.
#pragma once

#include <google/protobuf/message.h>

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "b2mml/field_access.h"
#include "b2mml/fields.h"
#include "b2mml/table.pb.h"

namespace isa95::b2mml {

// What a message holds, as far as the content checks ask.
enum class Content : uint8_t { kOther, kIdentifier, kInstant, kCode, kCoded, kOrder };
Content ContentOf(const google::protobuf::Descriptor& message);

struct AttributePlan {
  const AttributeRow* row = nullptr;
  const ProtoField* field = nullptr;  // null: kept in other_attributes
  const FieldAccess* access = nullptr;
};

// A field with the way to it.
struct FieldPlan {
  bool IsHeld(const ProtoMessage& message) const;
  const ProtoField* field = nullptr;
  const FieldAccess* access = nullptr;  // null: neither message nor text
};

// What types and leafs have in common.
struct AttributesPlan {
  const AttributePlan* Find(std::string_view name) const;
  std::vector<AttributePlan> attributes;
  Content content = Content::kOther;
  const google::protobuf::Reflection* reflection = nullptr;
  const ProtoField* nil = nullptr;               // null: the message has none
  const ProtoField* other_attributes = nullptr;  // null: the message has none
};

// A canonical enum value and its word in this version.
struct Word {
  std::string_view text;
  int number = 0;
};

struct LeafPlan : AttributesPlan {
  // Whether a message of the kinds that nearly every leaf is holds a text and nothing beside it.
  bool IsPlain(const ProtoMessage& message) const;
  // Of a coded one: its enum value's name ends so.
  bool Means(const ProtoMessage& message, std::string_view ending) const;
  const Word* ByText(std::string_view text) const;
  const Word* ByNumber(int number) const;

  const SimpleType* type = nullptr;
  bool instant = false;
  const FieldAccess* value = nullptr;       // the text, unless coded or an instant
  const ProtoField* code = nullptr;         // coded: the enum
  const ProtoField* other_value = nullptr;  // null: the message has none
  std::vector<Word> words;                  // of `code`
  std::vector<FieldPlan> lost;              // attribute texts of the message that this type has no attribute for
};

struct SettingPlan {
  const ProtoField* holder = nullptr;
  std::string value;  // name of an enum value
};

struct TypePlan;

// An element of a type; of a root, too.
struct RowPlan {
  const Row* row = nullptr;  // null: a root
  std::string name;
  const ProtoField* field = nullptr;  // null: a wrapper, a root, or passed over
  const FieldAccess* access = nullptr;
  bool wrapper = false;
  bool nil_is_kept = false;              // nillable, but its message cannot say nil: then kept as an extension
  std::vector<std::string_view> rivals;  // other rows for its single field: the second one read is kept as an extension
  Content content = Content::kOther;
  const TypePlan* complex = nullptr;  // one of the two, unless passed over
  const LeafPlan* leaf = nullptr;
  const ProtoMessage* prototype = nullptr;  // of what the field holds
  std::vector<SettingPlan> set;
  std::string open, close;  // "<ID", "</ID>\n"
};

struct TypePlan : AttributesPlan {
  const ComplexType* type = nullptr;
  std::vector<RowPlan> rows;
  std::vector<std::string_view> names;    // of the rows, close together for the search
  const ProtoField* extension = nullptr;  // null: the message has no place for one
  std::vector<FieldPlan> carried;         // by its rows and attributes, wrappers looked through
  std::vector<FieldPlan> not_carried;     // what else the message may hold
};

class Plan {
 public:
  // Of a table that was checked.
  explicit Plan(const VersionTable& table);
  // Over the whole Document.
  const RowPlan& root(const Message& message) const { return roots_.at(message.root()); }

 private:
  using Key = std::pair<std::string_view, const google::protobuf::Descriptor*>;
  const TypePlan& Complex(std::string_view name, const google::protobuf::Descriptor& message);
  const LeafPlan& Leaf(std::string_view name, const google::protobuf::Descriptor& message);
  RowPlan MakeRow(const Row& row, const google::protobuf::Descriptor& message);

  std::map<std::string_view, const ComplexType*> complex_types_;
  std::map<std::string_view, const SimpleType*> simple_types_;
  std::map<Key, std::unique_ptr<TypePlan>> complex_;
  std::map<Key, std::unique_ptr<LeafPlan>> leafs_;
  std::map<std::string_view, RowPlan> roots_;
};

}  // namespace isa95::b2mml
