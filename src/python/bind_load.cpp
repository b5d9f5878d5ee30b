#include <new>  // nanobind does not include what it uses

#include <nanobind/nanobind.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/string_view.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>

#include "load/dispatcher.h"

namespace nb = nanobind;
using namespace nb::literals;

namespace acrida::python {
namespace {

using load::Dispatcher;

// {worker id: {class name: how many}}, new dictionaries each time: people change them.
nb::dict users(const Dispatcher& self) {
  nb::dict map;
  std::vector<nb::str> names;
  for (const load::UserClass& user_class : self.classes()) names.emplace_back(user_class.name.c_str());
  const std::vector<std::string>& workers = self.workers_with_users();
  for (std::size_t w = 0; w < workers.size(); ++w) {
    nb::dict counts;
    for (std::size_t c = 0; c < names.size(); ++c) counts[names[c]] = self.counts()[w][c];
    map[workers[w].c_str()] = counts;
  }
  return map;
}

// The map to apply, the seconds to wait, or None at the end.
nb::object next_step(Dispatcher& self, double now) {
  const Dispatcher::Step step = self.next(now);
  switch (step.what) {
    case Dispatcher::What::Emit:
      return users(self);
    case Dispatcher::What::Wait:
      return nb::float_(step.wait_seconds);
    case Dispatcher::What::End:
      break;
  }
  return nb::none();
}

std::vector<load::UserClass> to_classes(const std::vector<std::tuple<std::string, double, std::int64_t>>& given) {
  std::vector<load::UserClass> classes;
  for (const auto& [name, weight, fixed_count] : given) classes.push_back({name, weight, fixed_count});
  return classes;
}

}  // namespace

void bind_load(nb::module_& m) {
  nb::class_<Dispatcher>(m, "Dispatcher", "Which worker should run how many users of which class, and when.")
      .def(
          "__init__",
          [](Dispatcher* self, std::vector<std::string> workers,
             const std::vector<std::tuple<std::string, double, std::int64_t>>& classes) {
            new (self) Dispatcher(std::move(workers), to_classes(classes));
          },
          "worker_ids"_a, "user_classes"_a)
      .def(
          "start",
          [](Dispatcher& self, std::int64_t target, double spawn_rate,
             const std::optional<std::vector<std::string>>& classes) {
            return self.start(target, {spawn_rate}, classes);
          },
          "target"_a, "spawn_rate"_a, "user_classes"_a = nb::none())
      .def("next", &next_step, "now"_a)
      .def("users", &users)
      .def("add_worker", &Dispatcher::add_worker, "id"_a)
      .def("remove_worker", &Dispatcher::remove_worker, "id"_a)
      .def("set_class", &Dispatcher::set_class, "name"_a, "weight"_a, "fixed_count"_a)
      .def_prop_ro("workers", &Dispatcher::workers)
      .def_prop_ro("user_count", &Dispatcher::user_count)
      .def_prop_ro("is_in_progress", &Dispatcher::is_in_progress)
      .def_prop_rw("wait_between_iterations", &Dispatcher::wait_between_iterations,
                   &Dispatcher::set_wait_between_iterations)
      .def_prop_rw("is_rebalance_due", &Dispatcher::is_rebalance_due, &Dispatcher::set_rebalance_due);
}

}  // namespace acrida::python
