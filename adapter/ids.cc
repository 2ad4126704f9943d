#include "adapter/ids.h"

#include <openssl/evp.h>

#include <algorithm>
#include <boost/uuid/random_generator.hpp>
#include <boost/uuid/uuid_io.hpp>
#include <chrono>

#include "absl/strings/escaping.h"
#include "grpc/model/decimal.h"
#include "grpc/model/text.h"
#include "isa95/flow/v1/common.pb.h"

namespace isa95::adapter {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// Digits without trailing zeros of the fraction; text that is no decimal stays as it is.
std::string CanonicalDecimal(const std::string& text) {
  auto value = ParseDecimal(text);
  if (!value) return text;
  while (value->scale > 0 && value->units % 10 == 0) {
    value->units /= 10;
    --value->scale;
  }
  return Cat(value->units.str(), "e-", value->scale);
}

void AppendText(std::string& out, std::string_view text) { out += Cat(text.size(), ":", text, ";"); }

void AppendMessage(std::string& out, const Message& message);

void AppendScalar(std::string& out, const Message& message, const FieldDescriptor* field, int index) {
  const auto* reflection = message.GetReflection();
  const bool repeated = field->is_repeated();
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      AppendText(
          out, repeated ? reflection->GetRepeatedString(message, field, index) : reflection->GetString(message, field));
      break;
    case FieldDescriptor::CPPTYPE_ENUM:
      out += Cat(
          repeated ? reflection->GetRepeatedEnumValue(message, field, index) : reflection->GetEnumValue(message, field),
          ";");
      break;
    case FieldDescriptor::CPPTYPE_BOOL:
      out += Cat(reflection->GetBool(message, field), ";");
      break;
    case FieldDescriptor::CPPTYPE_INT32:
      out += Cat(reflection->GetInt32(message, field), ";");
      break;
    case FieldDescriptor::CPPTYPE_INT64:
      out += Cat(reflection->GetInt64(message, field), ";");
      break;
    case FieldDescriptor::CPPTYPE_UINT32:
      out += Cat(reflection->GetUInt32(message, field), ";");
      break;
    case FieldDescriptor::CPPTYPE_UINT64:
      out += Cat(reflection->GetUInt64(message, field), ";");
      break;
    case FieldDescriptor::CPPTYPE_MESSAGE:
      AppendMessage(out, repeated ? reflection->GetRepeatedMessage(message, field, index)
                                  : reflection->GetMessage(message, field));
      break;
    default:
      break;  // the model has no floating point
  }
}

// A map has no order of its own.
void AppendMap(std::string& out, const Message& message, const FieldDescriptor* field) {
  std::vector<std::string> entries(static_cast<size_t>(message.GetReflection()->FieldSize(message, field)));
  for (size_t i = 0; i < entries.size(); ++i) AppendScalar(entries[i], message, field, static_cast<int>(i));
  std::sort(entries.begin(), entries.end());
  for (const auto& entry : entries) out += Cat(field->name(), "=", entry);
}

void AppendMessage(std::string& out, const Message& message) {
  if (message.GetDescriptor() == flow::v1::Decimal::descriptor()) {
    flow::v1::Decimal decimal = static_cast<const flow::v1::Decimal&>(message);
    AppendText(out, CanonicalDecimal(decimal.value()));
    out += Cat(decimal.nil(), ";");
    for (const auto& attribute : decimal.other_attributes()) AppendMessage(out, attribute);
    return;
  }
  std::vector<const FieldDescriptor*> fields;
  message.GetReflection()->ListFields(message, &fields);
  out += '{';
  for (const auto* field : fields) {
    if (field->is_map()) {
      AppendMap(out, message, field);
      continue;
    }
    const int count = field->is_repeated() ? message.GetReflection()->FieldSize(message, field) : 1;
    for (int i = 0; i < count; ++i) {
      out += Cat(field->name(), "=");
      AppendScalar(out, message, field, i);
    }
  }
  out += '}';
}

}  // namespace

std::string NewUuid() {
  thread_local boost::uuids::random_generator generator;
  return boost::uuids::to_string(generator());
}

std::string Sha256Hex(std::string_view bytes) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned length = 0;
  EVP_Digest(bytes.data(), bytes.size(), digest, &length, EVP_sha256(), nullptr);
  return absl::BytesToHexString(absl::string_view(reinterpret_cast<const char*>(digest), length));
}

std::string ContentHash(const Message& message) {
  std::string canonical;
  AppendMessage(canonical, message);
  return Sha256Hex(canonical);
}

int64_t NowMillis() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

}  // namespace isa95::adapter
