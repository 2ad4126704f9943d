// The threads reports wait on: bounded in jobs and in bytes, and nothing that was taken is lost.
#include "grpc/server/workers.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>

namespace isa95::server {
namespace {

TEST(Workers, RefuseWhatFindsNoRoom_AndDoAllTheyTook) {
  std::promise<void> begun, open;
  std::atomic<int> done{0};
  {
    Workers workers({.threads = 1, .max_jobs = 2, .max_bytes = 100});
    ASSERT_TRUE(workers.Post(1, [&] {
      begun.set_value();
      open.get_future().wait();
      ++done;
    }));
    begun.get_future().wait();
    EXPECT_TRUE(workers.Post(200, [&] { ++done; }));  // alone, however large
    EXPECT_FALSE(workers.Post(1, [&] { ++done; }));   // bytes
    open.set_value();
  }
  EXPECT_EQ(done, 2);
}

TEST(Workers, CountTheirJobs) {
  std::promise<void> begun, open;
  std::atomic<int> done{0};
  {
    Workers workers({.threads = 1, .max_jobs = 2, .max_bytes = 100});
    ASSERT_TRUE(workers.Post(1, [&] {
      begun.set_value();
      open.get_future().wait();
    }));
    begun.get_future().wait();
    EXPECT_TRUE(workers.Post(50, [&] { ++done; }));
    EXPECT_TRUE(workers.Post(50, [&] { ++done; }));
    EXPECT_FALSE(workers.Post(0, [&] { ++done; }));
    open.set_value();
  }
  EXPECT_EQ(done, 2);
}

}  // namespace
}  // namespace isa95::server
