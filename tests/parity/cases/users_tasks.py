"""Which task runs next, and with what: choice, sets, sequences, chains."""

from tests.parity.case import library

CASES = [
    library(
        "lifecycle",
        "on_start, tasks, on_stop in order",
        """
        class One(User):
            def on_start(self): note("start")
            def on_stop(self): note("stop")
            n = 0
            @task
            def work(self):
                self.n += 1
                note("task", self.n)
                if self.n == 3:
                    raise StopUser
        go(One)
    """,
    ),
    library(
        "seeded-choice",
        "task choice uses the global random module",
        """
        import random
        random.seed(42)
        class One(User):
            picked = []
            def pick(name):
                def run(self):
                    self.picked.append(name)
                    if len(self.picked) == 30:
                        note("".join(self.picked))
                        raise StopUser
                return run
            tasks = {pick("a"): 3, pick("b"): 2, pick("c"): 1}
        go(One)
        note(random.random())
    """,
    ),
    library(
        "seeded-one-task",
        "a choice among one task draws from random too",
        """
        import random
        random.seed(42)
        class One(User):
            n = 0
            @task
            def only(self):
                self.n += 1
                if self.n == 10:
                    raise StopUser
        go(One)
        note(random.random())
    """,
    ),
    library(
        "seeded-nested",
        "choices in nested sets come from the same sequence",
        """
        import random
        random.seed(5)
        trail = []
        class One(User):
            @task(2)
            def top(self):
                trail.append("t")
                if len(trail) > 40:
                    raise StopUser
            @task
            class Inner(TaskSet):
                @task(3)
                def a(self):
                    trail.append("a")
                    if random.random() < 0.3:
                        self.interrupt()
                @task
                def b(self):
                    trail.append("b")
        go(One)
        note("".join(trail))
    """,
    ),
    library(
        "seeded-waits",
        "wait times and choices interleave on one generator",
        """
        import random
        random.seed(9)
        drawn = []
        class One(User):
            def wait_time(self):
                drawn.append(random.randrange(1000))
                return 0
            @task
            def a(self): drawn.append("a")
            @task
            def b(self):
                drawn.append("b")
                if len(drawn) > 30:
                    raise StopUser
        go(One)
        note(drawn)
    """,
    ),
    library(
        "taskset-recreated",
        "a nested set is a new instance at each entry",
        """
        class One(User):
            entries = 0
            @task
            class Inner(TaskSet):
                marked = False
                @task
                def look(self):
                    note("marked", self.marked)
                    self.marked = True
                    self.user.entries += 1
                    if self.user.entries == 3:
                        raise StopUser
                    self.interrupt()
        go(One)
    """,
    ),
    library(
        "parents",
        "parent, user, client of nested sets; read-only",
        """
        class One(User):
            client = "the client"
            @task
            class Outer(TaskSet):
                @task
                class Inner(TaskSet):
                    @task
                    def look(self):
                        note(type(self.parent).__name__, type(self.parent.parent).__name__, self.client,
                             self.user is self.parent.user)
                        for name in ("user", "client", "parent"):
                            attempt(name, lambda: setattr(self, name, 1))
                        raise StopUser
        go(One)
    """,
    ),
    library(
        "task-argument",
        "functions in User.tasks get the user, in TaskSet.tasks the set",
        """
        def of_set(it):
            note("set", type(it).__name__)
            it.interrupt()
        class Inner(TaskSet):
            tasks = [of_set]
        def of_user(it):
            note("user", type(it).__name__)
            raise StopUser
        class Two(User):
            tasks = [of_user]
        class Three(User):
            @task
            class Sequence(SequentialTaskSet):
                tasks = [Inner, lambda it: it.user.stop()]
        go(Two)
        go(Three)
    """,
    ),
    library(
        "schedule-task",
        "scheduled tasks run before a new pick; first goes to the head",
        """
        def plain(it): note("plain", type(it).__name__)
        class Visit(TaskSet):
            @task
            def one(self):
                note("visit")
                self.interrupt()
        class One(User):
            @task
            class Main(TaskSet):
                n = 0
                def bound(self): note("bound")
                @task
                def start(self):
                    self.n += 1
                    note("start", self.n)
                    if self.n == 2:
                        raise StopUser
                    self.schedule_task(self.bound)
                    self.schedule_task(plain)
                    self.schedule_task(Visit)
                    self.schedule_task(plain, first=True)
        go(One)
    """,
    ),
    library(
        "instance-tasks",
        "tasks may be assigned on instances",
        """
        def a(it):
            note("a", type(it).__name__)
            it.tasks = [b]
        def b(it):
            note("b", type(it).__name__)
            raise StopUser
        class One(User):
            @task
            def never(self): note("never")
            def on_start(self): self.tasks = [a]
        go(One)
    """,
    ),
    library(
        "class-tasks-later",
        "a class-level tasks list may be changed while running",
        """
        class One(User):
            n = 0
            @task
            def a(self):
                note("a")
                type(self).tasks = [One.b]
            def b(self):
                note("b")
                raise StopUser
        go(One)
    """,
    ),
    library(
        "sequential",
        "a sequence runs in order, again from the start, and afresh on re-entry",
        """
        class One(User):
            visits = 0
            @task
            class Seq(SequentialTaskSet):
                laps = 0
                @task
                def a(self): note("a")
                @task(2)
                def b(self): note("b")
                @task
                def c(self):
                    note("c")
                    self.laps += 1
                    if self.laps == 2:
                        self.user.visits += 1
                        if self.user.visits == 2:
                            raise StopUser
                        self.interrupt()
        go(One)
    """,
    ),
    library(
        "sequential-exception",
        "after an exception the sequence goes on with the next step",
        """
        class One(User):
            @task
            class Seq(SequentialTaskSet):
                @task
                def a(self): note("a")
                @task
                def b(self): raise ValueError("in b")
                @task
                def c(self):
                    note("c")
                    raise StopUser
        env = go(One)
        note([[e["count"], e["msg"]] for e in env.runner.exceptions.values()])
    """,
    ),
    library(
        "sequential-empty",
        "an empty sequence",
        """
        class Seq(SequentialTaskSet): pass
        class One(User):
            tasks = [Seq]
            n = 0
            def wait_time(self):
                self.n += 1
                if self.n == 2: finish()
                return 0.001
        env = go(One)
        note([e["msg"] for e in env.runner.exceptions.values()])
    """,
    ),
    library(
        "markov-walk",
        "a chain draws the successor before the task runs",
        """
        import random
        random.seed(11)
        trail = []
        class One(User):
            @task
            class M(MarkovTaskSet):
                @transitions({"b": 2, "c": 1})
                def a(self): trail.append("a")
                @transition("a")
                def b(self): trail.append("b")
                @transitions(["a", "b"])
                def c(self):
                    trail.append("c")
                    if len(trail) > 20: raise StopUser
        go(One)
        note("".join(trail))
    """,
    ),
]
