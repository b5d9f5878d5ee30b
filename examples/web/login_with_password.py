"""The shortest door before the page: a name and a password. Start with --web-login.

WEB_PASSWORD=open acrida -f examples/web/login_with_password.py --web-login
"""

import hmac
import os

from flask import redirect, request, session, url_for
from flask_login import UserMixin, login_user
from locust import FastHttpUser, constant, events, task


class Person(UserMixin):
    def __init__(self, name):
        self.id = name


@events.init.add_listener
def ask_for_a_password(web_ui, **kwargs):
    if not web_ui or not web_ui.web_login:
        return
    web_ui.app.secret_key = os.urandom(32)
    web_ui.login_manager.user_loader(Person)
    web_ui.auth_args = {"username_password_callback": "/sign-in"}

    @web_ui.app.route("/sign-in", methods=["POST"])
    def sign_in():
        if not hmac.compare_digest(request.form.get("password", ""), os.environ["WEB_PASSWORD"]):
            session["auth_error"] = "That is not the word."
            return redirect(url_for("locust.login"))
        login_user(Person(request.form["username"]))
        return redirect(url_for("locust.index"))


class Visitor(FastHttpUser):
    wait_time = constant(0.1)

    @task
    def page(self):
        self.client.get("/")
