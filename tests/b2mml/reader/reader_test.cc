#include "b2mml/reader.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <fstream>

namespace isa95::b2mml {
namespace {

constexpr const char* kSchema =
    "<xsd:schema xmlns:xsd='http://www.w3.org/2001/XMLSchema' targetNamespace='urn:t' elementFormDefault='qualified'>"
    "<xsd:element name='a'><xsd:complexType><xsd:sequence><xsd:element name='b' type='xsd:decimal' "
    "maxOccurs='unbounded'/>"
    "</xsd:sequence></xsd:complexType></xsd:element></xsd:schema>";

class Sink : public EventSink {
 public:
  bool Start(std::string_view, std::string_view name, const std::vector<XmlAttribute>&,
             const XmlPosition& at) override {
    last_path = at.Path();
    names += std::string(name) + " ";
    return true;
  }
  bool Text(std::string_view part, const XmlPosition&) override {
    text += part;
    return true;
  }
  bool End(std::string_view, std::string_view, const XmlPosition&) override { return true; }
  std::string names, text, last_path;
};

class Reader : public ::testing::Test {
 protected:
  // The last error's code, the one that ended the reading, within a second; the next good document must pass.
  std::string CodeOf(std::string_view document) {
    const auto begin = std::chrono::steady_clock::now();
    Sink sink;
    const auto findings = Read(document, schema_.get(), {}, sink);
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(1));
    Sink next;
    EXPECT_TRUE(Read(kGood, schema_.get(), {}, next).empty());
    std::string code = "accepted";
    for (const auto& finding : findings) {
      EXPECT_FALSE(finding.message().empty());
      EXPECT_FALSE(finding.mend().empty());
      if (finding.severity() == flow::v1::SEVERITY_ERROR) code = finding.code();
    }
    return code;
  }
  static constexpr const char* kGood = "<a xmlns='urn:t'><b>1</b><b>2.5</b></a>";
  XmlRuntime runtime_;
  std::unique_ptr<ProfileSchema> schema_ = *ProfileSchema::Compile({kSchema});
};

long ResidentKib() {
  std::ifstream statm("/proc/self/statm");
  long size = 0, resident = 0;
  statm >> size >> resident;
  return resident * (sysconf(_SC_PAGESIZE) / 1024);
}

long PeakKib() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

TEST_F(Reader, GivesPathAndText_OfAGoodDocument) {
  Sink sink;
  EXPECT_TRUE(Read(kGood, schema_.get(), {}, sink).empty());
  EXPECT_EQ(sink.names, "a b b ");
  EXPECT_EQ(sink.last_path, "/a/b[2]");
  EXPECT_EQ(sink.text, "12.5");
}

TEST_F(Reader, RefusesWhatIsNoDocument) {
  EXPECT_EQ(CodeOf(""), "EMPTY_DOCUMENT");
  EXPECT_EQ(CodeOf("\xEF\xBB\xBF"), "EMPTY_DOCUMENT");
  EXPECT_EQ(CodeOf(" \n "), "EMPTY_DOCUMENT");
  EXPECT_EQ(CodeOf("{\"a\":1}"), "NOT_XML");
  EXPECT_EQ(CodeOf("<a xmlns='urn:t'><b>1</b>"), "NOT_WELL_FORMED");
  EXPECT_EQ(CodeOf("<a xmlns='urn:t'><b>1"), "NOT_WELL_FORMED");
  EXPECT_EQ(CodeOf("<a xmlns='urn:t'><b>one</b></a>"), "SCHEMA");
}

TEST_F(Reader, RefusesEncodingsAndVersionsItDoesNotSpeak) {
  EXPECT_EQ(CodeOf("<?xml version='1.0' encoding='UTF-7'?><a/>"), "ENCODING_NOT_ALLOWED");
  EXPECT_EQ(CodeOf("<?xml version='1.0' encoding='ISO-8859-1'?><a/>"), "ENCODING_NOT_ALLOWED");
  EXPECT_EQ(CodeOf(std::string("\0\0\xFE\xFF\0\0\0<", 8)), "ENCODING_NOT_ALLOWED");
  EXPECT_EQ(CodeOf("<?xml version='1.1'?><a/>"), "XML_VERSION");
}

TEST_F(Reader, RefusesEveryDoctype_AlsoBehindTheFirstLook) {
  const std::string bomb = "<!DOCTYPE a [<!ENTITY x '0'><!ENTITY y '&x;&x;&x;&x;'>]><a>&y;&y;</a>";
  EXPECT_EQ(CodeOf("<!DOCTYPE a><a/>"), "DOCTYPE_REFUSED");
  EXPECT_EQ(CodeOf("<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>"), "DOCTYPE_REFUSED");
  EXPECT_EQ(CodeOf(bomb), "DOCTYPE_REFUSED");
  EXPECT_EQ(CodeOf("<!--" + std::string(10000, 'x') + "-->" + bomb), "NOT_WELL_FORMED");
  EXPECT_TRUE(SelfTest().ok());
}

TEST_F(Reader, StaysBounded_WhateverTheSize) {
  std::string deep, attribute = "<a xmlns='urn:t' x='" + std::string(50'000'000, 'y') + "'/>";
  for (int i = 0; i < 50'000; ++i) deep += "<b>";
  const long before = std::max(ResidentKib(), PeakKib());
  EXPECT_EQ(CodeOf(deep), "TOO_DEEP");
  EXPECT_EQ(CodeOf(attribute), "TOKEN_TOO_LARGE");
  EXPECT_EQ(CodeOf("<a xmlns='urn:t'><!--" + std::string(1'000'000, 'y') + "--></a>"), "TOKEN_TOO_LARGE");
  EXPECT_EQ(CodeOf("<a xmlns='urn:t'><b>" + std::string(200'000, '1') + "</b></a>"), "TEXT_TOO_LONG");
  std::string many = "<a xmlns='urn:t'";
  for (int i = 0; i < 40; ++i) many += " x" + std::to_string(i) + "='1'";
  EXPECT_EQ(CodeOf(many + "/>"), "TOO_MANY_ATTRIBUTES");
  XmlLimits small;
  small.bytes = 10;
  Sink sink;
  EXPECT_EQ(Read(kGood, nullptr, small, sink).front().code(), "TOO_LARGE");
  EXPECT_LT(PeakKib() - before, 64 * 1024);
}

TEST_F(Reader, RefusesXsiType) {
  EXPECT_EQ(CodeOf("<a xmlns='urn:t' xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' "
                   "xmlns:xsd='http://www.w3.org/2001/XMLSchema'>"
                   "<b xsi:type='xsd:integer'>1</b></a>"),
            "XSI_TYPE");
}

TEST_F(Reader, OpensNoConnection_ForASchemaLocation) {
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  ASSERT_EQ(bind(listener, reinterpret_cast<sockaddr*>(&address), size), 0);
  ASSERT_EQ(listen(listener, 4), 0);
  getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size);
  const std::string url = "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port)) + "/x.xsd";
  CodeOf("<a xmlns='urn:t' xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' xsi:schemaLocation='urn:new " + url +
         "'><c xmlns='urn:new'/></a>");
  CodeOf("<a xmlns='urn:t'><?xml-stylesheet href='" + url + "'?><b>1</b></a>");
  EXPECT_EQ(accept(listener, nullptr, nullptr), -1);
  close(listener);
}

TEST_F(Reader, ReadsUtf16_WithAByteOrderMark) {
  for (const bool big : {false, true}) {
    std::string wide = big ? "\xFE\xFF" : "\xFF\xFE";
    for (const char* c = kGood; *c != 0; ++c) wide += big ? std::string({'\0', *c}) : std::string({*c, '\0'});
    EXPECT_EQ(CodeOf(wide), "accepted");
  }
}

TEST(ProfileSchema, IsAStatus_WhenTheSchemaIsWrong) {
  XmlRuntime runtime;
  EXPECT_FALSE(ProfileSchema::Compile({"<xsd:schema"}).ok());
  EXPECT_FALSE(ProfileSchema::Compile({"<xsd:schema xmlns:xsd='http://www.w3.org/2001/XMLSchema'><xsd:element name='a' "
                                       "type='missing'/></xsd:schema>"})
                   .ok());
}

}  // namespace
}  // namespace isa95::b2mml
