// Everything bad a sender can put into a body, through the running daemon: refused within a second, with a finding and
// its mend, in bounded memory; the next good order passes.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <fstream>
#include <functional>
#include <thread>

#include "b2mml/http/client.h"
#include "tests/system/process.h"

namespace isa95::test {
namespace {

using Clock = std::chrono::steady_clock;

constexpr const char* kNamespace = "xmlns=\"http://www.mesa.org/xml/B2MML\"";

std::string Order() { return ReadAll(std::string(ISA95_SOURCE) + "/examples/order.xml"); }

std::string With(const std::string& from, const std::string& to) {
  std::string xml = Order();
  const auto at = xml.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return xml.replace(at, from.size(), to);
}

std::string Repeat(const std::string& text, int count) {
  std::string out;
  for (int i = 0; i < count; ++i) out += text;
  return out;
}

std::string EntityBomb() {
  std::string dtd = "<!DOCTYPE a [<!ENTITY e0 \"boom\">";
  for (int i = 1; i < 20; ++i) {
    const std::string before = "&e" + std::to_string(i - 1) + ";";
    dtd += "<!ENTITY e" + std::to_string(i) + " \"" + Repeat(before, 10) + "\">";
  }
  return "<?xml version=\"1.0\"?>" + dtd + "]><a>&e19;</a>";
}

std::string Utf16(const std::string& text, bool with_bom) {
  std::string out = with_bom ? "\xFF\xFE" : "";
  for (const char c : text) out += {c, '\0'};
  return out;
}

// A report of what was done, without a fault of its own.
std::string Report() {
  const std::string order = Order(), area = "</ApplicationArea>";
  const auto from = order.find("<ApplicationArea>");
  return std::string("<ProcessOperationsPerformance ") + kNamespace + " releaseID=\"0701\">" +
         order.substr(from, order.find(area) + area.size() - from) +
         "<DataArea><Process/><OperationsPerformance><ID>P</ID><OperationsResponse><ID>R</ID><SegmentResponse><ID>C</"
         "ID>"
         "</SegmentResponse></OperationsResponse></OperationsPerformance></DataArea></ProcessOperationsPerformance>";
}

std::string WithUserArea(const std::function<std::string(const std::string& number)>& part, int count) {
  std::string area = "<UserArea>";
  for (int i = 0; i < count; ++i) area += part(std::to_string(i));
  return With("</ApplicationArea>", area + "</UserArea></ApplicationArea>");
}

struct Bad {
  const char* what;
  std::function<std::string()> body;
  unsigned status;
  const char* code;
};

const std::vector<Bad>& BadBodies() {
  static const std::vector<Bad> all = {
      {"empty", [] { return std::string(); }, 400, "EMPTY_DOCUMENT"},
      {"only a BOM", [] { return std::string("\xEF\xBB\xBF"); }, 400, "EMPTY_DOCUMENT"},
      {"not XML", [] { return std::string("order;4711;100"); }, 400, "NOT_XML"},
      {"truncated", [] { return Order().substr(0, 1200); }, 422, "NOT_WELL_FORMED"},
      {"bare DOCTYPE", [] { return "<!DOCTYPE a>" + Order(); }, 400, "DOCTYPE_REFUSED"},
      {"external entity",
       [] { return std::string("<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><a>&x;</a>"); }, 400,
       "DOCTYPE_REFUSED"},
      {"entity bomb", EntityBomb, 400, "DOCTYPE_REFUSED"},
      {"UTF-7", [] { return std::string("<?xml version=\"1.0\" encoding=\"UTF-7\"?>+ADw-a/+AD4-"); }, 400,
       "ENCODING_NOT_ALLOWED"},
      {"UTF-16 without BOM", [] { return Utf16("<?xml version=\"1.0\"?><a/>", false); }, 400, "NOT_WELL_FORMED"},
      {"XML 1.1", [] { return std::string("<?xml version=\"1.1\"?><a/>"); }, 400, "XML_VERSION"},
      {"50,000 levels", [] { return Repeat("<a>", 50'000) + Repeat("</a>", 50'000); }, 400, "UNKNOWN_VERSION"},
      {"50,000 levels inside an order",
       [] {
         return With("<SegmentRequirement>", "<SegmentRequirement>" + Repeat("<SegmentRequirementChild>", 50'000));
       },
       422, "TOO_DEEP"},
      {"65 namespaces",
       [] { return WithUserArea([](const std::string& n) { return "<x xmlns=\"urn:" + n + "\"/>"; }, 65); }, 422,
       "TOO_MANY_NAMESPACES"},
      {"50,000 names", [] { return WithUserArea([](const std::string& n) { return "<x" + n + "/>"; }, 50'000); }, 422,
       "TOO_MANY_NAMES"},
      {"50 MB attribute", [] { return "<a b=\"" + std::string(50'000'000, 'x') + "\"/>"; }, 400, "TOKEN_TOO_LARGE"},
      {"50 MB comment", [] { return With("<DataArea>", "<!--" + std::string(50'000'000, 'x') + "--><DataArea>"); }, 422,
       "TOKEN_TOO_LARGE"},
      {"unknown noun", [] { return std::string("<ProcessRecipe ") + kNamespace + " releaseID=\"0701\"/>"; }, 400,
       "UNKNOWN_NOUN"},
      {"report of what was done", Report, 422, "WRONG_DIRECTION"},
      {"shop-floor noun", [] { return std::string("<SyncEquipment ") + kNamespace + " releaseID=\"0701\"/>"; }, 400,
       "NOT_BUSINESS_RELEVANT"},
      {"unknown version", [] { return With("http://www.mesa.org/xml/B2MML", "urn:b2mml:9"); }, 422, "UNKNOWN_VERSION"},
      {"missing order id", [] { return With("<ID>1004711</ID>", ""); }, 422, "SCHEMA"},
      {"empty order id", [] { return With("<ID>1004711</ID>", "<ID/>"); }, 422, "MISSING_ORDER_ID"},
      {"comma in a quantity", [] { return With(">104.5<", ">1,5<"); }, 422, "NOT_A_DECIMAL"},
      {"unit in a quantity", [] { return With(">104.5<", ">4,88 EA<"); }, 422, "NOT_A_DECIMAL"},
      {"time without offset", [] { return With("06:00:00+01:00", "06:00:00"); }, 422, "TIME_WITHOUT_OFFSET"},
      {"end before start", [] { return With("14:00:00+01:00", "05:00:00+01:00"); }, 422, "END_BEFORE_START"},
      {"V0600 content in the V0701 namespace",
       [] {
         return With("<Priority>",
                     "<HierarchyScope><EquipmentID>LEI</EquipmentID><EquipmentElementLevel>Site</EquipmentElementLevel>"
                     "<HierarchyScope/></HierarchyScope><Priority>");
       },
       422, "UNKNOWN_ELEMENTS"},
      {"two versions in one document",
       [] { return With("<Priority>5", "<Priority xmlns=\"http://www.mesa.org/xml/B2MML-V0600\">5"); }, 422, "SCHEMA"},
      {"xi:include",
       [] {
         return With("<Priority>5</Priority>",
                     "<xi:include xmlns:xi=\"http://www.w3.org/2001/XInclude\" href=\"file:///etc/passwd\"/>");
       },
       422, "SCHEMA"},
      {"change of an unknown order",
       [] {
         std::string xml = With("<Process acknowledgeCode", "<Change responseCode");
         for (const char* tag : {"<ProcessOp", "</ProcessOp"})
           xml.replace(xml.find(tag) + (tag[1] == '/' ? 2 : 1), 7, "Change");
         return xml;
       },
       422, "ORDER_UNKNOWN"},
      {"xsi:type",
       [] {
         return With("<ID>1004711</ID>",
                     "<ID xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:type=\"CodeType\">1</ID>");
       },
       422, "XSI_TYPE"},
  };
  return all;
}

[[maybe_unused]] long ResidentKb(int pid) {
  std::ifstream status("/proc/" + std::to_string(pid) + "/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmHWM:")) return std::stol(line.substr(6));
  }
  return -1;
}

class Daemon : public ::testing::Test {
 protected:
  void SetUp() override {
    process_ = std::make_unique<Process>(
        std::vector<std::string>{std::string(ISA95_BIN) + "/b2mml-adapter", "--site",
                                 std::string(ISA95_SOURCE) + "/examples/site.yaml", "--ledger", dir_ / "ledger.db",
                                 "--http", "127.0.0.1:0", "--grpc", "127.0.0.1:0"},
        dir_ / "adapter.log");
    port_ = AwaitNumber(dir_ / "adapter.log", "http port ", 20'000);
    ASSERT_NE(port_, 0) << ReadAll(dir_ / "adapter.log");
  }
  absl::StatusOr<http::ClientResponse> Post(const std::string& body) {
    return http::Post("http://127.0.0.1:" + std::to_string(port_) + "/b2mml/LEI", "application/xml", body, 10'000);
  }

  TempDir dir_;
  std::unique_ptr<Process> process_;
  int port_ = 0;
};

TEST_F(Daemon, RefusesEachBadBody_WithinASecond_AndTakesTheNextGoodOrder) {
  int good = 0;
  for (const auto& bad : BadBodies()) {
    std::string body = bad.body();
    if (const auto at = body.find("000000000001"); at != std::string::npos)
      body.replace(at, 12, std::to_string(200'000'000'000 + good));
    const auto begin = Clock::now();
    const auto refused = Post(body);
    [[maybe_unused]] const auto took = Clock::now() - begin;
    ASSERT_TRUE(refused.ok()) << bad.what << ": " << refused.status();
    EXPECT_EQ(refused->status, bad.status) << bad.what << ": " << refused->body;
    EXPECT_NE(refused->body.find(bad.code), std::string::npos) << bad.what << ": " << refused->body.substr(0, 500);
#if !defined(__SANITIZE_ADDRESS__)
    EXPECT_LT(took, std::chrono::seconds(1)) << bad.what;
#endif
    std::string order = With("1004711", "G" + std::to_string(++good));
    order.replace(order.find("000000000001"), 12, std::to_string(100'000'000'000 + good));
    const auto taken = Post(order);
    ASSERT_TRUE(taken.ok()) << "after " << bad.what << ": " << taken.status();
    EXPECT_EQ(taken->status, 202u) << "after " << bad.what << ": " << taken->body;
  }
#if !defined(__SANITIZE_ADDRESS__)
  EXPECT_LT(ResidentKb(process_->pid()), 400'000) << "kB at the peak";
#endif
  process_->Signal(SIGTERM);
  EXPECT_EQ(process_->Wait(20'000), 0) << ReadAll(dir_ / "adapter.log");
}

// A listener that must see nobody: a document names it as the place of its schema, of an entity and of an inclusion.
TEST_F(Daemon, OpensNoConnection_OnBehalfOfADocument) {
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ASSERT_EQ(bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  ASSERT_EQ(listen(listener, 5), 0);
  socklen_t size = sizeof address;
  ASSERT_EQ(getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size), 0);
  const std::string url = "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port)) + "/x";

  const auto located = Post(With("releaseID",
                                 "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" "
                                 "xsi:schemaLocation=\"http://www.mesa.org/xml/B2MML " +
                                     url + " urn:other " + url + "\" releaseID"));
  ASSERT_TRUE(located.ok()) << located.status();
  EXPECT_EQ(located->status, 202u) << located->body;
  for (const std::string& body :
       {"<!DOCTYPE a SYSTEM \"" + url + "\"><a/>", "<!DOCTYPE a [<!ENTITY % e SYSTEM \"" + url + "\">%e;]><a/>",
        With("<Priority>5</Priority>",
             "<xi:include xmlns:xi=\"http://www.w3.org/2001/XInclude\" href=\"" + url + "\"/>")}) {
    const auto refused = Post(body);
    ASSERT_TRUE(refused.ok()) << refused.status();
    EXPECT_GE(refused->status, 400u);
  }
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  EXPECT_EQ(accept(listener, nullptr, nullptr), -1);
  EXPECT_EQ(errno, EAGAIN);
  close(listener);
}

}  // namespace
}  // namespace isa95::test
