#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "acrida/export.h"
#include "acrida/message.h"
#include "acrida/shape.h"
#include "acrida/task_set.h"
#include "acrida/user.h"

namespace acrida {

namespace detail {

// "void acrida::detail::…[M = &Shopper::buy]" -> "buy"; "[T = shop::Shopper]" -> "Shopper".
constexpr std::string_view last_name(std::string_view pretty) {
  const std::size_t end = pretty.find_first_of(";]", pretty.find(" = "));
  std::string_view name = pretty.substr(0, end);
  const std::size_t begin = name.find_last_of(": &");
  return name.substr(begin + 1);
}
template <auto M>
constexpr std::string_view name_of_member() {
  return last_name(__PRETTY_FUNCTION__);
}
template <class T>
constexpr std::string_view name_of_type() {
  return last_name(__PRETTY_FUNCTION__);
}

template <class M>
struct MemberOf {
  static_assert(!sizeof(M), "a task is a member function without arguments: void buy()");
};
template <class C, class R>
struct MemberOf<R (C::*)()> {
  using type = C;
};
template <class C, class R>
struct MemberOf<R (C::*)() const> {
  using type = const C;
};
template <class C, class R>
struct MemberOf<R (C::*)() noexcept> {
  using type = C;
};
template <class C, class R>
struct MemberOf<R (C::*)() const noexcept> {
  using type = const C;
};

struct TaskSetDefinition;

struct TaskDefinition {
  std::string name, full_name;  // "buy", "Shopper.buy"
  int weight = 1;
  std::vector<std::string> tags;
  std::function<void(Subject&)> call;                   // a task …
  std::shared_ptr<TaskSetDefinition> set;               // … or a nested set
  std::vector<std::pair<std::size_t, int>> successors;  // Markov: index of the task, weight
};

enum class Order : std::uint8_t { Random, Sequential, Markov };

struct TaskSetDefinition {
  std::string name;
  Order order = Order::Random;
  std::vector<TaskDefinition> tasks;
  std::vector<std::size_t> picks;  // indices into tasks, each as often as it weighs; made by finish()
  std::shared_ptr<const WaitTime> wait_time;
  std::function<std::unique_ptr<Subject>()> make;

  ACRIDA_API TaskDefinition& add(std::string_view task);
  ACRIDA_API std::size_t find_or_add(std::string_view task);
};

struct UserDefinition : TaskSetDefinition {
  double weight = 1;
  std::int64_t fixed_count = 0;
  std::string host;
  bool speaks_http = false;  // needs a host
};

}  // namespace detail

struct TaskOptions {
  int weight = 1;                      // how often, compared to the others
  std::vector<std::string> tags = {};  // for --tags and --exclude-tags
};

// What a task set does; `define` of the set fills it.
class ACRIDA_API TaskSetType {
 public:
  explicit TaskSetType(detail::TaskSetDefinition& definition) : definition_(definition) {}

  TaskSetType& wait_time(WaitTime wait) {
    definition_.wait_time = std::make_shared<const WaitTime>(std::move(wait));
    return *this;
  }

  // A member function: me.task<&Shopper::buy>(3)
  template <auto M>
  TaskSetType& task(int weight = 1) {
    return task<M>(TaskOptions{.weight = weight});
  }
  template <auto M>
  TaskSetType& task(TaskOptions options) {
    using Class = typename detail::MemberOf<decltype(M)>::type;
    return add(detail::name_of_member<M>(), std::move(options),
               [](Subject& self) { (static_cast<Class&>(self).*M)(); });
  }
  // A function or lambda on the user or set.
  template <class T>
  TaskSetType& task(std::string_view name, void (*function)(T&), TaskOptions options = {}) {
    return add(name, std::move(options), [function](Subject& self) { function(static_cast<T&>(self)); });
  }
  // A nested task set: me.task_set<Checkout>(2)
  template <class Set>
  TaskSetType& task_set(int weight = 1) {
    return task_set<Set>(TaskOptions{.weight = weight});
  }
  template <class Set>
  TaskSetType& task_set(TaskOptions options);

  // Of a Markov set: after From comes To, as often as it weighs among From's transitions. The first From begins.
  template <auto From, auto To>
  TaskSetType& transition(int weight = 1) {
    using Class = typename detail::MemberOf<decltype(From)>::type;
    const std::size_t from = definition_.find_or_add(detail::name_of_member<From>());
    definition_.tasks[from].call = [](Subject& self) { (static_cast<Class&>(self).*From)(); };
    const std::size_t to = definition_.find_or_add(detail::name_of_member<To>());
    definition_.tasks[from].successors.emplace_back(to, weight);
    return *this;
  }

