// The shortest useful scenario: people who look at a page and at some goods. The twin of examples/basic.py.
//
// acrida -f examples/cpp/basic.cpp --host http://127.0.0.1:8000

#include <acrida/acrida.h>

#include <string>

using namespace acrida;

struct Visitor : HttpUser {
  static void define(UserType& me) {
    me.wait_time(between(0.1, 0.5));
    me.task<&Visitor::look_at_the_page>(3);
    me.task<&Visitor::look_at_a_thing>(2);
    me.task<&Visitor::look_at_all_things>();
  }

  void look_at_the_page() { client.get("/"); }

  void look_at_a_thing() {
    // One row in the statistics for all of them, not one for each number.
    client.get("/items/" + std::to_string(random().below(20)), {.name = "/items/[id]"});
  }

  void look_at_all_things() { client.get("/items"); }
};

ACRIDA_SCENARIO(scenario) { scenario.user<Visitor>(); }
