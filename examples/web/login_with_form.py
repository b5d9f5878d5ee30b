"""The page is only for those who know the word. Start with --web-login.

acrida -f examples/web/login.py --web-login, then sign in as anna with the password of WEB_PASSWORD.
"""

import hmac
import os

from flask import Blueprint, redirect, request, session, url_for
from flask_login import UserMixin, login_user
from locust import FastHttpUser, constant, events, task

PASSWORD = os.environ.get("WEB_PASSWORD", "change-me")


class Person(UserMixin):
    def __init__(self, name):
        self.id = name


@events.init.add_listener
def ask_for_a_password(environment, web_ui, **kwargs):
    if not web_ui or not web_ui.web_login:
        return
    web_ui.app.secret_key = os.urandom(32)
    web_ui.login_manager.user_loader(Person)
    door = Blueprint("door", __name__, url_prefix=web_ui.web_base_path)

    @door.route("/sign-in", methods=["POST"])
    def sign_in():
        if hmac.compare_digest(request.form.get("password", ""), PASSWORD):
            login_user(Person(request.form["username"]))
            return redirect(url_for("locust.index"))
        session["auth_error"] = "That is not the word."
        return redirect(url_for("locust.login"))

    web_ui.app.register_blueprint(door)
    web_ui.auth_args = {
        "custom_form": {
            "inputs": [
                {"label": "Name", "name": "username"},
                {"label": "Password", "name": "password", "is_secret": True},
            ],
            "callback_url": f"{web_ui.web_base_path}/sign-in",
            "submit_button_text": "Let me in",
        }
    }


class Visitor(FastHttpUser):
    wait_time = constant(0.1)

    @task
    def page(self):
        self.client.get("/")
