// Steps in a fixed order, with a memory: look around, log in, buy, and start over as somebody else. The twin of
// examples/sequence.py.

#include <acrida/acrida.h>

using namespace acrida;

struct OnePurchase : SequentialTaskSet {
  static void define(TaskSetType& set) {
    set.task<&OnePurchase::look_around>();
    set.task<&OnePurchase::log_in>();
    set.task<&OnePurchase::buy>();
    set.task<&OnePurchase::leave>();
  }

  void look_around() {
    auto answer = client().get("/items", {.catch_response = true});
    const Json items = answer.json();
    if (answer.check(items.size() > 0, "the shop is empty")) chosen = items[random().below(items.size())]["id"];
  }
  void log_in() { client().post("/login", {.json = {{"user", "ben"}, {"password", "secret"}}}); }
  void buy() { client().post("/cart", {.json = {{"item", chosen}}}); }
  void leave() { interrupt(); }  // back to the user, which begins the next purchase

  Json chosen;
};

struct Buyer : HttpUser {
  static void define(UserType& me) {
    me.wait_time(between(0.05, 0.2));
    me.task_set<OnePurchase>();
  }
};

ACRIDA_SCENARIO(scenario) { scenario.user<Buyer>(); }
