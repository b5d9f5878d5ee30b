"""Users and what they do."""

from . import wait_time
from .task import TaskSet, tag, task
from .users import HttpUser, User

__all__ = ["HttpUser", "TaskSet", "User", "tag", "task", "wait_time"]
