// What an operator sees of the running daemon: log, metrics, health, systemd's words, its stop, and its unit.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/resource.h>

#include <chrono>
#include <fstream>
#include <sstream>

#include "adapter/ledger/report_ledger.h"
#include "b2mml/http/client.h"
#include "tests/system/notify_socket.h"
#include "tests/system/plant.h"
#include "tests/system/way_back.h"

namespace isa95::test {
namespace {

using google::protobuf::Struct;
using testing::HasSubstr;
using Clock = std::chrono::steady_clock;

std::vector<Struct> Lines(const std::string& log) {
  std::vector<Struct> lines;
  std::istringstream in(log);
  for (std::string line; std::getline(in, line);) {
    const auto status = google::protobuf::util::JsonStringToMessage(line, &lines.emplace_back());
    EXPECT_TRUE(status.ok()) << status.ToString() << " in " << line;
  }
  return lines;
}

std::string Field(const Struct& line, const std::string& name) {
  const auto found = line.fields().find(name);
  if (found == line.fields().end()) return "(none)";
  return found->second.has_number_value() ? std::to_string(static_cast<int64_t>(found->second.number_value()))
                                          : found->second.string_value();
}

std::string Page(const WayBack& plant, const std::string& path) {
  const auto page = http::Get(plant.Http() + path, 5'000);
  return page.ok() ? page->body : page.status().ToString();
}

exchange::v1::Report FirstReport(const std::string& order) {
  return Confirmation("R-" + order, order, 1, flow::v1::CONFIRMATION_TYPE_CODE_PARTIAL, "10");
}

TEST(Log, EveryLineIsJson_AndNamesItsMessage) {
  WayBack plant(SiteFile("site.yaml"));
  plant.ReleaseAndAccept("4711001");
  EXPECT_EQ(http::Post(plant.Url(), "application/xml", "<a b=\"\x01\xFF\"/>", 5'000)->status, 400u);
  plant.Report(FirstReport("4711001"));
  plant.AwaitFeedback("R-4711001", exchange::v1::FEEDBACK_OUTCOME_POSTED);
  EXPECT_EQ(plant.StopAdapter(), 0);
  std::map<std::string, Struct> seen;  // by message; the first
  for (const auto& line : Lines(plant.Log())) {
    EXPECT_NE(Field(line, "at"), "(none)");
    EXPECT_NE(Field(line, "level"), "(none)");
    seen.emplace(Field(line, "message"), line);
  }
  const auto expect = [&](const std::string& message, const std::string& flow, const std::string& key,
                          const std::string& number, const std::string& outcome) {
    ASSERT_TRUE(seen.contains(message)) << message << " in " << plant.Log();
    const auto& line = seen.at(message);
    EXPECT_EQ(Field(line, "site"), "LEI") << message;
    EXPECT_EQ(Field(line, "flow"), flow) << message;
    EXPECT_EQ(Field(line, "key"), key) << message;
    EXPECT_EQ(Field(line, "outcome"), outcome) << message;
    EXPECT_EQ(Field(line, number), "1") << message;
    EXPECT_NE(Field(line, "bod_id"), "(none)") << message;
  };
  expect("document received", "production_order", "4711001", "document", "received");
  expect("order delivered", "production_order", "4711001", "document", "delivered");
  expect("order answered", "production_order", "4711001", "document", "accepted");
  expect("report received", "execution_confirmation", "R-4711001", "report", "durable");
  expect("report delivered", "execution_confirmation", "R-4711001", "report", "taken");
  expect("report answered", "execution_confirmation", "R-4711001", "report", "posted");
  EXPECT_EQ(Field(seen.at("document received"), "bod_id"), "bod-of-4711001");
}

// The figures of /metrics for one name with the states as audit names them.
uint64_t Metric(const std::string& text, const std::string& series) {
  const auto at = text.find("\n" + series + " ");
  return at == std::string::npos ? 999'999 : std::stoull(text.substr(at + series.size() + 2));
}

void ExpectAudited(const WayBack& plant) {
  const auto ledger = *ledger::OpenSqlite(plant.ledger(), true);
  const auto items = *ledger->CountItems("");
  const auto reports = *ledger->CountReports("");
  // What was counted at the last scrape is a second old at most.
  std::string text;
  const auto until = Clock::now() + std::chrono::seconds(5);
  do {
    text = Page(plant, "/metrics");
  } while (Metric(text, "isa95_reports{site=\"LEI\",state=\"posted\"}") != reports.posted && Clock::now() < until);
  EXPECT_EQ(Metric(text, "isa95_documents_received_total{site=\"LEI\"}"), items.documents);
  EXPECT_EQ(Metric(text, "isa95_documents_refused_total{site=\"LEI\"}"), items.documents_refused);
  EXPECT_EQ(Metric(text, "isa95_orders{site=\"LEI\",state=\"accepted\"}"), items.accepted);
  EXPECT_EQ(Metric(text, "isa95_orders_received_total{site=\"LEI\"}"), items.received);
  EXPECT_EQ(Metric(text, "isa95_reports_received_total{site=\"LEI\"}"), reports.received);
  EXPECT_EQ(Metric(text, "isa95_reports{site=\"LEI\",state=\"posted\"}"), reports.posted);
  EXPECT_EQ(Metric(text, "isa95_reports{site=\"LEI\",state=\"parked\"}"), reports.parked);
}

TEST(Metrics, AreWhatAuditCounts_AlsoAfterARestart) {
  WayBack plant(SiteFile("site.yaml"));
  plant.ReleaseAndAccept("4711002");
  EXPECT_EQ(http::Post(plant.Url(), "application/xml", "<a/>", 5'000)->status, 400u);
  plant.Report(FirstReport("4711002"));
  plant.Report(FirstReport("unknown"));
  plant.AwaitFeedback("R-4711002", exchange::v1::FEEDBACK_OUTCOME_POSTED);
  ExpectAudited(plant);
  const auto text = Page(plant, "/metrics");
  EXPECT_THAT(text, HasSubstr("code=\"UNKNOWN_VERSION\",flow=\"production_order\",site=\"LEI\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("ReportBatch\"} 2\n"));
  EXPECT_EQ(Metric(text, "isa95_erp_answer_seconds_count{site=\"LEI\"}"), 1u);
  plant.KillAdapter();
  plant.StartAdapter();
  ExpectAudited(plant);
}

// What systemd would give a service.
class Systemd : public testing::Test {
 protected:
  Systemd() {
    setenv("NOTIFY_SOCKET", socket_.name().c_str(), 1);
    setenv("WATCHDOG_USEC", "1200000", 1);
  }
  ~Systemd() override {
    unsetenv("NOTIFY_SOCKET");
    unsetenv("WATCHDOG_USEC");
  }
  NotifySocket socket_{true};
};

// The soft limit of a running process; 0 = as high as it may be.
bool SetDescriptors(const Process& process, rlim_t count) {
  rlimit limit{};
  if (prlimit(process.pid(), RLIMIT_NOFILE, nullptr, &limit) != 0) return false;
  limit.rlim_cur = count == 0 ? limit.rlim_max : count;
  return prlimit(process.pid(), RLIMIT_NOFILE, &limit, nullptr) == 0;
}

int Dial(const std::string& address) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(static_cast<uint16_t>(std::stoi(address.substr(address.rfind(':') + 1))));
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(connect(fd, reinterpret_cast<sockaddr*>(&to), sizeof(to)), 0);
  return fd;
}

// gRPC 1.51 never accepts again on a port where it once ran out of descriptors: nothing but a new start helps.
TEST_F(Systemd, WatchdogIsSilent_WhenThePortNoLongerAnswers) {
  WayBack plant(SiteFile("site.yaml"));
  EXPECT_EQ(socket_.Next(10'000), "READY=1");
  EXPECT_EQ(socket_.Next(5'000), "WATCHDOG=1");
  EXPECT_EQ(socket_.Next(5'000), "WATCHDOG=1");
  ASSERT_TRUE(SetDescriptors(plant.adapter(), 3));
  std::vector<int> dialled;
  for (int i = 0; i < 4; ++i) dialled.push_back(Dial(plant.Grpc()));
  const auto until = Clock::now() + std::chrono::seconds(15);
  while (!socket_.Next(1'300).empty()) ASSERT_LT(Clock::now(), until);  // more than the watchdog's limit
  for (const int fd : dialled) close(fd);
  EXPECT_THAT(plant.Log(), HasSubstr("watchdog: "));
  ASSERT_TRUE(SetDescriptors(plant.adapter(), 0));
  EXPECT_EQ(Page(plant, "/healthz"), "ok\n");  // the process has what it needs again, and thinks itself well
  EXPECT_EQ(socket_.Next(2'000), "");
}

TEST_F(Systemd, HearsReadyAndStopping_AndTheStopIsQuickBesideAnIdleStream) {
  WayBack plant(SiteFile("site.yaml"));
  EXPECT_EQ(socket_.Next(10'000), "READY=1");
  EXPECT_EQ(socket_.Next(10'000), "WATCHDOG=1");
  EXPECT_EQ(Page(plant, "/readyz"), "ok\n");
  const auto stub = exchange::v1::OrderExchangeService::NewStub(
      grpc::CreateChannel(plant.Grpc(), grpc::InsecureChannelCredentials()));
  grpc::ClientContext context;
  exchange::v1::StreamOrdersRequest request;
  request.set_site("LEI");
  EXPECT_EQ(plant.Release("4711003"), 202u);
  const auto stream = stub->StreamOrders(&context, request);
  exchange::v1::StreamOrdersResponse response;
  ASSERT_TRUE(stream->Read(&response));  // and idles from here on
  const auto began = Clock::now();
  plant.adapter().Signal(SIGTERM);
  EXPECT_EQ(plant.adapter().Wait(20'000), 0);
  EXPECT_LT(Clock::now() - began, std::chrono::milliseconds(1'500));
  std::string words;
  do {
    words = socket_.Next(1'000);
  } while (words == "WATCHDOG=1");
  EXPECT_EQ(words, "STOPPING=1");
  EXPECT_FALSE(stream->Read(&response));
  EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::UNAVAILABLE);
}

int RunIt(std::vector<std::string> arguments, std::string& out) {
  TempDir dir;
  Process process(std::move(arguments), dir / "out");
  const int code = process.Wait(20'000);
  out = ReadAll(dir / "out");
  return code;
}

class Unit : public testing::Test {
 protected:
  std::string text_ = ReadAll(SiteFile("b2mml-adapter.service"));
};

TEST_F(Unit, StartsTheAdapterWithFlagsItTakes) {
  const auto at = text_.find("\nExecStart=");
  ASSERT_NE(at, std::string::npos);
  std::istringstream line(text_.substr(at + 11, text_.find('\n', at + 1) - at - 11));
  std::vector<std::string> arguments;
  for (std::string word; line >> word;) arguments.push_back(word);
  arguments[0] = std::string(ISA95_BIN) + "/b2mml-adapter";
  for (auto& word : arguments) {
    if (word.ends_with("/site.yaml")) word = SiteFile("site.yaml");
  }
  arguments.insert(arguments.begin() + 1, "check-config");
  std::string out;
  EXPECT_EQ(RunIt(arguments, out), 0) << out;
  arguments.push_back("--no-such-flag");
  EXPECT_EQ(RunIt(arguments, out), 2) << out;
}

TEST_F(Unit, IsOneThatSystemdUnderstands) {
  const std::string analyze = "/usr/bin/systemd-analyze";
  if (access(analyze.c_str(), X_OK) != 0) GTEST_SKIP() << "there is no " << analyze;
  TempDir dir;
  text_.replace(text_.find("/usr/bin/b2mml-adapter"), 22, std::string(ISA95_BIN) + "/b2mml-adapter");
  std::ofstream(dir / "b2mml-adapter.service") << text_;
  std::string out;
  EXPECT_EQ(RunIt({analyze, "verify", "--man=no", dir / "b2mml-adapter.service"}, out), 0) << out;
  EXPECT_EQ(out.find("b2mml-adapter.service:"), std::string::npos) << out;  // it warns of what it does not know
  EXPECT_EQ(
      RunIt({analyze, "security", "--offline=true", "--threshold=20", "--no-pager", dir / "b2mml-adapter.service"},
            out),
      0)
      << out;
}

}  // namespace
}  // namespace isa95::test
