// Lines are JSON whatever bytes come.
#include "adapter/ops/log.h"

#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

namespace isa95::adapter::ops {
namespace {

// As a JSON reader sees it.
std::string Read(std::string_view text, size_t max) {
  std::string json = "{\"text\":";
  AppendJson(json, text, max);
  json += "}";
  google::protobuf::Struct read;
  const auto status = google::protobuf::util::JsonStringToMessage(json, &read);
  EXPECT_TRUE(status.ok()) << status.ToString() << " in " << json;
  return read.fields().contains("text") ? read.fields().at("text").string_value() : "unreadable";
}

TEST(AppendJson, CarriesAnyText) {
  for (const std::string text : {"", "plain", "a\"b\\c\n\t\x01\x7f", "Größe", "\xF0\x9F\x8F\xAD"})
    EXPECT_EQ(Read(text, 100), text);
  EXPECT_EQ(Read(std::string_view("a\0b", 3), 100), std::string("a\0b", 3));
}

TEST(AppendJson, ReplacesWhatIsNoUtf8) {
  EXPECT_EQ(Read("a\xFF"
                 "b",
                 100),
            "a\xEF\xBF\xBD"
            "b");
  EXPECT_EQ(Read("\xC0\xAF", 100), "\xEF\xBF\xBD\xEF\xBF\xBD");                  // overlong
  EXPECT_EQ(Read("\xED\xA0\x80", 100), "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");  // a surrogate
  EXPECT_EQ(Read("x\xE2\x82", 100), "x\xEF\xBF\xBD\xEF\xBF\xBD");                // cut off
  std::string all;
  for (int i = 0; i < 256; ++i) all += static_cast<char>(i);
  EXPECT_NE(Read(all, 1000), "unreadable");
}

TEST(AppendJson, CutsAtACharacter_WhenTooLong) {
  EXPECT_EQ(Read("abcdef", 4), "abcd...");
  EXPECT_EQ(Read("abcö", 4), "abc...");
  EXPECT_EQ(Read("abcd", 4), "abcd");
}

}  // namespace
}  // namespace isa95::adapter::ops
