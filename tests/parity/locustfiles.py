"""Small locustfiles that several command-line cases share."""

ONE = """
    from locust import User, task, constant
    class One(User):
        wait_time = constant(0.01)
        @task
        def t(self):
            self.environment.events.request.fire(request_type="X", name="n", response_time=1, response_length=10)
"""
# A user that makes three requests, one of them failing, and then quits the run itself: nothing depends on the clock.
THREE = """
    from locust import HttpUser, task
    from locust.exception import StopUser
    import gevent
    class Three(HttpUser):
        @task
        def t(self):
            self.client.get("/ok")
            self.client.post("/echo", data="x", name="posted")
            self.client.get("/status/404")
            gevent.spawn(self.environment.runner.quit)
            raise StopUser
"""
PASSING = THREE.replace('self.client.get("/status/404")', "pass")
TWO_CLASSES = """
    from locust import User, task, constant
    class Base(User):
        abstract = True
        wait_time = constant(5)
        @task
        def t(self): pass
    class Alpha(Base): pass
    class Beta(Base): pass
    class Gamma(Base):
        weight = 3
    from locust import events
    @events.spawning_complete.add_listener
    def done(user_count):
        import gevent
        from locust.runners import STATE_RUNNING
        note("spawned", user_count)
    @events.test_start.add_listener
    def started(environment):
        import gevent
        def wait():
            while environment.runner.user_count < environment.runner.target_user_count: gevent.sleep(0.01)
            note(environment.runner.user_classes_count)
            environment.runner.quit()
        gevent.spawn(wait)
"""
HEADLESS = ("--headless", "--only-summary", "-H", "{target}")
