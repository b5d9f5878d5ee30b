#include <new>  // nanobind does not include what it uses

#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>

#include <memory>
#include <string>
#include <utility>

#include "native/messages.h"
#include "reactor/event_queue.h"

namespace nb = nanobind;
using namespace nb::literals;

namespace acrida::python {
namespace {

struct Letter {
  std::string type, json, node_id;
};
using Letters = reactor::EventQueue<Letter>;

Role role_of(const std::string& name) {
  return name == "master" ? Role::Master : name == "worker" ? Role::Worker : Role::Local;
}

// What users and listeners in C++ send, on its way to the runner: the last one that was made gets it.
class NativeMessages {
 public:
  explicit NativeMessages(const std::string& role) : letters_(std::make_shared<Letters>()) {
    g_last = this;
    native::set_message_route({role_of(role), [letters = letters_](std::string type, std::string json, std::string to) {
                                 letters->post({std::move(type), std::move(json), std::move(to)});
                               }});
  }
  ~NativeMessages() { close(); }
  NativeMessages(const NativeMessages&) = delete;
  NativeMessages& operator=(const NativeMessages&) = delete;

  void close() {
    if (g_last != this) return;
    g_last = nullptr;
    native::set_message_route({});
  }
  int descriptor() const { return letters_->descriptor(); }
  nb::list take() {
    nb::list taken;
    for (const Letter& letter : letters_->take())
      taken.append(nb::make_tuple(letter.type, letter.json, letter.node_id));
    return taken;
  }

 private:
  static inline NativeMessages* g_last = nullptr;  // under the GIL
  std::shared_ptr<Letters> letters_;
};

}  // namespace

void bind_messages(nb::module_& m) {
  nb::class_<NativeMessages>(m, "NativeMessages", "Messages that C++ code sends, for a runner in Python.")
      .def(nb::init<const std::string&>(), "role"_a, "'local', 'master' or 'worker'")
      .def_prop_ro("descriptor", &NativeMessages::descriptor, "Readable while something waits.")
      .def("take", &NativeMessages::take, "What has come: (type, JSON, id of the node that is to get it or '').")
      .def("close", &NativeMessages::close);
}

}  // namespace acrida::python
