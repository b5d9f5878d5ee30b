#include <new>  // nanobind does not include what it uses

#include <dlfcn.h>
#include <nanobind/nanobind.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>

#include <acrida/scenario.h>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "native/caught.h"
#include "native/crowd.h"
#include "native/messages.h"
#include "native/outside_log.h"
#include "native/tasks.h"
#include "stats/request_stats.h"

namespace nb = nanobind;
using namespace nb::literals;

namespace acrida::python {
namespace {

// A compiled scenario: the library is never closed, since its code may be on a stack anywhere.
class NativeScenario {
 public:
  explicit NativeScenario(const std::string& library) {
    show_ourselves();
    // What a static initialiser throws ends the process: no call of ours could catch it.
    static const char* whose;
    static std::terminate_handler before;
    whose = library.c_str();
    before = std::set_terminate([] {
      std::fprintf(stderr, "acrida: a variable of the scenario could not be initialised, in %s\n", whose);
      before();
    });
    void* const handle = dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL);
    std::set_terminate(before);
    if (!handle) throw std::runtime_error(dlerror());
    using Fill = void (*)(Scenario&);
    const auto fill = reinterpret_cast<Fill>(dlsym(handle, "acrida_scenario"));
    if (!fill) throw std::runtime_error("the file holds no ACRIDA_SCENARIO(…) { … }: it says which users there are");
    if (const std::string complaint = native::caught([&] { fill(scenario_); }); !complaint.empty())
      throw std::runtime_error("its ACRIDA_SCENARIO could not be set up: " + complaint);
  }

  detail::UserDefinition& find(const std::string& name) const {
    for (const auto& user : scenario_.users())
      if (user->name == name) return *user;
    throw nb::key_error(name.c_str());
  }
  Scenario& scenario() { return scenario_; }

 private:
  // Python loads this module for itself alone; scenarios use what include/acrida/ declares, which is in here.
  static void show_ourselves() {
    Dl_info self{};
    if (dladdr(reinterpret_cast<void*>(&show_ourselves), &self) != 0)
      dlopen(self.dli_fname, RTLD_NOW | RTLD_NOLOAD | RTLD_GLOBAL);
  }
  Scenario scenario_;
};

// As a RuntimeError in Python, if there is any.
void raise_if(const std::string& complaint) {
  if (!complaint.empty()) throw std::runtime_error(complaint);
}

nb::list classes(NativeScenario& self) {
  nb::list all;
  for (const auto& user : self.scenario().users()) {
    nb::list tasks;
    for (const detail::TaskDefinition& task : user->tasks) {
      nb::list tags;
      for (const std::string& tag : task.tags) tags.append(tag);
      tasks.append(nb::make_tuple(task.name, task.weight, tags));
    }
    all.append(nb::make_tuple(user->name, user->weight, user->fixed_count, user->host, tasks));
  }
  return all;
}

std::optional<std::tuple<std::int64_t, double, std::vector<std::string>>> tick(NativeScenario& self, double run_time,
                                                                               std::int64_t user_count) {
  LoadTestShape& shape = *self.scenario().find_shape();
  shape.tell(run_time, user_count);
  std::optional<Tick> tick;
  raise_if(native::caught([&] { tick = shape.tick(); }));
  if (!tick) return std::nullopt;
  return std::tuple{tick->users, tick->spawn_rate, tick->classes};
}

// The users of one test. Keeps its scenarios alive.
struct NativeCrowd {
  NativeCrowd() = default;
  NativeCrowd(const NativeCrowd&) = delete;
  NativeCrowd& operator=(const NativeCrowd&) = delete;
  ~NativeCrowd() {
    if (!crowd || !crowd->has_given_up()) return;
    crowd.reset();
    (void)events.release();
    (void)scenarios.release();
  }
  std::unique_ptr<std::vector<nb::object>> scenarios = std::make_unique<std::vector<nb::object>>();
  std::unique_ptr<Events> events = std::make_unique<Events>();  // of all scenarios
  std::unique_ptr<native::Crowd> crowd;
};

void make_crowd(NativeCrowd* self, const std::vector<std::pair<nb::object, std::string>>& named, std::string host,
                int threads, std::uint64_t seed) {
  new (self) NativeCrowd;
  std::vector<const detail::UserDefinition*> definitions;
  std::vector<const Scenario*> heard;
  for (const auto& [object, name] : named) {
    auto& scenario = nb::cast<NativeScenario&>(object);
    definitions.push_back(&scenario.find(name));
    self->scenarios->push_back(object);
    if (std::find(heard.begin(), heard.end(), &scenario.scenario()) != heard.end()) continue;
    heard.push_back(&scenario.scenario());
    const auto& listeners = scenario.scenario().events().request;
    self->events->request.insert(self->events->request.end(), listeners.begin(), listeners.end());
  }
  self->crowd =
      std::make_unique<native::Crowd>(std::move(definitions), *self->events,
                                      native::CrowdSettings{.threads = threads, .host = std::move(host), .seed = seed});
}

nb::tuple to_python(const native::Report& report) {
  nb::list errors, lines;
  for (const auto& [key, error] : report.errors) errors.append(nb::make_tuple(error.count, error.message, error.place));
  for (const native::LogLine& line : report.log) lines.append(nb::make_tuple(line.is_error, line.text));
  return nb::make_tuple(errors, lines);
}

void fire(NativeScenario& self, const std::string& what, std::int64_t users) {
  const Events& events = self.scenario().events();
  std::string complaints;
  const auto call = [&complaints](const auto& listeners, auto... arguments) {
    for (const auto& listener : listeners)
      if (const std::string complaint = native::caught([&] { listener(arguments...); }); !complaint.empty())
        complaints += (complaints.empty() ? "" : "; ") + complaint;
  };
  if (what == "test_start") call(events.test_start);
  if (what == "test_stop") call(events.test_stop);
  if (what == "spawning_complete") call(events.spawning_complete, users);
  raise_if(complaints);
}

void deliver(NativeScenario& self, const std::string& type, const std::string& json, const std::string& node_id) {
  raise_if(native::caught([&] { native::deliver(self.scenario().events(), type, json, node_id); }));
}

// Listeners are called by Python; a thread of a scenario's own has no business there.
void log_outside(const std::string& text) {
  if (PyGILState_Check())
    nb::module_::import_("logging").attr("getLogger")("acrida.scenario").attr("info")("%s", text);
  else
    std::fprintf(stderr, "%s\n", text.c_str());
}

void bind_scenario(nb::module_& m) {
  native::set_outside_log(&log_outside);
  nb::class_<NativeScenario>(m, "NativeScenario", "A scenario written in C++, from a compiled file.")
      .def(nb::init<const std::string&>(), "library"_a)
      .def("classes", &classes, "Name, weight, fixed count, host and tasks (name, weight, tags) of each class.")
      .def_prop_ro("has_shape", [](NativeScenario& self) { return self.scenario().find_shape() != nullptr; })
      .def_prop_ro("message_types",
                   [](NativeScenario& self) {
                     std::vector<std::string> types;
                     for (const auto& [type, listener] : self.scenario().events().message) types.push_back(type);
                     return types;
                   })
      .def("deliver", &deliver, "type"_a, "json"_a, "node_id"_a, "Calls the listener; RuntimeError says what it threw.")
      .def("tick", &tick, "run_time"_a, "user_count"_a)
      .def(
          "filter",
          [](NativeScenario& self, const std::string& name, const std::vector<std::string>& include,
             const std::vector<std::string>& exclude) {
            native::filter(self.find(name), {include.begin(), include.end()}, {exclude.begin(), exclude.end()});
          },
          "name"_a, "include"_a, "exclude"_a)
      .def(
          "set_tasks",
          [](NativeScenario& self, const std::string& name, const std::vector<std::pair<std::string, int>>& weights) {
            native::weigh(self.find(name), weights);
          },
          "name"_a, "weights"_a, "How often each task is picked, by name; others are left out.")
      .def(
          "set_host",
          [](NativeScenario& self, const std::string& name, const std::string& host) { self.find(name).host = host; },
          "name"_a, "host"_a)
      .def("fire", &fire, "event"_a, "users"_a = 0);
}

}  // namespace

