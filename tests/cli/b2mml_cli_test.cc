// The b2mml command as a person or a script meets it: arguments, exit codes, what goes to which stream.
#include <gmock/gmock.h>
#include <google/protobuf/util/delimited_message_util.h>
#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "isa95/flow/v1/document.pb.h"
#include "tests/shared.h"

namespace isa95 {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

struct Result {
  int code = -1;
  std::string out, err;
};

class B2mmlCli : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(std::filesystem::exists(kBinary)) << kBinary << " is not built";
    std::string name = ::testing::TempDir() + "/isa95-cli-XXXXXX";
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override {
    if (!folder_.empty()) std::filesystem::remove_all(folder_);
  }

  // `arguments` is shell text.
  Result Run(const std::string& arguments) {
    const std::string out = folder_ + "/out", err = folder_ + "/err";
    const int status = std::system((kBinary + " " + arguments + " >" + out + " 2>" + err).c_str());
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, test::Slurp(out), test::Slurp(err)};
  }
  std::string Put(const std::string& name, const std::string& text) {
    const std::string file = folder_ + "/" + name;
    std::ofstream(file, std::ios::binary) << text;
    return file;
  }
  // The example order with one text replaced.
  std::string PutOrder(const std::string& name, const std::string& from, const std::string& to) {
    std::string xml = test::Slurp(kOrder);
    const auto at = xml.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    if (at != std::string::npos) xml.replace(at, from.size(), to);
    return Put(name, xml);
  }

  const std::string kBinary = std::string(ISA95_BIN) + "/b2mml";
  const std::string kOrder = std::string(ISA95_SOURCE) + "/examples/order.xml";
  std::string folder_;
};

TEST_F(B2mmlCli, HelpGivesAnExampleForEachCommand) {
  const auto result = Run("--help");
  EXPECT_EQ(result.code, 0);
  for (const char* example : {"Example: b2mml validate", "Example: b2mml translate", "Example: b2mml diff"})
    EXPECT_THAT(result.out, HasSubstr(example));
  EXPECT_THAT(result.err, IsEmpty());
  EXPECT_EQ(Run("validate --help").code, 0);
}

TEST_F(B2mmlCli, VersionIsPrinted) {
  EXPECT_EQ(Run("--version").code, 0);
  EXPECT_THAT(Run("--version").out, HasSubstr("b2mml 0."));
}

TEST_F(B2mmlCli, WrongUseIsTwo_AndSaysWhy) {
  for (const std::string& arguments : std::vector<std::string>{
           "", "validate", "frobnicate " + kOrder, "validate --unknown " + kOrder, "translate --to pdf " + kOrder,
           "diff " + kOrder, "translate a b", "validate --format yaml " + kOrder, "validate /no/such/file",
           "validate --schema-dir /nowhere " + kOrder, "validate --site /no/such.yaml " + kOrder,
           "translate --to xml --b2mml-version V9999 " + kOrder}) {
    const auto result = Run(arguments);
    EXPECT_EQ(result.code, 2) << arguments;
    EXPECT_FALSE(result.err.empty()) << arguments;
    EXPECT_THAT(result.out, IsEmpty()) << arguments;
  }
  EXPECT_THAT(Run("validate --schema-dir /nowhere " + kOrder).err, HasSubstr("holds no schemas of B2MML V0701"));
  EXPECT_THAT(Run("translate --schema-dir /tmp " + kOrder).err, HasSubstr("goes with validate"));
}

TEST_F(B2mmlCli, ValidOrderIsZero_WithOneLine) {
  const auto result = Run("validate " + kOrder);
  EXPECT_EQ(result.code, 0);
  EXPECT_EQ(result.out, kOrder + ": valid\n");
}

TEST_F(B2mmlCli, OneBadFileAmongGoodIsOne_AndEachGetsItsLine) {
  const auto bad = PutOrder("bad.xml", ">104.5<", ">1,5<");
  const auto result = Run("validate " + kOrder + " " + bad);
  EXPECT_EQ(result.code, 1);
  EXPECT_THAT(result.out, HasSubstr(kOrder + ": valid\n"));
  EXPECT_THAT(result.out, HasSubstr(bad + ": not valid\n"));
  EXPECT_THAT(result.out, HasSubstr("error NOT_A_DECIMAL line "));
  EXPECT_THAT(result.out, HasSubstr("mend: "));
}

