// What bench/native.py runs: the smallest task, idle users, connected users between two tasks, users inside a task, and
// users with their server in their own thread.

#include <acrida/acrida.h>
#include <arpa/inet.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <stdexcept>
#include <string>
#include <string_view>

using namespace acrida;

struct Get : HttpUser {
  static void define(UserType& me) { me.task<&Get::get>(); }
  void get() { client.get("/"); }
};

struct Idle : HttpUser {
  static void define(UserType& me) { me.wait_time(constant(3600)).task<&Idle::nothing>(); }
  void nothing() {}
};

struct Connected : HttpUser {
  static void define(UserType& me) { me.wait_time(constant(3600)).task<&Connected::get>(); }
  void get() { client.get("/"); }
};

struct Inside : User {
  static void define(UserType& me) { me.task<&Inside::stay>(); }
  void stay() { acrida::sleep(3600); }
};

// The server of one thread: answers whatever has come, then gives the turn back. Its users and it share nothing with
// another thread, not even the kernel's half of the connections.
thread_local std::string t_server;

struct Server : User {
  static void define(UserType& me) {
    const char* const servers = std::getenv("BENCH_SERVERS");  // as many as threads
    me.fixed_count(servers ? std::atoi(servers) : 1).task<&Server::serve>();
  }

  void on_start() override {
    listener_ = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    epoll_ = epoll_create1(0);
    sockaddr_in address{.sin_family = AF_INET, .sin_port = 0, .sin_addr = {htonl(INADDR_LOOPBACK)}, .sin_zero = {}};
    socklen_t size = sizeof address;
    auto* const plain = reinterpret_cast<sockaddr*>(&address);
    if (bind(listener_, plain, size) != 0 || listen(listener_, 4096) != 0 || getsockname(listener_, plain, &size) != 0)
      throw std::runtime_error("cannot listen");
    watch(listener_);
    if (!t_server.empty()) throw std::runtime_error("two servers in one thread");
    t_server = "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port)) + "/";
  }

  void serve() {
    epoll_event events[64];
    int count = 0;
    while ((count = epoll_wait(epoll_, events, 64, 0)) > 0)
      for (int i = 0; i < count; ++i) handle(events[i].data.fd);
    acrida::sleep(0.0005);
  }

 private:
  void watch(int descriptor) {
    epoll_event event{.events = EPOLLIN | EPOLLET, .data = {.fd = descriptor}};
    epoll_ctl(epoll_, EPOLL_CTL_ADD, descriptor, &event);
  }
  void handle(int descriptor) {
    if (descriptor == listener_) {
      for (int one = 0; (one = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK)) >= 0;) watch(one);
      return;
    }
    constexpr std::string_view kAnswer = "HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\nhello world\n";
    char bytes[4096];
    const ssize_t got = recv(descriptor, bytes, sizeof bytes, 0);
    if (got == 0) close(descriptor);
    if (got > 0 && send(descriptor, kAnswer.data(), kAnswer.size(), MSG_NOSIGNAL) < 0) close(descriptor);
  }
  int listener_ = -1, epoll_ = -1;
};

struct Beside : HttpUser {
  static void define(UserType& me) { me.host("http://127.0.0.1").task<&Beside::get>(); }
  void get() {
    if (t_server.empty()) return acrida::sleep(0.01);
    client.get(t_server);
  }
};

ACRIDA_SCENARIO(scenario) {
  scenario.user<Get>().user<Idle>().user<Connected>().user<Inside>().user<Server>().user<Beside>();
}