void bind_native(nb::module_& m) {
  bind_scenario(m);
  nb::class_<NativeCrowd>(m, "NativeCrowd", "Users written in C++, on threads of their own.")
      .def(
          "__init__",
          [](NativeCrowd* self, const std::vector<std::tuple<nb::object, std::string>>& named, std::string host,
             int threads, std::uint64_t seed) {
            std::vector<std::pair<nb::object, std::string>> pairs;
            for (const auto& [object, name] : named) pairs.emplace_back(object, name);
            make_crowd(self, pairs, std::move(host), threads, seed);
          },
          "classes"_a, "host"_a, "threads"_a, "seed"_a)
      .def(
          "spawn", [](NativeCrowd& self, std::size_t index, std::int64_t n) { self.crowd->spawn(index, n); }, "index"_a,
          "count"_a)
      .def(
          "ask_to_stop",
          [](NativeCrowd& self, std::size_t index, std::int64_t n) { self.crowd->ask_to_stop(index, n); }, "index"_a,
          "count"_a)
      .def(
          "class_edited",
          [](NativeCrowd& self, const std::string& name, bool has_new_host) {
            self.crowd->class_edited(name, has_new_host);
          },
          "name"_a, "has_new_host"_a, "Takes over the tasks (and the host) that the scenario was given.")
      .def("kill_leaving", [](NativeCrowd& self) { self.crowd->kill_leaving(); })
      .def(
          "staying", [](NativeCrowd& self, std::size_t index) { return self.crowd->staying(index); }, "index"_a)
      .def(
          "leaving", [](NativeCrowd& self, std::size_t index) { return self.crowd->leaving(index); }, "index"_a)
      .def(
          "collect",
          [](NativeCrowd& self, stats::RequestStats& into, bool all) {
            return to_python(all ? self.crowd->collect_all(into) : self.crowd->collect(into));
          },
          "into"_a, "all"_a,
          "Adds what was counted to the statistics; answers errors (count, message, place) and log lines.")
      .def("look_for_blockers",
           [](NativeCrowd& self) {
             nb::list sentences;
             for (const std::string& sentence : self.crowd->look_for_blockers()) sentences.append(sentence);
             return sentences;
           })
      .def("counters",
           [](NativeCrowd& self) {
             const http::ServiceCounters counters = self.crowd->counters();
             nb::dict all;
             all["sent"] = counters.sent;
             all["resent"] = counters.resent;
             all["redirects"] = counters.redirects;
             all["aborted"] = counters.aborted;
             all["connects"] = counters.connects;
             all["read_time_used"] = counters.read_time_used;
             return all;
           })
      .def("stop", [](NativeCrowd& self) {
        const nb::gil_scoped_release others_go_on;
        self.crowd->stop();
      });
}

}  // namespace acrida::python
