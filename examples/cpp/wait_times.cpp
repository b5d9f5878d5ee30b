// How long users wait between two tasks; weight and fixed_count say how many of each kind there are. The twin of
// examples/wait_times.py.

#include <acrida/acrida.h>

using namespace acrida;

// What all kinds have in common; it is not given to the scenario, so there are no users of it.
struct Page : HttpUser {
  void front_page() { client.get("/", {.name = class_name()}); }
};

struct Patient : Page {
  static void define(UserType& me) {
    me.weight(3).wait_time(between(0.2, 0.4)).task<&Page::front_page>();  // anything from 0.2 to 0.4 s
  }
};

struct Regular : Page {
  static void define(UserType& me) { me.wait_time(constant(0.3)).task<&Page::front_page>(); }
};

struct Clockwork : Page {  // a task every 0.5 s, however long it takes (but never two at once)
  static void define(UserType& me) { me.wait_time(constant_pacing(0.5)).task<&Page::front_page>(); }
};

struct Steady : Page {  // at most four tasks a second
  static void define(UserType& me) { me.wait_time(constant_throughput(4)).task<&Page::front_page>(); }
};

struct Moody : Page {
  static void define(UserType& me) { me.fixed_count(1).task<&Page::front_page>(); }  // exactly one of them
  double wait_time() override { return random().uniform(0.1, 0.3); }                 // your own rule
};

ACRIDA_SCENARIO(scenario) { scenario.user<Patient>().user<Regular>().user<Clockwork>().user<Steady>().user<Moody>(); }
