// A master with 1,000 workers of Locust's own dialect, 300 entries of 60 buckets each, every 3 s, for a simulated
// minute: `cluster_master_bench` prints what share of one core that takes, and how memory develops.
#include <malloc.h>
#include <time.h>

#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include "cluster/master.h"
#include "wire/msgpack_writer.h"

namespace {

using namespace acrida;

double cpu_seconds() {
  timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}
double heap_mib() { return static_cast<double>(mallinfo2().uordblks) / (1 << 20); }

void write_row(wire::MsgpackWriter& out, const std::string& name, const char* method, int second) {
  out.map(14)
      .key("name")
      .text(name)
      .key("method")
      .text(method)
      .key("last_request_timestamp")
      .number(1.79e9 + second + 0.5);
  out.key("start_time").number(1.79e9).key("num_requests").integer(180).key("num_none_requests").integer(0);
  out.key("num_failures").integer(0).key("total_response_time").number(54321.5).key("max_response_time").number(987.6);
  out.key("min_response_time").number(10.1).key("total_content_length").integer(180'000).key("response_times").map(60);
  for (int i = 0; i < 60; ++i) out.integer(i < 50 ? 10 + i : 10 * i).integer(3);
  out.key("num_reqs_per_sec").map(3);
  for (int i = 0; i < 3; ++i) out.integer(1'790'000'000LL + second - i).integer(60);
  out.key("num_fail_per_sec").map(0);
}

std::string make_report(int rows, int second) {
  std::string data;
  wire::MsgpackWriter out(data);
  out.map(5).key("stats").array(static_cast<std::size_t>(rows));
  for (int i = 0; i < rows; ++i) write_row(out, "/shop/category/item-" + std::to_string(i), "GET", second);
  write_row(out.key("stats_total"), "Aggregated", "", second);
  out.key("errors").map(0).key("user_classes_count").map(1).text("Buyer").integer(2).key("user_count").integer(2);
  return data;
}

}  // namespace

int main() {
  constexpr int kWorkers = 1'000, kRows = 300, kSeconds = 60;
  base::Instant at{base::from_seconds(100)};
  cluster::MasterSettings settings;
  settings.incarnation = "bench";
  cluster::Master master(settings, {at, 1.79e9});
  std::vector<std::string> ids, beats;
  for (int i = 0; i < kWorkers; ++i) {
    ids.push_back("box_" + std::to_string(i));
    std::string version;
    wire::MsgpackWriter(version).text("2.46.4");
    master.on_message(ids.back(), cluster::make_message("client_ready", version, ids.back()), {at, 1.79e9});
    beats.push_back(
        cluster::make_message("heartbeat", cluster::heartbeat_data({"running", 10, 1 << 26, {}}), ids.back()));
  }
  cluster::StartOrder order;
  order.users = 2 * kWorkers;
  order.spawn_rate = order.users;
  order.user_classes = {{"Buyer", 1, 0}};
  master.start(std::move(order), {at, 1.79e9});
  for (const std::string& id : ids) {
    master.on_message(id, cluster::make_message("spawning", {}, id), {at, 1.79e9});
    const std::string done = cluster::spawning_complete_data({{"Buyer", 2}});
    master.on_message(id, cluster::make_message("spawning_complete", done, id), {at, 1.79e9});
  }
  double spent = 0;
  std::size_t sent = 0;
  for (int second = 0; second < kSeconds; ++second) {
    const std::string report = make_report(kRows, second);  // not counted: a worker's work
    std::vector<std::string> messages;
    for (int i = second % 3; i < kWorkers; i += 3)
      messages.push_back(cluster::make_message("stats", report, ids[static_cast<std::size_t>(i)]));
    at += base::from_seconds(1);
    const cluster::Moment now{at, 1.79e9 + second};
    const double begin = cpu_seconds();
    for (std::size_t i = 0; i < ids.size(); ++i) sent += master.on_message(ids[i], beats[i], now).size();
    for (std::size_t k = 0; k < messages.size(); ++k)
      sent += master.on_message(ids[static_cast<std::size_t>(second % 3) + 3 * k], messages[k], now).size();
    sent += master.on_tick(now).size();
    spent += cpu_seconds() - begin;
    messages.clear();
    if (second % 15 == 14)
      std::printf("after %2d s: %.1f %% of one core, heap %.1f MiB\n", second + 1, 100 * spent / (second + 1),
                  heap_mib());
  }
  const std::int64_t expected = static_cast<std::int64_t>(kSeconds) / 3 * kWorkers * 180;
  if (master.stats().total().num_requests() != expected) return std::puts("counted wrong"), 1;
  std::printf("%d workers x %d entries of 60 buckets every 3 s: %.1f %% of one core, without the socket\n", kWorkers,
              kRows, 100 * spent / kSeconds);
}
