"""How classes are built: tasks, weights, inheritance."""

from tests.parity.case import library

CASES = [
    library(
        "override-without-task",
        "a task method overridden without @task: the base function still runs",
        """
        class Base(User):
            @task
            def one(self):
                note("base")
                raise StopUser
        class Child(Base):
            abstract = False
            def one(self):
                note("child")
                raise StopUser
        go(Child)
        note([t.__qualname__ for t in Child.tasks])
    """,
    ),
    library(
        "override-with-task",
        "overridden with @task: both versions are tasks",
        """
        class Base(User):
            @task
            def one(self): pass
        class Child(Base):
            @task
            def one(self): pass
        note([t.__qualname__ for t in Child.tasks])
    """,
    ),
    library(
        "diamond",
        "diamond inheritance duplicates inherited tasks",
        """
        class Top(TaskSet):
            @task
            def one(self): pass
            @task
            def two(self): pass
        class Left(Top): pass
        class Right(Top): pass
        class Bottom(Left, Right): pass
        note([t.__name__ for t in Bottom.tasks])
    """,
    ),
    library(
        "abstract",
        "abstract is reset in each subclass that does not set it",
        """
        class A(User):
            abstract = True
        class B(A): pass
        class C(B):
            abstract = True
        class D(C):
            abstract = False
        note([c.abstract for c in (User, HttpUser, FastHttpUser, A, B, C, D)])
    """,
    ),
    library(
        "tasks-forms",
        "tasks as list, dict and tuples on User and TaskSet",
        """
        def a(user): pass
        def b(user): pass
        class AsList(User):
            tasks = [a, b]
        class AsDict(User):
            tasks = {a: 2, b: 1}
        class AsTuples(User):
            tasks = [(a, 3), b]
        class SetOfTuples(TaskSet):
            tasks = [(a, 2), (b, 1)]
        class AsTuple(User):
            tasks = (a, b)
        class AsNone(User):
            tasks = None
            @task
            def c(self): pass
        for c in (AsList, AsDict, AsTuples, SetOfTuples, AsTuple, AsNone):
            note(c.__name__, [t.__name__ for t in c.tasks])
    """,
    ),
    library(
        "sequential-tuples",
        "tuples are not expanded in a SequentialTaskSet",
        """
        def a(user): pass
        class Seq(SequentialTaskSet):
            tasks = [(a, 2)]
        note(len(Seq.tasks), type(Seq.tasks[0]).__name__)
    """,
    ),
    library(
        "sequential-order",
        "class body order, weights repeat, a tasks list takes its place",
        """
        def x(s): pass
        def y(s): pass
        class Base(SequentialTaskSet):
            @task
            def first(self): pass
        class Seq(Base):
            @task
            def a(self): pass
            tasks = [x, y]
            @task(3)
            def b(self): pass
        note([t.__name__ for t in Seq.tasks])
        class AsDict(SequentialTaskSet):
            tasks = {x: 2, y: 1}
        note([t.__name__ for t in AsDict.tasks])
        attempt("wrong type", lambda: type("Wrong", (SequentialTaskSet,), {"tasks": 5}))
    """,
    ),
    library(
        "weights",
        "task weights: zero, several, not an integer",
        """
        class Weighted(User):
            @task(0)
            def none(self): pass
            @task()
            def once(self): pass
            @task(3)
            def thrice(self): pass
        note([t.__name__ for t in Weighted.tasks])
        def f(self): pass
        attempt("float", lambda: type("Wrong", (User,), {"f": task(1.5)(f)}))
    """,
    ),
    library(
        "task-named-task",
        "a task may be called task",
        """
        class One(User):
            @task
            def task(self):
                note("ran")
                raise StopUser
        go(One)
    """,
    ),
    library(
        "task-named-run",
        "a task named run is refused, on_start warns",
        """
        def run(self): pass
        attempt("run", lambda: task(run))
        def on_start(self): pass
        attempt("on_start", lambda: task(on_start) is on_start)
        note(logs("root"))
    """,
    ),
    library(
        "on-start-as-task",
        "on_start marked as a task runs as both",
        """
        class One(User):
            count = 0
            @task
            def on_start(self):
                self.count += 1
                note("on_start", self.count)
                if self.count == 2:
                    raise StopUser
        go(One)
    """,
    ),
    library(
        "weights-of-users",
        "weights of users: float, zero, all zero",
        """
        class A(User):
            weight = 0.5
        class B(User):
            weight = 0
        class C(User):
            weight = 0
            fixed_count = 1
        note([c.__name__ for c in environment(A, B, C).user_classes])
        attempt("all zero", lambda: environment(B).user_classes)
    """,
    ),
    library(
        "same-class-name",
        "two classes of one name are refused",
        """
        def make():
            class Twin(User): pass
            return Twin
        attempt("twins", lambda: environment(make(), make()))
    """,
    ),
    library(
        "shape-must-be-instance",
        "shape_class must be an instance",
        """
        class Shape(LoadTestShape):
            def tick(self): return None
        attempt("class", lambda: environment(shape_class=Shape))
        attempt("instance", lambda: environment(shape_class=Shape()).shape_class.__class__.__name__)
        class Unfinished(LoadTestShape): pass
        attempt("no tick", lambda: Unfinished())
    """,
    ),
    library(
        "tombstones",
        "retired names refuse to be subclassed",
        """
        from locust import HttpLocust, Locust
        attempt("HttpLocust", lambda: type("X", (HttpLocust,), {}))
        attempt("Locust", lambda: type("X", (Locust,), {}))
    """,
    ),
    library(
        "exported-names",
        "what `from locust import *` brings",
        """
        note(sorted(locust.__all__))
    """,
    ),
    library(
        "module-names",
        "names that locustfiles take from submodules",
        """
        import importlib
        wanted = {
            "locust.user": "HttpUser User TaskSet tag task wait_time",
            "locust.user.users": "User HttpUser PytestUser UserMeta TaskSet DefaultTaskSet RestMixin",
            "locust.user.task": "TaskSet DefaultTaskSet TaskSetMeta TaskHolder task tag get_tasks_from_base_classes "
                                "filter_tasks_by_tags LOCUST_STATE_RUNNING LOCUST_STATE_WAITING LOCUST_STATE_STOPPING",
            "locust.user.sequential_taskset": "SequentialTaskSet SequentialTaskSetMeta",
            "locust.user.markov_taskset": "MarkovTaskSet transition transitions NoMarkovTasksError "
                                          "InvalidTransitionError NonMarkovTaskTransitionError MarkovTaskTagError",
            "locust.user.wait_time": "between constant constant_pacing constant_throughput poisson",
            "locust.user.inspectuser": "get_ratio print_task_ratio print_task_ratio_json",
            "locust.clients": "HttpSession ResponseContextManager LocustHttpAdapter RestResponseContextManager",
            "locust.contrib.fasthttp": "FastHttpUser FastHttpSession FastResponse FastRequest ErrorResponse "
                                       "ResponseContextManager RestResponseContextManager LocustUserAgent "
                                       "LocustBadStatusCode insecure_ssl_context_factory FAILURE_EXCEPTIONS",
            "locust.exception": "LocustError ResponseError CatchResponseError MissingWaitTimeError InterruptTaskSet "
                                "StopTest StopUser RescheduleTask RescheduleTaskImmediately RPCError RPCSendError "
                                "RPCReceiveError RunnerAlreadyExistsError",
            "locust.event": "EventHook DeprecatedEventHook Events",
            "locust.env": "Environment",
            "locust.runners": "Runner LocalRunner MasterRunner WorkerRunner STATE_INIT STATE_SPAWNING STATE_RUNNING "
                              "STATE_CLEANUP STATE_STOPPING STATE_STOPPED STATE_MISSING",
            "locust.stats": "RequestStats StatsEntry StatsError StatsCSV StatsCSVFileWriter stats_printer "
                            "stats_history print_stats print_percentile_stats print_error_report sort_stats "
                            "get_readable_percentiles calculate_response_time_percentile PERCENTILES_TO_REPORT",
            "locust.dispatch": "UsersDispatcher",
            "locust.shape": "LoadTestShape LoadTestShapeMeta",
            "locust.log": "setup_logging greenlet_exception_logger unhandled_greenlet_exception",
            "locust.debug": "run_single_user PrintListener",
            "locust.argument_parser": "LocustArgumentParser get_parser parse_options",
            "locust.util.timespan": "parse_timespan",
        }
        for module, names in wanted.items():
            try:
                loaded = importlib.import_module(module)
            except ImportError as error:
                note(module, "absent")
                continue
            note(module, [name for name in names.split() if not hasattr(loaded, name)])
    """,
    ),
    library(
        "exceptions",
        "the exception classes and their bases",
        """
        import locust.exception as e
        for name in ("LocustError", "ResponseError", "CatchResponseError", "MissingWaitTimeError", "InterruptTaskSet",
                     "StopTest", "StopUser", "RescheduleTask", "RescheduleTaskImmediately", "RPCError",
                     "RunnerAlreadyExistsError"):
            note(name, [base.__name__ for base in getattr(e, name).__bases__])
        note(e.InterruptTaskSet().reschedule, e.InterruptTaskSet(False).reschedule)
    """,
    ),
    library(
        "json",
        "User.json and fullname",
        """
        class One(User):
            host = "http://x"
            weight = 3
            @task
            def a(self): pass
            @task
            class Inner(TaskSet):
                pass
        note(One.json(), One.fullname())
    """,
    ),
    library(
        "ratio",
        "get_ratio over nested sets",
        """
        from locust.user.inspectuser import get_ratio
        class Inner(TaskSet):
            @task(3)
            def a(self): pass
            @task
            def b(self): pass
        class One(User):
            tasks = {Inner: 1}
            @task(1)
            def c(self): pass
        class Two(User):
            @task
            def d(self): pass
        note(get_ratio([One, Two], {"One": 3, "Two": 1}, True))
        note(get_ratio([One, Two], {"One": 3, "Two": 1}, False))
    """,
    ),
    library(
        "equal-weights",
        "assign_equal_weights flattens and deduplicates",
        """
        class Inner(TaskSet):
            @task(3)
            def a(self): pass
            @task
            def b(self): pass
        class One(User):
            weight = 5
            tasks = {Inner: 2}
            @task(4)
            def c(self): pass
        env = environment(One)
        env.assign_equal_weights()
        note(One.weight, sorted(t.__name__ for t in One.tasks))
    """,
    ),
]
