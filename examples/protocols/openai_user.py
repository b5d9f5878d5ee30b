"""A service with OpenAI's interface: response_length counts the tokens of an answer. Needs openai and httpx.

OPENAI_API_KEY=… OPENAI_BASE_URL=http://127.0.0.1:8000/v1 acrida -f examples/protocols/openai_user.py
"""

from locust import constant, task
from locust.contrib.oai import OpenAIUser


class Asking(OpenAIUser):
    wait_time = constant(0.1)

    @task
    def ask(self):
        self.client.responses.create(model="there", input="Say hi.")

    @task
    def ask_much(self):
        with self.client.rename_request("a long question"):
            self.client.responses.create(model="there", input="Say hi. " * 100)
