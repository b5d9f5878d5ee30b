"""Tags and the filter."""

from tests.parity.case import library

CASES = [
    library(
        "task-attributes",
        "what @task and @tag leave on a function",
        """
        @task(4)
        def f(self): pass
        @tag("x", "y")
        @tag("z")
        def g(self): pass
        note(f.locust_task_weight, sorted(g.locust_tag_set), hasattr(g, "locust_task_weight"))
        attempt("bare", lambda: tag(f))
        attempt("empty", lambda: tag())
    """,
    ),
    library(
        "tags-include",
        "an include filter keeps tagged tasks and the sets around them",
        """
        class Inner(TaskSet):
            @tag("a")
            @task
            def kept(self): pass
            @task
            def dropped(self): pass
        class Other(TaskSet):
            @task
            def gone(self): pass
        class One(User):
            tasks = [Inner, Other]
            @tag("a", "b")
            @task(2)
            def both(self): pass
            @tag("b")
            @task
            def only_b(self): pass
        env = environment(One, tags={"a"}, exclude_tags=set())
        env._filter_tasks_by_tags()
        note([t.__name__ for t in One.tasks], [t.__name__ for t in Inner.tasks])
    """,
    ),
    library(
        "tags-exclude",
        "exclusion wins over inclusion",
        """
        class One(User):
            @tag("a", "b")
            @task(2)
            def both(self): pass
            @tag("a")
            @task
            def only_a(self): pass
            @task
            def untagged(self): pass
        env = environment(One, tags=["a"], exclude_tags=["b"])
        env._filter_tasks_by_tags()
        note([t.__name__ for t in One.tasks])
    """,
    ),
    library(
        "tags-exclude-only",
        "with only an exclude filter untagged tasks stay",
        """
        class One(User):
            @tag("a")
            @task
            def tagged(self): pass
            @task(2)
            def untagged(self): pass
        env = environment(One, exclude_tags=["a"])
        env._filter_tasks_by_tags()
        note([t.__name__ for t in One.tasks])
    """,
    ),
    library(
        "tags-nothing-left",
        "a class without tasks after filtering warns",
        """
        class One(User):
            @task
            def untagged(self): pass
        env = environment(One, tags=["zzz"])
        env._filter_tasks_by_tags()
        note(len(One.tasks), logs("root"))
    """,
    ),
    library(
        "tag-on-taskset",
        "a tag on a set is pushed down to its tasks",
        """
        @tag("outer")
        class Outer(TaskSet):
            @task
            class Inner(TaskSet):
                @tag("own")
                @task
                def leaf(self): pass
            @task
            def direct(self): pass
        note(sorted(Outer.Inner.leaf.locust_tag_set), sorted(Outer.direct.locust_tag_set),
             hasattr(Outer, "locust_tag_set"))
    """,
    ),
]
