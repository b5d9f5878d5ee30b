"""Questions to a name server. Needs dnspython: pip install 'acrida[dns]'.

NAME_SERVER=127.0.0.1:53 acrida -f examples/protocols/dns_user.py
"""

import os

import dns.message
from locust import constant, task
from locust.contrib.dns import DNSUser

ADDRESS, _, PORT = os.environ.get("NAME_SERVER", "127.0.0.1:53").partition(":")


class Asking(DNSUser):
    wait_time = constant(0.1)

    @task
    def address_of(self):
        question = dns.message.make_query("example.com", "A")
        self.client.udp(question, ADDRESS, port=int(PORT), timeout=2, name="example.com")
