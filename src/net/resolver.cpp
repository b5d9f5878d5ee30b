#include "net/resolver.h"

#include <netdb.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <system_error>
#include <utility>

#include "reactor/thread.h"

namespace acrida::net {

namespace {

constexpr std::size_t kThreads = 4;
constexpr base::Duration kKeep = std::chrono::seconds(30);

int look_up(const std::string& host, Addresses& addresses) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (const int code = getaddrinfo(host.c_str(), nullptr, &hints, &found)) return code;
  for (const addrinfo* one = found; one; one = one->ai_next) {
    if (one->ai_family == AF_INET || one->ai_family == AF_INET6) addresses.emplace_back(one->ai_addr, one->ai_addrlen);
  }
  freeaddrinfo(found);
  return addresses.empty() ? EAI_NONAME : 0;
}

}  // namespace

struct Resolver::Job {
  Job() { letter.content = this; }
  reactor::Letter letter;
  std::string host;
  Addresses addresses;
  int code = 0;
};

// What the loop and the threads share; lives as long as the last of them.
struct Resolver::Shared {
  std::mutex mutex;
  std::condition_variable changed;
  std::deque<std::unique_ptr<Job>> jobs;
  std::size_t idle = 0;
  reactor::Reactor* reactor = nullptr;  // null: the loop is gone
  reactor::Mailbox done;
  std::vector<std::pair<std::unique_ptr<reactor::Thread>, std::shared_ptr<bool>>> threads;  // with: is looking up

  static void work(const std::shared_ptr<Shared>& shared, const std::shared_ptr<bool>& is_busy) {
    std::unique_lock lock(shared->mutex);
    while (true) {
      ++shared->idle;
      shared->changed.wait(lock, [&] { return !shared->jobs.empty() || !shared->reactor; });
      --shared->idle;
      if (!shared->reactor) return;
      std::unique_ptr<Job> job = std::move(shared->jobs.front());
      shared->jobs.pop_front();
      *is_busy = true;
      lock.unlock();
      job->code = look_up(job->host, job->addresses);
      lock.lock();
      *is_busy = false;
      if (!shared->reactor) return;
      shared->done.post(&job.release()->letter);
      shared->reactor->wake();
    }
  }
};

Resolver::Resolver(reactor::Reactor& reactor) : reactor_(reactor), shared_(std::make_shared<Shared>()) {
  shared_->reactor = &reactor;
}

Resolver::~Resolver() {
  std::vector<std::unique_ptr<reactor::Thread>> to_join;
  {
    std::lock_guard lock(shared_->mutex);
    shared_->reactor = nullptr;
    for (auto& [thread, is_busy] : shared_->threads) {
      // A look-up may hang for many seconds in the system's library.
      if (*is_busy) thread->detach();
      to_join.push_back(std::move(thread));
    }
    shared_->threads.clear();
  }
  shared_->changed.notify_all();
  to_join.clear();
  for (reactor::Letter* letter = shared_->done.collect(); letter;) {
    delete static_cast<Job*>(std::exchange(letter, letter->next)->content);
  }
}

// Rotates among the addresses of the preferred family only: the system's order of families has its reasons.
Addresses Resolver::rotated(Entry& entry) {
  Addresses addresses = entry.addresses;
  const auto end = std::stable_partition(addresses.begin(), addresses.end(), [&](const Address& one) {
    return one.family() == entry.addresses.front().family();
  });
  const auto preferred = static_cast<std::size_t>(end - addresses.begin());
  std::rotate(addresses.begin(), addresses.begin() + static_cast<std::ptrdiff_t>(entry.turn % preferred), end);
  ++entry.turn;
  return addresses;
}

Addresses Resolver::find(const std::string& host, LookupWaiter* waiter) {
  if (const auto numeric = parse_numeric(host)) return {*numeric};
  Entry& entry = entries_[host];
  if (!entry.addresses.empty() && base::now() - entry.found_at < kKeep) return rotated(entry);
  entry.waiters.push_back(waiter);
  if (entry.waiters.size() == 1) start_lookup(host);
  return {};
}

void Resolver::forget(LookupWaiter* waiter) {
  for (auto& [host, entry] : entries_) {
    // The first place keeps its meaning "a look-up is under way".
    std::replace(entry.waiters.begin(), entry.waiters.end(), waiter, static_cast<LookupWaiter*>(nullptr));
  }
  std::replace(delivering_.begin(), delivering_.end(), waiter, static_cast<LookupWaiter*>(nullptr));
}

void Resolver::start_lookup(const std::string& host) {
  auto job = std::make_unique<Job>();
  job->host = host;
  std::lock_guard lock(shared_->mutex);
  shared_->jobs.push_back(std::move(job));
  if (shared_->idle < shared_->jobs.size() && shared_->threads.size() < kThreads) {
    auto is_busy = std::make_shared<bool>(false);
    try {
      auto thread = std::make_unique<reactor::Thread>("acrida-names",
                                                      [shared = shared_, is_busy] { Shared::work(shared, is_busy); });
      shared_->threads.emplace_back(std::move(thread), is_busy);
    } catch (const std::system_error&) {
      if (shared_->threads.empty()) {  // nobody would ever answer
        job = std::move(shared_->jobs.back());
        shared_->jobs.pop_back();
        job->code = EAI_MEMORY;
        shared_->done.post(&job.release()->letter);
        reactor_.wake();
      }
    }
  }
  shared_->changed.notify_one();
}

void Resolver::collect() {
  for (reactor::Letter* letter = shared_->done.collect(); letter;) {
    const std::unique_ptr<Job> job(static_cast<Job*>(std::exchange(letter, letter->next)->content));
    finish(*job);
  }
}

void Resolver::finish(Job& job) {
  Entry& entry = entries_[job.host];
  delivering_ = std::exchange(entry.waiters, {});
  if (job.code == 0) {
    entry.addresses = std::move(job.addresses);
    entry.found_at = base::now();
    entry.turn = 0;
  } else {
    entry.addresses.clear();
  }
  for (std::size_t i = 0; i < delivering_.size(); ++i) {
    LookupWaiter* waiter = delivering_[i];  // null: it was forgotten meanwhile
    if (!waiter) continue;
    if (job.code == 0)
      waiter->on_addresses(rotated(entries_[job.host]));
    else
      waiter->on_lookup_failed(job.code);
  }
  delivering_.clear();
}

}  // namespace acrida::net
