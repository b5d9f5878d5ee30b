// What bench/native.py runs: the smallest task, idle users, connected users between two tasks, users inside a task.

#include <acrida/acrida.h>

using namespace acrida;

struct Get : HttpUser {
  static void define(UserType& me) { me.task<&Get::get>(); }
  void get() { client.get("/"); }
};

struct Idle : HttpUser {
  static void define(UserType& me) { me.wait_time(constant(3600)).task<&Idle::nothing>(); }
  void nothing() {}
};

struct Connected : HttpUser {
  static void define(UserType& me) { me.wait_time(constant(3600)).task<&Connected::get>(); }
  void get() { client.get("/"); }
};

struct Inside : User {
  static void define(UserType& me) { me.task<&Inside::stay>(); }
  void stay() { acrida::sleep(3600); }
};

ACRIDA_SCENARIO(scenario) { scenario.user<Get>().user<Idle>().user<Connected>().user<Inside>(); }
