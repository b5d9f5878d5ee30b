#include <nanobind/nanobind.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/shared_ptr.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/string_view.h>

#include <cerrno>
#include <variant>

#include "app/greeting.h"
#include "app/zmq_link.h"
#include "cluster/join_secret.h"
#include "python/swarm_row.h"

namespace nb = nanobind;
using namespace nb::literals;

// What masters and workers have in common; themselves: bind_master.cpp, bind_worker.cpp.
namespace acrida::python {

void bind_master(nb::module_& m);
void bind_worker(nb::module_& m);

namespace {

std::pair<std::string, std::string> name_and_method(const SwarmRow& row) {
  const auto& entry = std::get<std::shared_ptr<stats::Entry>>(row.row);
  return {entry->name(), entry->method()};
}

void translate_link_error(const std::exception_ptr& error, void*) {
  try {
    std::rethrow_exception(error);
  } catch (const app::LinkError& failure) {
    PyErr_SetObject(PyExc_OSError,
                    nb::make_tuple(failure.is_address_in_use ? EADDRINUSE : EINVAL, failure.what()).ptr());
  }
}

}  // namespace

void bind_cluster(nb::module_& m) {
  m.def(
      "sign_join",
      [](std::string secret, std::string_view role, std::string_view challenge, std::string_view worker_id) {
        return cluster::JoinSecret(std::move(secret), {}).sign(role, challenge, worker_id);
      },
      "secret"_a, "role"_a, "challenge"_a, "worker_id"_a, "Proof that this node knows the join secret.");
  m.def("master_public_key", &app::ZmqLink::master_public_key, "secret"_a,
        "The public key (Z85) of a master with that join secret.");
  m.def("encrypts", &app::encrypts, "host"_a, "port"_a, nb::call_guard<nb::gil_scoped_release>(),
        "Does a peer answer there that greets as one with encryption? Blocks for some seconds at most.");
  m.attr("NOT_THE_SAME_SECRET") = cluster::kNotTheSameSecret;
  nb::register_exception_translator(translate_link_error);
  nb::class_<SwarmRow>(m, "SwarmRow", "A row of the statistics of a swarm.")
      .def("put_into", &put_into, "statistics"_a, "is_total"_a)
      .def_prop_ro("name_and_method", &name_and_method, "Of an entry.");
  bind_master(m);
  bind_worker(m);
}

}  // namespace acrida::python
