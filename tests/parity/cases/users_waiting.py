"""Waiting, states and methods overridden at run time."""

from tests.parity.case import library

CASES = [
    library(
        "wait-of-the-user",
        "a nested set without wait_time uses the user's, not its parent set's",
        """
        class One(User):
            wait_time = constant(0)
            @task
            class Outer(TaskSet):
                wait_time = constant(77)
                @task
                class Inner(TaskSet):
                    @task
                    def look(self):
                        note(self.wait_time(), self.parent.wait_time(), self.user.wait_time())
                        raise StopUser
        go(One)
    """,
    ),
    library(
        "wait-between-queued",
        "a wait happens between queued items too",
        """
        class One(User):
            def wait_time(self):
                note("wait")
                return 0
            @task
            class Main(TaskSet):
                n = 0
                def queued(self): note("queued")
                @task
                def start(self):
                    self.n += 1
                    note("start")
                    if self.n == 2: raise StopUser
                    self.schedule_task(self.queued)
        go(One)
    """,
    ),
    library(
        "waits-yield",
        "a wait of zero lets others run",
        """
        order = []
        class One(User):
            wait_time = constant(0)
            n = 0
            @task
            def t(self):
                order.append(1)
                self.n += 1
                if self.n == 4: raise StopUser
        class Two(User):
            wait_time = constant(-1)
            n = 0
            @task
            def t(self):
                order.append(2)
                self.n += 1
                if self.n == 4: raise StopUser
        go(One, Two)
        note(order)
    """,
    ),
    library(
        "wait-in-on-start",
        "self.wait() works in on_start and in tasks",
        """
        class One(User):
            def wait_time(self):
                note("wait", self._state)
                return 0
            def on_start(self):
                self.wait()
                note("started")
            @task
            def t(self):
                self.wait()
                note("task", self._state)
                raise StopUser
        go(One)
    """,
    ),
    library(
        "user-greenlets",
        "user_greenlets expose the user as args[0]",
        """
        class One(User):
            @task
            def t(self):
                group = self.environment.runner.user_greenlets
                note(len(group), [g.args[0] is self for g in group], self.greenlet in group, self.group is group,
                     gevent.getcurrent() is self.greenlet)
                raise StopUser
        go(One)
    """,
    ),
    library(
        "thread-locals",
        "thread locals are per user",
        """
        import threading
        from gevent.local import local
        kept = local()
        class One(User):
            @task
            def t(self):
                before = getattr(kept, "value", None)
                kept.value = id(self)
                gevent.sleep(0.001)
                note(before, kept.value == id(self))
                raise StopUser
        go(One, users=3)
    """,
    ),
    library(
        "init-signatures",
        "constructors with (environment), (parent) and (*args)",
        """
        class One(User):
            def __init__(self, environment):
                super().__init__(environment)
                note("one", environment is self.environment)
            @task
            def t(self): raise StopUser
        class Two(User):
            def __init__(self, *args, **kwargs):
                super().__init__(*args, **kwargs)
                note("two", len(args), kwargs)
            @task
            def t(self): raise StopUser
        class Three(TaskSet):
            def __init__(self, parent):
                super().__init__(parent)
                note("set", type(parent).__name__)
            @task
            def t(self): raise StopUser
        class Four(User):
            tasks = [Three]
        go(One), go(Two), go(Four)
    """,
    ),
    library(
        "start-override",
        "a start(self, group) override is called by the runner",
        """
        class One(User):
            def start(self, group):
                note("start", type(group).__name__)
                return super().start(group)
            @task
            def t(self):
                note("task")
                raise StopUser
        go(One)
    """,
    ),
    library(
        "copy",
        "a user can be copied",
        """
        import copy
        class One(User):
            @task
            def t(self):
                self.extra = [1]
                twin = copy.copy(self)
                note(type(twin) is type(self), twin.extra is self.extra, twin.environment is self.environment)
                raise StopUser
        go(One)
    """,
    ),
    library(
        "patched-execute-task",
        "execute_task patched on the classes is honoured",
        """
        from locust.user.task import DefaultTaskSet
        saved = TaskSet.execute_task, DefaultTaskSet.execute_task
        def wrap(original):
            def execute_task(self, task):
                note("execute", type(self).__name__, task.__name__)
                return original(self, task)
            return execute_task
        TaskSet.execute_task = wrap(saved[0])
        DefaultTaskSet.execute_task = wrap(saved[1])
        try:
            class One(User):
                @task
                class Inner(TaskSet):
                    @task
                    def t(self): raise StopUser
            go(One)
        finally:
            TaskSet.execute_task, DefaultTaskSet.execute_task = saved
    """,
    ),
    library(
        "patched-while-running",
        "methods of a set assigned at run time are honoured",
        """
        class One(User):
            @task
            class Inner(TaskSet):
                n = 0
                @task
                def a(self):
                    self.n += 1
                    note("a", self.n)
                    if self.n == 1:
                        self.get_next_task = lambda: Inner_b
                    if self.n == 2: raise StopUser
        def Inner_b(it):
            note("b")
            raise StopUser
        go(One)
    """,
    ),
    library(
        "overridden-next-task",
        "get_next_task, wait and execute_next_task may be overridden",
        """
        class One(User):
            @task
            class Inner(TaskSet):
                n = 0
                def get_next_task(self):
                    self.n += 1
                    note("pick", self.n)
                    return self.tasks[self.n % 2]
                def wait(self):
                    note("wait")
                    super().wait()
                def execute_next_task(self):
                    note("next")
                    super().execute_next_task()
                @task
                def a(self): note("a")
                @task
                def b(self):
                    note("b")
                    if self.n == 3: raise StopUser
        go(One)
    """,
    ),
    library(
        "wait-assigned-on-class",
        "wait_time assigned on a user class while users run",
        """
        class One(User):
            n = 0
            wait_time = constant(0)
            @task
            def t(self):
                self.n += 1
                if self.n == 1:
                    One.wait_time = lambda self: note("new wait") or 0
                if self.n == 3: raise StopUser
        go(One)
    """,
    ),
    library(
        "sleep-override",
        "TaskSet._sleep is what waits",
        """
        class One(User):
            wait_time = constant(0.25)
            n = 0
            @task
            class Inner(TaskSet):
                def _sleep(self, seconds):
                    note("sleep", seconds)
                @task
                def t(self):
                    self.user.n += 1
                    if self.user.n == 3: raise StopUser
        go(One)
    """,
    ),
    library(
        "state-names",
        "the states that a user goes through",
        """
        class One(User):
            def wait_time(self):
                note("in wait_time", self._state)
                return 0
            def on_start(self): note("on_start", self._state)
            def on_stop(self): note("on_stop", self._state)
            n = 0
            @task
            def t(self):
                self.n += 1
                note("task", self._state)
                if self.n == 2: raise StopUser
        go(One)
    """,
    ),
    library(
        "greenlets-of-a-user",
        "a user may start greenlets of its own",
        """
        from gevent.pool import Pool
        class One(User):
            @task
            def t(self):
                def work(n):
                    gevent.sleep(0.001 * n)
                    note("work", n)
                    return n * 2
                note(Pool(3).map(work, [3, 1, 2]))
                raise StopUser
        go(One)
    """,
    ),
]
