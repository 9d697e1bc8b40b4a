"""Refusals about jobs."""

from specs.kit.errors import Refusal


class TooManyJobs(Refusal):
    code, title = "too_many_jobs", "The organisation has as many open jobs as it may"


class JobFinished(Refusal):
    code, title = "job_finished", "A job that has ended cannot be cancelled"
