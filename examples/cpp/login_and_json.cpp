// A user who logs in once, then shops, and checks what the answers say. The twin of examples/login_and_json.py.

#include <acrida/acrida.h>

#include <string>

using namespace acrida;

struct Shopper : HttpUser {
  static void define(UserType& me) {
    me.wait_time(between(0.1, 0.5));
    me.task<&Shopper::put_into_cart>(3);
    me.task<&Shopper::look_into_cart>();
    me.task<&Shopper::ask_for_what_is_not_there>();
  }

  void on_start() override {
    auto answer = client.post("/login", {.json = {{"user", "anna"}, {"password", "secret"}}});
    client.set_header("Authorization", "Bearer " + answer.json()["token"].text());
  }

  void put_into_cart() {
    // catch_response: we say what counts as a success, not the status alone. The answer is counted at the block's end.
    auto answer = client.post("/cart", {.json = {{"item", random().below(20)}}, .catch_response = true});
    if (!answer.check(answer.status() == 201, "the cart refused: " + std::to_string(answer.status()))) return;
    ++in_cart;
    answer.check(answer.json()["in_cart"].integer() == in_cart, "the cart holds something else than we put in");
  }

  void look_into_cart() {
    auto answer = client.get("/account", {.catch_response = true});
    answer.check(answer.elapsed() <= 1, "took more than a second");
  }

  void ask_for_what_is_not_there() {
    auto answer = client.get("/items/999", {.catch_response = true});
    if (answer.status() == 404) answer.success();  // that is the right answer, so it is no failure here
  }

  int in_cart = 0;
};

ACRIDA_SCENARIO(scenario) { scenario.user<Shopper>(); }