 protected:
  TaskSetType& add(std::string_view name, TaskOptions options, std::function<void(Subject&)> call) {
    detail::TaskDefinition& task = definition_.add(name);
    task.weight = options.weight;
    task.tags = std::move(options.tags);
    task.call = std::move(call);
    return *this;
  }
  detail::TaskSetDefinition& definition_;
};

// What a class of users does, and how many of them there are.
class ACRIDA_API UserType : public TaskSetType {
 public:
  explicit UserType(detail::UserDefinition& definition) : TaskSetType(definition), user_(definition) {}
  UserType& weight(double weight) {
    user_.weight = weight;
    return *this;
  }
  // Exactly so many, whatever the weights.
  UserType& fixed_count(std::int64_t count) {
    user_.fixed_count = count;
    return *this;
  }
  // Unless --host says otherwise.
  UserType& host(std::string_view host) {
    user_.host = host;
    return *this;
  }

 private:
  detail::UserDefinition& user_;
};

template <class Set>
TaskSetType& TaskSetType::task_set(TaskOptions options) {
  static_assert(std::is_base_of_v<TaskSet, Set>, "a nested set derives from acrida::TaskSet");
  auto set = std::make_shared<detail::TaskSetDefinition>();
  set->name = detail::name_of_type<Set>();
  set->order = std::is_base_of_v<SequentialTaskSet, Set> ? detail::Order::Sequential
               : std::is_base_of_v<MarkovTaskSet, Set>   ? detail::Order::Markov
                                                         : detail::Order::Random;
  set->make = [] { return std::make_unique<Set>(); };
  TaskSetType type(*set);
  Set::define(type);
  detail::TaskDefinition& task = definition_.add(set->name);
  task.weight = options.weight;
  task.tags = std::move(options.tags);
  task.set = std::move(set);
  return *this;
}

// A request that was counted. The texts last as long as the call.
struct RequestEvent {
  std::string_view method, name;
  double response_time_ms;
  std::int64_t response_length;
  std::string_view error;  // empty: a success
};

// The end of a run, with its result. `exit_code` may be changed.
struct Quitting {
  std::int64_t num_requests, num_failures;
  double fail_ratio, average_ms, percentile95_ms;
  int exit_code;
};

// Functions to be called when something happens.
struct Events {
  std::vector<std::function<void()>> test_start, test_stop;
  std::vector<std::function<void(std::int64_t users)>> spawning_complete;
  std::vector<std::function<void(const RequestEvent&)>> request;  // on the threads of the users, at once
  std::vector<std::function<void(Quitting&)>> quitting;           // in a program of its own only
  std::map<std::string, std::function<void(const Message&)>, std::less<>> message;  // by type; the same
};

// What a scenario file says: its classes of users, a shape, listeners.
class ACRIDA_API Scenario {
 public:
  // std::invalid_argument, here or at the start: a class without tasks, twice, or with a broken Markov chain.
  template <class T>
  Scenario& user() {
    static_assert(std::is_base_of_v<User, T>, "a class of users derives from acrida::User or acrida::HttpUser");
    auto definition = std::make_unique<detail::UserDefinition>();
    definition->name = detail::name_of_type<T>();
    definition->speaks_http = std::is_base_of_v<HttpUser, T>;
    definition->make = [] { return std::make_unique<T>(); };
    UserType type(*definition);
    T::define(type);
    return add(std::move(definition));
  }
  template <class T>
  Scenario& shape() {
    shape_ = std::make_unique<T>();
    return *this;
  }
  // Who is called for messages of this type, on the main thread (that of Python, in a run with Python files, which
  // waits meanwhile): one listener for each type.
  Scenario& on_message(std::string_view type, std::function<void(const Message&)> listener) {
    events_.message[std::string(type)] = std::move(listener);
    return *this;
  }
  Events& events() { return events_; }

  const std::vector<std::unique_ptr<detail::UserDefinition>>& users() const { return users_; }
  LoadTestShape* find_shape() const { return shape_.get(); }

 private:
  Scenario& add(std::unique_ptr<detail::UserDefinition> definition);
  std::vector<std::unique_ptr<detail::UserDefinition>> users_;
  std::unique_ptr<LoadTestShape> shape_;
  Events events_;
};

}  // namespace acrida

// The beginning of a scenario, once in a program or file: ACRIDA_SCENARIO(scenario) { scenario.user<Shopper>(); }
#define ACRIDA_SCENARIO(scenario)                                \
  extern "C" ACRIDA_API void acrida_scenario(acrida::Scenario&); \
  extern "C" void acrida_scenario(acrida::Scenario& scenario)
