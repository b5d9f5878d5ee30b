"""Wait times, and the classes of a Markov chain."""

from tests.parity.case import library

CASES = [
    library(
        "wait-between",
        "between draws from the global random module",
        """
        import random
        class One(User):
            wait_time = between(1, 3)
        user = One(environment(One))
        random.seed(7)
        drawn = [user.wait_time() for _ in range(3)]
        random.seed(7)
        note(drawn == [1 + random.random() * 2 for _ in range(3)])
        random.seed(7)
        note([round(One.wait_time(user), 9) for _ in range(3)])
        note(0.5 <= between(2, 0.5)(user) <= 2)
    """,
    ),
    library(
        "wait-constant",
        "constant gives the value back",
        """
        note(constant(3)(None), constant(0)(None), constant(2.5)(None))
    """,
    ),
    library(
        "wait-poisson",
        "poisson draws expovariate from the global random module",
        """
        import random
        from locust import poisson
        wait = poisson(4)
        random.seed(3)
        drawn = [wait(None) for _ in range(3)]
        random.seed(3)
        note(drawn == [random.expovariate(4) for _ in range(3)])
        attempt("zero", lambda: poisson(0))
        attempt("negative", lambda: poisson(-1))
    """,
    ),
    library(
        "wait-throughput-refused",
        "constant_throughput needs a positive rate",
        """
        attempt("zero", lambda: constant_throughput(0))
        attempt("negative", lambda: constant_throughput(-2))
    """,
    ),
    library(
        "wait-pacing",
        "constant_pacing counts from construction and keeps its state on the instance",
        """
        class One(User):
            wait_time = constant_pacing(10)
        user = One(environment(One))
        gevent.sleep(0.1)
        first = user.wait_time()
        note(9.5 < first < 9.91, user._cp_last_wait_time == first)
        # Called again without having slept: the wait seems to have been part of the run time.
        note(19 < user.wait_time() + 0.2)
    """,
    ),
    library(
        "wait-legacy",
        "min_wait and max_wait count only when wait_time is falsy",
        """
        class One(User):
            min_wait = 100
            max_wait = 100
        class Two(User):
            wait_time = None
            min_wait = 100
            max_wait = 100
        class Three(User):
            wait_time = None
        for c in (One, Two, Three):
            user = c(environment(c))
            attempt(c.__name__, lambda: TaskSet(user).wait_time() if c is One else locust.TaskSet(user).wait_time())
    """,
    ),
    library(
        "markov-errors",
        "the errors of a MarkovTaskSet",
        """
        attempt("none", lambda: type("M", (MarkovTaskSet,), {}))
        def a(self): pass
        attempt("invalid", lambda: type("M", (MarkovTaskSet,), {"a": transition("nowhere")(a)}))
        def b(self): pass
        def c(self): pass
        attempt("not markov", lambda: type("M", (MarkovTaskSet,), {"b": transition("c")(b), "c": c}))
        def d(self): pass
        attempt("tagged", lambda: type("M", (MarkovTaskSet,), {"d": tag("x")(transition("d")(d))}))
        def run(self): pass
        attempt("run", lambda: type("M", (MarkovTaskSet,), {"run": transition("run")(run)}))
    """,
    ),
    library(
        "markov-transitions",
        "transitions become repeated names, and the first task is the start",
        """
        class M(MarkovTaskSet):
            @transition("b", weight=2)
            @transition("a")
            def a(self): pass
            @transitions({"a": 1, "b": 3})
            def b(self): pass
            @transitions(["a", ("b", 2)])
            def c(self): pass
        note(M.current.__name__, M.a.transitions, M.b.transitions, M.c.transitions)
        note(logs("root"), M.tasks)
    """,
    ),
]