TEST_F(B2mmlCli, JsonIsOneObjectAFile_WithTheFindingsKeys) {
  const auto bad = PutOrder("bad\"quote.xml", ">104.5<", ">1,5<");
  const auto result = Run("validate --format json " + kOrder + " '" + bad + "'");
  EXPECT_EQ(result.code, 1);
  const auto end = result.out.find('\n');
  EXPECT_EQ(result.out.substr(0, end), "{\"file\":\"" + kOrder + "\",\"valid\":true,\"findings\":[]}");
  const auto second = result.out.substr(end + 1);
  EXPECT_EQ(std::count(second.begin(), second.end(), '\n'), 1);
  EXPECT_THAT(second, HasSubstr("bad\\\"quote.xml\",\"valid\":false"));
  for (const char* key : {"\"code\":\"NOT_A_DECIMAL\"", "\"severity\":\"error\"", "\"path\":\"/Process",
                          "\"line\":", "\"message\":", "\"mend\":", "\"who_acts\":"})
    EXPECT_THAT(second, HasSubstr(key));
}

TEST_F(B2mmlCli, SiteDialectDecidesWhatIsAllowed) {
  const auto file = PutOrder("kg.xml", ">KGM<", ">KG<");
  EXPECT_EQ(Run("validate " + file).code, 1);
  const auto allowed = Run("validate --site " + std::string(ISA95_SOURCE) + "/examples/site-dialect.yaml " + file);
  EXPECT_EQ(allowed.code, 0) << allowed.out << allowed.err;
  EXPECT_THAT(allowed.out, HasSubstr("warning NON_REC20_UNIT"));
}

TEST_F(B2mmlCli, SuggestDialect_ReadsFoldersAndFiles_AndListsWhatNoneTakes) {
  std::filesystem::create_directories(folder_ + "/in/sub");
  std::filesystem::rename(PutOrder("kg.xml", ">KGM<", ">KG<"), folder_ + "/in/sub/kg.xml");
  std::filesystem::rename(PutOrder("zone.xml", "T06:00:00+01:00", "T06:00:00"), folder_ + "/in/zone.xml");
  std::filesystem::rename(Put("other.txt", "no message"), folder_ + "/in/other.txt");
  const auto taken = Run("validate --suggest-dialect " + folder_ + "/in " + kOrder);
  EXPECT_EQ(taken.code, 0) << taken.err;
  EXPECT_THAT(taken.out, HasSubstr("takes 3 of 3 messages"));
  EXPECT_THAT(taken.out, HasSubstr("    non_rec20_unit: true  # 1 message, first " + folder_ + "/in/sub/kg.xml\n"));
  EXPECT_THAT(taken.out, HasSubstr("    zoneless_times: 'Etc/UTC'  # 1 message"));
  const auto site = std::string(ISA95_SOURCE) + "/examples/site-dialect.yaml";
  EXPECT_THAT(Run("validate --suggest-dialect --site " + site + " " + folder_ + "/in").out,
              HasSubstr("'Europe/Paris'"));
  const auto bad = PutOrder("bad.xml", ">104.5<", ">1,5<");
  const auto refused = Run("validate --suggest-dialect " + bad);
  EXPECT_EQ(refused.code, 1);
  EXPECT_THAT(refused.out, HasSubstr("#   " + bad + "\n#     NOT_A_DECIMAL line "));
}

TEST_F(B2mmlCli, SuggestDialect_SaysWhyItCannot) {
  EXPECT_EQ(Run("validate --suggest-dialect /no/such/file.xml").code, 2);
  std::filesystem::create_directories(folder_ + "/empty");
  const auto empty = Run("validate --suggest-dialect " + folder_ + "/empty");
  EXPECT_EQ(empty.code, 2);
  EXPECT_THAT(empty.err, HasSubstr("no .xml file"));
  EXPECT_THAT(Run("translate --suggest-dialect " + kOrder).err, HasSubstr("goes with validate"));
}

TEST_F(B2mmlCli, DoctypeIsRefused) {
  const auto file = Put("bomb.xml", "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>");
  const auto result = Run("validate " + file);
  EXPECT_EQ(result.code, 1);
  EXPECT_THAT(result.out, HasSubstr("DOCTYPE_REFUSED"));
}

