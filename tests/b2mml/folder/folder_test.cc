// Files as they come: half-written, empty, linked, renamed under us, with the same name.
#include "b2mml/folder/folder.h"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace isa95::folder {
namespace {

namespace fs = std::filesystem;

class Inbox : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = ::testing::TempDir() + "/isa95-folder-XXXXXX";
    root_ = mkdtemp(pattern.data());
    Options options;
    options.max_bytes = 1'000;
    folder_ = *Folder::Open(root_, options);
  }
  void TearDown() override {
    folder_.reset();
    fs::remove_all(root_);
  }
  void Put(const std::string& name, const std::string& text) { std::ofstream(root_ + "/in/" + name) << text; }
  std::string Get(const std::string& path) {
    std::ifstream in(root_ + "/" + path);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  bool There(const std::string& path) { return fs::exists(fs::symlink_status(root_ + "/" + path)); }
  std::vector<Picked> Scan(int64_t now_ms) { return *folder_->Scan(now_ms); }
  // Two looks, far enough apart.
  std::vector<Picked> Settled() {
    Scan(clock_ += 1'000);
    return Scan(clock_ += 1'000);
  }

  std::string root_;
  int64_t clock_ = 0;
  std::unique_ptr<Folder> folder_;
};

TEST_F(Inbox, FileIsTaken_WhenItHasNotChangedForAWhile) {
  Put("a.xml", "<a/>");
  EXPECT_TRUE(Scan(0).empty());
  EXPECT_TRUE(Scan(499).empty());
  const auto picked = Scan(500);
  ASSERT_EQ(picked.size(), 1u);
  EXPECT_EQ(picked[0].bytes, "<a/>");
  ASSERT_TRUE(folder_->MoveToDone(picked[0]).ok());
  EXPECT_EQ(Get("done/a.xml"), "<a/>");
  EXPECT_FALSE(There("in/a.xml"));
}

TEST_F(Inbox, HalfWrittenFile_WaitsUntilItStopsGrowing) {
  Put("a.xml", "<a>");
  Scan(0);
  Put("a.xml", "<a></a>");
  EXPECT_TRUE(Scan(600).empty());
  EXPECT_TRUE(Scan(1'000).empty());
  const auto picked = Scan(1'100);
  ASSERT_EQ(picked.size(), 1u);
  EXPECT_EQ(picked[0].bytes, "<a></a>");
}

TEST_F(Inbox, WorkInProgressByName_IsLeftAlone) {
  for (const char* name : {".a.xml", "a.xml.tmp", "a.part"}) Put(name, "<a/>");
  fs::create_directory(root_ + "/in/sub");
  EXPECT_TRUE(Settled().empty());
}

TEST_F(Inbox, EmptyFile_IsTakenAsItIs) {
  Put("a.xml", "");
  const auto picked = Settled();
  ASSERT_EQ(picked.size(), 1u);
  EXPECT_EQ(picked[0].bytes, "");
}

TEST_F(Inbox, Links_AreRefusedUnread) {
  std::ofstream(root_ + "/secret") << "secret";
  fs::create_symlink(root_ + "/secret", root_ + "/in/soft.xml");
  fs::create_hard_link(root_ + "/secret", root_ + "/in/hard.xml");
  mkfifo((root_ + "/in/pipe.xml").c_str(), 0600);
  const auto picked = Settled();
  ASSERT_EQ(picked.size(), 3u);
  for (const auto& file : picked) {
    EXPECT_EQ(file.bytes, "");
    ASSERT_EQ(file.refusal.size(), 1u) << file.name;
    EXPECT_EQ(file.refusal[0].code(), file.name == "pipe.xml" ? "NOT_A_FILE" : "LINK_REFUSED");
    EXPECT_TRUE(folder_->MoveToError(file, "why\n").ok());
  }
  EXPECT_TRUE(There("error/soft.xml") && There("error/hard.xml") && There("error/pipe.xml"));
  EXPECT_EQ(Get("error/soft.xml.reason.txt"), "why\n");
  EXPECT_EQ(Get("secret"), "secret");
}

TEST_F(Inbox, TooLargeFile_IsRefusedUnread) {
  Put("a.xml", std::string(1'001, 'x'));
  const auto picked = Settled();
  ASSERT_EQ(picked.size(), 1u);
  EXPECT_EQ(picked[0].refusal.at(0).code(), "TOO_LARGE");
}

TEST_F(Inbox, SameNameAgain_KeepsTheEarlierFile) {
  for (const char* text : {"<a/>", "<b/>", "<c/>"}) {
    Put("a.xml", text);
    for (const auto& file : Settled()) ASSERT_TRUE(folder_->MoveToDone(file).ok());
  }
  EXPECT_EQ(Get("done/a.xml"), "<a/>");
  EXPECT_EQ(Get("done/a.xml.2"), "<b/>");
  EXPECT_EQ(Get("done/a.xml.3"), "<c/>");
}

TEST_F(Inbox, FileReplacedUnderUs_IsNotMovedInPlaceOfTheOneRead) {
  Put("a.xml", "<a/>");
  const auto picked = Settled();
  ASSERT_EQ(picked.size(), 1u);
  std::ofstream(root_ + "/new") << "<new/>";
  fs::rename(root_ + "/new", root_ + "/in/a.xml");
  EXPECT_TRUE(folder_->MoveToDone(picked[0]).ok());
  EXPECT_EQ(Get("in/a.xml"), "<new/>");
  EXPECT_FALSE(There("done/a.xml"));
  const auto next = Settled();
  ASSERT_EQ(next.size(), 1u);
  EXPECT_EQ(next[0].bytes, "<new/>");
}

TEST_F(Inbox, FileTakenAwayUnderUs_IsNoError) {
  Put("a.xml", "<a/>");
  const auto picked = Settled();
  fs::remove(root_ + "/in/a.xml");
  EXPECT_TRUE(folder_->MoveToDone(picked.at(0)).ok());
}

TEST_F(Inbox, OldestFileComesFirst) {
  Put("b.xml", "first");
  usleep(20'000);
  Put("a.xml", "second");
  const auto picked = Settled();
  ASSERT_EQ(picked.size(), 2u);
  EXPECT_EQ(picked[0].bytes, "first");
}

TEST_F(Inbox, AnswerIsWrittenWhole_AndAgainUnderItsName) {
  ASSERT_TRUE(folder_->WriteOut("1.xml", "<a/>").ok());
  ASSERT_TRUE(folder_->WriteOut("1.xml", "<b/>").ok());
  EXPECT_EQ(Get("out/1.xml"), "<b/>");
  EXPECT_EQ(std::distance(fs::directory_iterator(root_ + "/out"), {}), 1);
}

}  // namespace
}  // namespace isa95::folder
