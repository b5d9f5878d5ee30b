// A shape decides how many users there are: here two steps. The twin of examples/load_shape.py.

#include <acrida/acrida.h>

using namespace acrida;

struct Visitor : HttpUser {
  static void define(UserType& me) { me.wait_time(constant(0.1)).task<&Visitor::look>(); }
  void look() { client.get("/"); }
};

struct Steps : LoadTestShape {
  std::optional<Tick> tick() override {
    if (run_time() < 1) return Tick{.users = 2, .spawn_rate = 10};
    if (run_time() < 2) return Tick{.users = 5, .spawn_rate = 10};
    return std::nullopt;
  }
};

ACRIDA_SCENARIO(scenario) { scenario.user<Visitor>().shape<Steps>(); }
