#include "b2mml/recast_sink.h"

#include <algorithm>

#include "b2mml/recast_words.h"
#include "b2mml/root_findings.h"
#include "grpc/model/text.h"

namespace isa95::b2mml {
namespace {

constexpr std::string_view kXsi = "http://www.w3.org/2001/XMLSchema-instance";

ToleranceLog::Where Place(const XmlPosition& at) {
  return [&at] { return ToleranceLog::Place{at.Path(), at.Line()}; };
}

bool IsNil(const std::vector<XmlAttribute>& attributes) {
  return std::any_of(attributes.begin(), attributes.end(), [](const auto& attribute) {
    return attribute.xml_namespace == kXsi && attribute.name == "nil" &&
           (attribute.value == "true" || attribute.value == "1");
  });
}

int RowOf(const TypePlan& type, std::string_view name) {
  const auto found = std::find(type.names.begin(), type.names.end(), name);
  return found == type.names.end() ? -1 : static_cast<int>(found - type.names.begin());
}

bool HasWildcard(const TypePlan& type) {
  return std::any_of(type.rows.begin(), type.rows.end(), [](const auto& row) {
    return row.row->kind() == ROW_KIND_ANY_STRICT || row.row->kind() == ROW_KIND_ANY_SKIP;
  });
}

}  // namespace

bool RecastSink::IsOurs(std::string_view xml_namespace) const {
  return xml_namespace == document_namespace_ || xml_namespace == version_->table().target_namespace();
}

std::string_view RecastSink::Ours(std::string_view xml_namespace) const {
  return IsOurs(xml_namespace) ? std::string_view(version_->table().target_namespace()) : xml_namespace;
}

bool RecastSink::Start(std::string_view xml_namespace, std::string_view name,
                       const std::vector<XmlAttribute>& attributes, const XmlPosition& at) {
  if (frames_.empty()) return OpenRoot(xml_namespace, name, attributes, at);
  if (leaf_ != nullptr) {  // elements where a text belongs: nothing of it can be kept where it is
    PassOver(leaf_->name, leaf_attributes_);
    capture_->Text(text_);
    capture_is_leaf_ = true;
    leaf_ = nullptr;
  }
  if (capture_) {
    capture_->Start(Ours(xml_namespace), name, attributes);
    NoteFact(name);
  } else if (frames_.back().row == nullptr || !IsOurs(xml_namespace)) {
    Copy(xml_namespace, name, attributes, at);
  } else if (!StartChild(xml_namespace, name, attributes, at)) {
    PassOver(name, attributes);
  }
  if (!writer_.full() && kept_bytes_ + (capture_ ? capture_->size() : 0) <= limits_.bytes) return true;
  log_.Bad("TOO_LARGE", Place(at), Cat("Read as it is meant, the document is larger than ", limits_.bytes, " bytes."),
           "Send several documents.");
  return false;
}

// False where the version has no such element here.
bool RecastSink::StartChild(std::string_view xml_namespace, std::string_view name,
                            const std::vector<XmlAttribute>& attributes, const XmlPosition& at) {
  auto& top = frames_.back();
  const auto& type = *top.row->complex;
  const int index = RowOf(type, name);
  if (index < 0 && !HasWildcard(type)) return false;
  if (index < 0) return Copy(xml_namespace, name, attributes, at), true;
  const auto& row = type.rows[static_cast<size_t>(index)];
  FillDataType(top, static_cast<size_t>(index));
  const uint32_t position = ++top.counts[static_cast<size_t>(index)];
  if (row.leaf != nullptr) {
    leaf_ = &row;
    leaf_attributes_ = attributes;
    leaf_line_ = at.Line();
    text_.clear();
  } else if (row.complex != nullptr) {
    const auto before = writer_.Here();
    writer_.Open(name, nullptr, attributes, at.Line());
    Push(row, position, before);
  } else {
    Copy(xml_namespace, name, attributes, at);
  }
  return true;
}

void RecastSink::Copy(std::string_view xml_namespace, std::string_view name,
                      const std::vector<XmlAttribute>& attributes, const XmlPosition& at) {
  const auto own = Ours(xml_namespace);
  writer_.Open(name, &own, attributes, at.Line());
  frames_.emplace_back();
}

void RecastSink::Push(const RowPlan& row, uint32_t position, const RecastWriter::Mark& before) {
  Frame frame;
  frame.row = &row;
  frame.position = position;
  frame.before = before;
  frame.passed_over = recast_.passed_over.size();
  frame.counts.resize(row.complex->rows.size());
  frame.data_type = RowOf(*row.complex, "DataType");
  frame.quantity_string = RowOf(*row.complex, "QuantityString");
  frames_.push_back(std::move(frame));
}

bool RecastSink::Text(std::string_view text, const XmlPosition& at) {
  if (capture_) return capture_->Text(text), true;
  if (leaf_ != nullptr) return text_ += text, true;
  if (frames_.empty()) return true;
  auto& top = frames_.back();
  if (top.row == nullptr) return writer_.Text(text), true;
  if (top.has_text || Trim(text).empty()) return true;
  top.has_text = true;
  log_.Bad("TEXT_BETWEEN_ELEMENTS", Place(at), WordsOfText(top.row->name, text), kMendOfText);
  return true;
}

bool RecastSink::End(std::string_view, std::string_view name, const XmlPosition& at) {
  if (capture_) {
    if (capture_->End(name)) EndPassedOver(at);
  } else if (leaf_ != nullptr) {
    FinishLeaf(at);
  } else {
    EndFrame(name, at);
  }
  return true;
}

void RecastSink::EndFrame(std::string_view name, const XmlPosition& at) {
  auto& frame = frames_.back();
  if (frame.row == nullptr) return writer_.Close(name), frames_.pop_back();
  FillDataType(frame, frame.row->complex->rows.size());
  if (frame.quantity_string >= 0 && !frame.has_quantity) {
    log_.Tolerance("empty_quantity", Place(at), "The quantity has no value; it was taken as not given.",
                   "Leave the element out where there is no quantity.");
    return CutOut();
  }
  if (frame.data_type_missing) {
    log_.Tolerance("missing_data_type", Place(at), "The DataType is missing or empty; it was taken as not given.",
                   "Send a DataType of the version's list, such as decimal.");
  }
  const bool is_root = frames_.size() == base_;
  while (!frames_.empty()) {
    writer_.Close(frames_.back().row->name);
    frames_.pop_back();
    if (!is_root) return;
  }
  ended_ = true;
}

// As if the element that ends had not been there.
void RecastSink::CutOut() {
  const auto& frame = frames_.back();
  const auto* row = frame.row;
  writer_.CutBackTo(frame.before);
  recast_.passed_over.resize(frame.passed_over);
  frames_.pop_back();
  auto& above = frames_.back();
  --above.counts[static_cast<size_t>(row - above.row->complex->rows.data())];
}

// Where the version demands a DataType and none has come before the row that comes now.
void RecastSink::FillDataType(Frame& frame, size_t before_row) {
  const int index = frame.data_type;
  if (index < 0 || static_cast<size_t>(index) >= before_row || frame.counts[static_cast<size_t>(index)] > 0) return;
  const auto& row = *frame.row->complex->rows[static_cast<size_t>(index)].row;
  if (row.min() == 0 || !row.nillable()) return;
  ++frame.counts[static_cast<size_t>(index)];
  frame.data_type_missing = true;
  writer_.Raw(Cat("<DataType xmlns:a1=\"", kXsi, "\" a1:nil=\"true\"/>"));
}

void RecastSink::FinishLeaf(const XmlPosition& at) {
  auto& top = frames_.back();
  const auto& row = *std::exchange(leaf_, nullptr);
  const bool blank = Trim(text_).empty(), nil = IsNil(leaf_attributes_);
  if (row.name == "QuantityString" && !blank && !nil) top.has_quantity = true;
  if (row.name == "DataType" && blank && !nil && !row.leaf->type->enumeration().empty()) {
    top.data_type_missing = true;
    if (row.row->min() > 0) writer_.Raw(Cat("<DataType xmlns:a1=\"", kXsi, "\" a1:nil=\"true\"/>"));
    return;
  }
  if (row.leaf->instant) {
    if (auto written_out = WithoutCompactTime(text_); !written_out.empty()) {
      log_.Tolerance("compact_times", Place(at), Cat("The time '", Trim(text_), "' was read as ", written_out, "."),
                     "Send times as 2026-11-25T06:00:00+01:00.");
      text_ = std::move(written_out);
    }
  }
  writer_.Open(row.name, nullptr, leaf_attributes_, leaf_line_);
  writer_.Text(text_);
  writer_.Close(row.name);
}

void RecastSink::PassOver(std::string_view name, const std::vector<XmlAttribute>& attributes) {
  const std::string& target = version_->table().target_namespace();
  capture_.emplace(name, target);
  capture_->Start(target, name, attributes);
  capture_name_ = name;
  capture_is_leaf_ = false;
  fact_.clear();
  NoteFact(name);
}

void RecastSink::NoteFact(std::string_view name) {
  if (fact_.empty() && IsFact(name)) fact_ = name;
}

void RecastSink::EndPassedOver(const XmlPosition& at) {
  PassedOver passed;
  for (const auto& frame : frames_) passed.parents.push_back({frame.row, frame.position});
  capture_->StoreIn(passed.extension, "");
  kept_bytes_ += capture_->size();
  capture_.reset();
  const auto words = WordsOfUnknown(capture_name_, version_->name(), capture_is_leaf_);
  if (!fact_.empty()) {
    return log_.Bad("UNKNOWN_ELEMENT_WITH_FACTS", Place(at), WordsOfFact(words, fact_),
                    "Send it where the schema of this version has it; no tolerance passes over what was made or used.");
  }
  log_.Tolerance("unknown_elements", Place(at), Cat(words, " What it says is not interpreted."),
                 "Send what the schema of this version has, or leave it out.");
  recast_.passed_over.push_back(std::move(passed));
}

}  // namespace isa95::b2mml
