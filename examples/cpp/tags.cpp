// Tags choose tasks on the command line: --tags read, --exclude-tags slow. The twin of examples/tags.py.

#include <acrida/acrida.h>

using namespace acrida;

struct Customer : HttpUser {
  static void define(UserType& me) {
    me.wait_time(constant(0.1));
    me.task<&Customer::look>({.tags = {"read"}});
    me.task<&Customer::log_in>({.tags = {"write", "slow"}});
  }
  void look() { client.get("/items"); }
  void log_in() { client.post("/login", {.json = {{"user", "anna"}, {"password", "secret"}}}); }
};

ACRIDA_SCENARIO(scenario) { scenario.user<Customer>(); }
