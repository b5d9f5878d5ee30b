#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <utility>

#include "base/prefetch.h"
#include "http/pool.h"
#include "http/service.h"

namespace acrida::http {

// The connections of one user, by origin and TLS setting.
//
// Owner   made by Service::open_client on any thread; from its first operation to its end it belongs to the loop's
//         thread, which frees it when it has been closed and its last operation has gone back.
class Client {
 public:
  explicit Client(const ClientSettings& settings) : settings_(settings) {}
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  const ClientSettings& settings() const { return settings_; }

  // Begins an operation.
  void take(Context& context, Operation& operation);
  void on_operation_gone(Context& context);

  void close_idle();
  void close(Context& context);

  // Its next operation comes soon (base/prefetch.h): the client, then its pool, then the connection.
  void expect() const { base::prefetch<sizeof(Client)>(this); }
  void expect_pool() const { base::prefetch<sizeof(Pool)>(last_pool_); }
  void expect_connection() const {
    if (last_pool_) last_pool_->expect_connection();
  }
  // One of its operations ends soon.
  void expect_end() const { base::prefetch<1>(&operations_); }

  enum Wish : std::uint8_t { kCloseIdle = 1, kClose = 2 };
  // What other threads wish, a bit each; under way as one letter (without content) while any is set.
  struct Wishes : reactor::Letter {
    explicit Wishes(Client* c) : client(c) {}
    Client* client;
    std::atomic<std::uint8_t> wishes{0};
  } letter{this};

 private:
  using Key = std::pair<const Origin*, const TlsSettings*>;
  Pool& pool_for(Context& context, const Operation& operation);

  ClientSettings settings_;
  Key last_key_{};
  Pool* last_pool_ = nullptr;  // of last_key_: most users speak to one origin
  std::map<Key, Pool> pools_;
  std::uint32_t operations_ = 0;  // under way, streams that the caller has not finished included
  bool is_closed_ = false;
};

}  // namespace acrida::http
