// A protocol of your own, written as if it blocked: Redis over TCP. acrida's sockets give the turn to other users while
// they wait; Stopwatch puts what was measured into the statistics.
//
// acrida -f examples/cpp/redis.cpp --host 127.0.0.1:6379

#include <acrida/acrida.h>

#include <optional>
#include <string>

using namespace acrida;

class Redis {
 public:
  explicit Redis(const std::string& address)
      : socket_(address.substr(0, address.rfind(':')),
                static_cast<std::uint16_t>(std::stoi(address.substr(address.rfind(':') + 1)))) {}

  // One command and its answer, counted under its first word.
  std::string command(std::initializer_list<std::string> words) {
    const Stopwatch watch("REDIS", words.begin()->c_str());
    std::string request = "*" + std::to_string(words.size()) + "\r\n";
    for (const std::string& word : words) request += "$" + std::to_string(word.size()) + "\r\n" + word + "\r\n";
    socket_.send(request);
    const std::string line = socket_.receive_until("\r\n");
    if (line.starts_with("-")) {
      watch.failure(line.substr(1));
      return {};
    }
    std::string answer = line.substr(1);
    if (line.starts_with("$") && answer != "-1") {
      answer = socket_.receive_exactly(std::stoul(answer));
      socket_.receive_exactly(2);
    }
    watch.success(static_cast<std::int64_t>(answer.size()));
    return answer;
  }

 private:
  TcpSocket socket_;
};

struct Cache : User {
  static void define(UserType& me) {
    me.host("127.0.0.1:6379").wait_time(constant(0.01));
    me.task<&Cache::write_and_read>(9);
    me.task<&Cache::mistake>(1);
  }

  void on_start() override { redis.emplace(host()); }

  void write_and_read() {
    const std::string key = "key" + std::to_string(random().below(100));
    redis->command({"SET", key, "value of " + key});
    if (redis->command({"GET", key}) != "value of " + key) throw std::runtime_error("Redis has forgotten " + key);
  }

  void mistake() { redis->command({"INCR", "too", "many"}); }  // an error that Redis tells: counted as a failure

  std::optional<Redis> redis;
};

ACRIDA_SCENARIO(scenario) { scenario.user<Cache>(); }
