"""Options of your own, on the command line, in the environment, in a configuration file and on the start form.

acrida -f examples/custom_arguments.py --buyer anna --goods 3 --goods 7
"""

from locust import FastHttpUser, events, task


@events.init_command_line_parser.add_listener
def add_options(parser):
    parser.add_argument("--buyer", env_var="BUYER", default="dora", help="who logs in")
    parser.add_argument("--pace", choices=["slow", "fast"], default="fast", help="how soon the next purchase comes")
    parser.add_argument("--goods", type=int, action="append", default=None, help="what to buy; may be repeated")
    parser.add_argument("--gift", action="store_true", help="wrap it up")
    # A secret is typed into a password field; what is not for the form is left off it.
    parser.add_argument("--shop-password", env_var="SHOP_PASSWORD", default="secret", is_secret=True)
    parser.add_argument("--trace", default="", help="for people at the command line only", include_in_web_ui=False)


@events.test_start.add_listener
def say_what_is_bought(environment, **kwargs):
    options = environment.parsed_options
    print(f"{options.buyer} buys {options.goods or 'anything'}{' as a gift' if options.gift else ''}")


class Buyer(FastHttpUser):
    def on_start(self):
        options = self.environment.parsed_options
        self.goods = options.goods or [1, 2, 3]
        self.client.post("/login", json={"user": options.buyer, "password": options.shop_password})

    def wait_time(self):
        return 0.1 if self.environment.parsed_options.pace == "fast" else 1

    @task
    def buy(self):
        for item in self.goods:
            self.client.post("/cart", json={"item": item})
