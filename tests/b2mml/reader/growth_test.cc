// A daemon reads strangers' documents for months: what Xerces keeps of each must not add up.
#include <gtest/gtest.h>
#include <malloc.h>
#include <unistd.h>

#include <atomic>
#include <ctime>
#include <fstream>
#include <functional>
#include <thread>
#include <xercesc/framework/MemBufInputSource.hpp>
#include <xercesc/util/OutOfMemoryException.hpp>
#include <xercesc/util/PlatformUtils.hpp>
#include <xercesc/util/StringPool.hpp>

#include "b2mml/reader.h"
#include "b2mml/xerces.h"

namespace isa95::b2mml {
namespace {

using std::to_string;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kMeasures = false;  // what is freed stays resident for a while
#else
constexpr bool kMeasures = true;
#endif

constexpr const char* kSchema =
    "<xsd:schema xmlns:xsd='http://www.w3.org/2001/XMLSchema' targetNamespace='urn:t' elementFormDefault='qualified'>"
    "<xsd:element name='a'><xsd:complexType><xsd:sequence><xsd:element name='b' type='xsd:decimal'/>"
    "<xsd:element name='any' type='xsd:anyType' minOccurs='0'/></xsd:sequence></xsd:complexType></xsd:element>"
    "</xsd:schema>";
constexpr const char* kGood = "<a xmlns='urn:t'><b>1</b></a>";
constexpr const char* kWrong = "<a xmlns='urn:t'><b>one</b></a>";

class Sink : public EventSink {
 public:
  bool Start(std::string_view, std::string_view, const std::vector<XmlAttribute>&, const XmlPosition&) override {
    return true;
  }
  bool Text(std::string_view, const XmlPosition&) override { return true; }
  bool End(std::string_view, std::string_view, const XmlPosition&) override { return true; }
};

std::string With(const std::string& content) { return "<a xmlns='urn:t'><b>1</b><any>" + content + "</any></a>"; }

// Content of `count` parts, each by a number of its own.
std::string Parts(int from, int count, const std::function<std::string(const std::string& number)>& part) {
  std::string out;
  for (int i = from; i < from + count; ++i) out += part(to_string(i));
  return out;
}

std::string Namespaces(int from, int count, size_t length = 10) {
  const std::string uri = "urn:" + std::string(length, 'n');
  return Parts(from, count, [&](const std::string& number) { return "<c xmlns='" + uri + number + "'/>"; });
}

std::string CodeOf(const ProfileSchema* schema, std::string_view document) {
  Sink sink;
  const auto findings = Read(document, schema, {}, sink);
  return findings.empty() ? "accepted" : findings.back().code();
}

XMLSize_t StringsKept(const ProfileSchema& schema) {
  return schema.impl().grammars()->pool.getURIStringPool()->getStringCount();
}

long ResidentKib() {
  std::ifstream statm("/proc/self/statm");
  long size = 0, resident = 0;
  statm >> size >> resident;
  return resident * (sysconf(_SC_PAGESIZE) / 1024);
}

class LongRunningReader : public ::testing::Test {
 protected:
  // Reads `documents` of four parts, every part different.
  void ExpectBounded(int documents, const std::function<std::string(const std::string& number)>& part) {
    CodeOf(schema_.get(), kGood);
    malloc_trim(0);  // what other tests left would hide what this one takes
    const long before = ResidentKib();
    const std::clock_t begin = std::clock();
    for (int i = 0; i < documents; ++i) ASSERT_EQ(CodeOf(schema_.get(), With(Parts(4 * i, 4, part))), "accepted");
    if (!kMeasures) return;
    EXPECT_LT(ResidentKib() - before, 10 * 1024);
    EXPECT_LT(std::clock() - begin, 2 * CLOCKS_PER_SEC);
  }
  XmlRuntime runtime_;
  std::unique_ptr<ProfileSchema> schema_ = *ProfileSchema::Compile({kSchema});
};

TEST_F(LongRunningReader, MemoryStaysBounded_HoweverManyNamespacesStrangersSend) {
  const std::string uri = "urn:" + std::string(900, 'n');
  ExpectBounded(4'000, [&](const std::string& number) { return "<c xmlns='" + uri + number + "'/>"; });
  EXPECT_LT(StringsKept(*schema_), 1'100u);
}

TEST_F(LongRunningReader, MemoryStaysBounded_HoweverManyElementNamesStrangersSend) {
  const std::string name(200, 'n');
  ExpectBounded(8'000, [&](const std::string& number) { return "<" + name + number + "/>"; });
}

TEST_F(LongRunningReader, MemoryStaysBounded_HoweverManyPrefixesStrangersSend) {
  const std::string prefix(200, 'p');
  ExpectBounded(8'000, [&](const std::string& number) {
    return "<" + prefix + number + ":c xmlns:" + prefix + number + "='urn:t'/>";
  });
}

TEST_F(LongRunningReader, RefusesTooManyNamespaces_OfOneDocument) {
  std::string one_tag = "<c";
  for (int i = 0; i < 65; ++i) one_tag += " xmlns:p" + to_string(i) + "='urn:" + to_string(i) + "'";
  for (const auto* schema : {schema_.get(), static_cast<ProfileSchema*>(nullptr)}) {
    EXPECT_EQ(CodeOf(schema, With(Namespaces(0, 64))), "TOO_MANY_NAMESPACES");  // urn:t is one too
    EXPECT_EQ(CodeOf(schema, With(one_tag + "/>")), "TOO_MANY_NAMESPACES");
    EXPECT_EQ(CodeOf(schema, With(Namespaces(0, 63))), "accepted");
    EXPECT_EQ(CodeOf(schema, With(Namespaces(63, 63))), "accepted");
  }
}

TEST_F(LongRunningReader, AcceptsOneNamespace_DeclaredAgainAndAgain) {
  std::string content;
  for (int i = 0; i < 500; ++i) content += Namespaces(7, 1);
  EXPECT_EQ(CodeOf(schema_.get(), With(content)), "accepted");
}

TEST_F(LongRunningReader, RefusesTooLongANamespaceOrPrefix) {
  EXPECT_EQ(CodeOf(schema_.get(), With(Namespaces(0, 1, 1'024))), "NAME_TOO_LONG");
  EXPECT_EQ(CodeOf(schema_.get(), With(Namespaces(0, 1, 1'000))), "accepted");
  EXPECT_EQ(CodeOf(schema_.get(), With("<c xmlns:" + std::string(257, 'p') + "='urn:x'/>")), "NAME_TOO_LONG");
  EXPECT_EQ(CodeOf(schema_.get(), kGood), "accepted");
}

// Xerces needs ten seconds for the first twenty thousand, and four times as long for twice as many.
TEST_F(LongRunningReader, RefusesTooManyNames_OfOneDocument) {
  const auto element = [](const std::string& number) { return "<n" + number + "/>"; };
  const auto prefix = [](const std::string& number) { return "<c xmlns:p" + number + "='urn:x'/>"; };
  const std::clock_t begin = std::clock();
  for (const auto* schema : {schema_.get(), static_cast<ProfileSchema*>(nullptr)}) {
    EXPECT_EQ(CodeOf(schema, With(Parts(0, 50'000, element))), "TOO_MANY_NAMES");
    EXPECT_EQ(CodeOf(schema, With(Parts(0, 50'000, prefix))), "TOO_MANY_NAMES");
    EXPECT_EQ(CodeOf(schema, With(Parts(0, 900, element))), "accepted");
    EXPECT_EQ(CodeOf(schema, With(Parts(0, 900, element))), "accepted");
  }
  EXPECT_LT(std::clock() - begin, 2 * CLOCKS_PER_SEC);
}

// Every thread sends what makes the grammars grow, and judges by them all the while.
TEST_F(LongRunningReader, JudgesAlike_InAllThreads_WhileGrammarsAreReplaced) {
  std::atomic<int> astray = 0, next = 0;
  const auto first = schema_->impl().grammars();
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 200; ++i) {
        if (CodeOf(schema_.get(), With(Namespaces(next.fetch_add(60), 60))) != "accepted") ++astray;
        if (CodeOf(schema_.get(), kGood) != "accepted") ++astray;
        if (CodeOf(schema_.get(), kWrong) != "SCHEMA") ++astray;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(astray, 0);
  CodeOf(schema_.get(), kGood);
  EXPECT_NE(schema_->impl().grammars(), first);
  EXPECT_EQ(first.use_count(), 1);  // and no worker of theirs is kept
}

absl::Status LoadSmall(ProfileSchema::Grammars& grammars) {
  const auto reader = MakeSafeReader(&grammars.pool);
  const xercesc::MemBufInputSource source(reinterpret_cast<const XMLByte*>(kSchema), std::string_view(kSchema).size(),
                                          "small");
  reader->loadGrammar(source, xercesc::Grammar::SchemaGrammarType, true);
  return absl::OkStatus();
}

TEST_F(LongRunningReader, JudgesOnByTheOldGrammars_WhenTheyCannotBeLoadedAgain) {
  int loads = 0;
  const auto schema = *ProfileSchema::Make([&](ProfileSchema::Grammars& grammars) -> absl::Status {
    ++loads;
    if (loads == 2) return absl::InternalError("not now");
    if (loads == 3) throw std::bad_alloc();
    return LoadSmall(grammars);
  });
  const auto first = schema->impl().grammars();
  for (int i = 0; loads < 4 && i < 200; ++i) {
    EXPECT_EQ(schema->impl().grammars(), first);
    EXPECT_EQ(CodeOf(schema.get(), With(Namespaces(60 * i, 60))), "accepted");
    EXPECT_EQ(CodeOf(schema.get(), kWrong), "SCHEMA");
  }
  EXPECT_EQ(loads, 4);  // not with every document
  EXPECT_NE(schema->impl().grammars(), first);
  EXPECT_EQ(CodeOf(schema.get(), kGood), "accepted");
}

class NoMemory : public xercesc::MemoryManager {
 public:
  xercesc::MemoryManager* getExceptionMemoryManager() override { return this; }
  void* allocate(XMLSize_t) override { throw xercesc::OutOfMemoryException(); }
  void deallocate(void*) override {}
};

TEST_F(LongRunningReader, IsAFinding_WhenThereIsNoMemoryForAParser) {
  NoMemory none;
  auto*& manager = xercesc::XMLPlatformUtils::fgMemoryManager;
  auto* const usual = std::exchange(manager, &none);
  const auto code = CodeOf(schema_.get(), kGood);
  manager = usual;
  EXPECT_EQ(code, "TOO_LARGE");
  EXPECT_EQ(CodeOf(schema_.get(), kGood), "accepted");
}

}  // namespace
}  // namespace isa95::b2mml