TEST_F(B2mmlCli, OrderSurvivesTheWayThroughJson_AndDiffSaysSo) {
  const auto json = Run("translate --to json " + kOrder);
  ASSERT_EQ(json.code, 0) << json.err;
  EXPECT_EQ(std::count(json.out.begin(), json.out.end(), '\n'), 1);  // one document a line
  EXPECT_THAT(json.out, HasSubstr("\"application_area\""));          // proto field names
  const auto json_file = Put("order.json", json.out);
  const auto xml = Run("translate --to xml - < " + json_file);
  ASSERT_EQ(xml.code, 0) << xml.err;
  EXPECT_THAT(xml.out, HasSubstr("<ProcessOperationsSchedule"));
  const auto xml_file = Put("again.xml", xml.out);
  EXPECT_EQ(Run("diff " + kOrder + " " + xml_file).code, 0);
  EXPECT_EQ(Run("diff " + kOrder + " " + json_file).code, 0);
  EXPECT_EQ(Run("validate " + xml_file).code, 0);
}

TEST_F(B2mmlCli, BinaryIsALengthDelimitedDocument) {
  const auto result = Run("translate --to binary " + kOrder);
  ASSERT_EQ(result.code, 0);
  std::istringstream in(result.out);
  google::protobuf::io::IstreamInputStream stream(&in);
  flow::v1::Document document;
  bool clean_end = false;
  ASSERT_TRUE(google::protobuf::util::ParseDelimitedFromZeroCopyStream(&document, &stream, &clean_end));
  EXPECT_EQ(document.schedule(0).order(0).id().value(), "1004711");
}

TEST_F(B2mmlCli, OtherVersionIsWritten_AndLossesAreToldOnStandardError) {
  const auto result = Run("translate --to xml --b2mml-version V0401 " + kOrder);
  ASSERT_EQ(result.code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("<ProcessProductionSchedule"));
  EXPECT_THAT(result.err, HasSubstr("NOT_CARRIED"));
}

TEST_F(B2mmlCli, FaultyOrderIsNotTranslated_UnlessAllowed) {
  const auto bad = PutOrder("bad.xml", ">104.5<", ">1,5<");
  const auto refused = Run("translate " + bad);
  EXPECT_EQ(refused.code, 1);
  EXPECT_THAT(refused.out, IsEmpty());
  EXPECT_THAT(refused.err, HasSubstr("NOT_A_DECIMAL"));
  const auto allowed = Run("translate --allow-findings " + bad);
  EXPECT_EQ(allowed.code, 0);
  EXPECT_THAT(allowed.out, HasSubstr("\"1,5\""));
  EXPECT_THAT(allowed.err, HasSubstr("NOT_A_DECIMAL"));
  const auto broken = Put("broken.xml", test::Slurp(kOrder).substr(0, 700));
  EXPECT_EQ(Run("translate --allow-findings " + broken).code, 1);  // no shape, nothing to translate
}

TEST_F(B2mmlCli, JsonThatIsNoDocumentIsTwo) {
  EXPECT_EQ(Run("translate --to xml " + Put("x.json", "{\"schedul\":1}")).code, 2);
  EXPECT_EQ(Run("translate --to xml " + Put("y.json", "{")).code, 2);
}

TEST_F(B2mmlCli, DifferenceIsOne_AndNamesTheField) {
  const auto other = PutOrder("other.xml", ">104.5<", ">104.6<");
  const auto text = Run("diff " + kOrder + " " + other);
  EXPECT_EQ(text.code, 1);
  EXPECT_THAT(text.out, HasSubstr("quantity[0].value: '104.5' against '104.6'"));
  const auto json = Run("diff --format json " + kOrder + " " + other);
  EXPECT_EQ(json.code, 1);
  EXPECT_THAT(json.out, HasSubstr("quantity[0].value\""));
  EXPECT_EQ(Run("diff " + kOrder + " " + Put("broken.xml", "<a>")).code, 2);
}

TEST_F(B2mmlCli, TooLargeAFileIsTwo) {
  const auto file = folder_ + "/large.xml";
  std::ofstream(file) << "<a/>";
  std::filesystem::resize_file(file, (64ull << 20) + 1);  // sparse
  const auto result = Run("validate " + file);
  EXPECT_EQ(result.code, 2);
  EXPECT_THAT(result.err, HasSubstr("64 MiB"));
}

TEST_F(B2mmlCli, FullDiskIsTwo_NotSilence) {
  if (!std::filesystem::exists("/dev/full")) GTEST_SKIP() << "no /dev/full here";
  const int status = std::system((kBinary + " translate " + kOrder + " >/dev/full 2>/dev/null").c_str());
  EXPECT_EQ(WEXITSTATUS(status), 2);
}

}  // namespace
}  // namespace isa95
