#include "cluster/exception_sender.h"

#include <doctest/doctest.h>

#include <numeric>

using namespace acrida::cluster;

namespace {
std::int64_t sum(const std::vector<TaskException>& sent) {
  return std::accumulate(sent.begin(), sent.end(), std::int64_t{0},
                         [](std::int64_t all, const TaskException& one) { return all + one.count; });
}
}  // namespace

TEST_CASE("the first exceptions go at once, a master that can count is told the rest in one message a second") {
  ExceptionSender sender;
  std::int64_t messages = 0, told = 0;
  for (int i = 0; i < 10'000; ++i) {
    const auto sent = sender.add({"kaboom", "  File x\n"}, true);
    messages += static_cast<std::int64_t>(sent.size());
    told += sum(sent);
  }
  CHECK(messages == ExceptionSender::kMostPerSecond);
  CHECK(told == messages);
  const auto rest = sender.second_over(true);
  CHECK(rest.size() == 1);
  CHECK(told + sum(rest) == 10'000);
  CHECK(sender.second_over(true).empty());
  CHECK(sender.take_untold() == 0);
}

TEST_CASE("a master that counts messages gets one for each, some in a second; what is left at the end is known") {
  ExceptionSender sender;
  CHECK(sum(sender.add({"kaboom", "  File x\n", 175}, false)) == 50);
  for (int second = 0; second < 2; ++second) {
    const auto sent = sender.second_over(false);
    CHECK(sent.size() == 50);
    CHECK(sum(sent) == 50);
  }
  CHECK(sender.last(false).empty());
  CHECK(sender.take_untold() == 25);
  CHECK(sender.take_untold() == 0);
  CHECK(sender.second_over(false).empty());
}

TEST_CASE("at the end of a test a master that can count is told everything") {
  ExceptionSender sender;
  for (int i = 0; i < 300; ++i) sender.add({"number " + std::to_string(i), "  File x\n", 2}, true);
  CHECK(sum(sender.last(true)) == 2 * (300 - ExceptionSender::kMostPerSecond));
  CHECK(sender.take_untold() == 0);
}

TEST_CASE("kinds beyond all measure are counted, not kept") {
  ExceptionSender sender;
  for (int i = 0; i < 2'000; ++i) sender.add({"number " + std::to_string(i), ""}, true);
  CHECK(sender.last(true).size() == ExceptionSender::kMostKinds);
  CHECK(sender.take_untold() ==
        2'000 - ExceptionSender::kMostPerSecond - static_cast<int>(ExceptionSender::kMostKinds));
}
