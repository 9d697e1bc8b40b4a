"""Prometheus figures of one API process. A registry of its own, so that two apps in one process do not meet."""

from collections.abc import Iterable
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from matching.evaluation import Evaluation

CONTENT_TYPE = CONTENT_TYPE_LATEST
# anyone may read the figures, and how often somebody bids is nobody's to know before the opening
HUSHED: Final = frozenset({"/v1/tenders/{id}/bids", "/v1/tenders/{id}/bids/{bid_id}/withdraw"})
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Metrics:
    """What the API counts; labels are route templates, never paths, so their number is bounded."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._children: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}
        self.requests = Counter(
            "capillary_http_requests",
            "Requests by route template, method and status.",
            ("method", "route", "status"),
            registry=self.registry,
        )
        self.seconds = Histogram(
            "capillary_http_request_seconds",
            "Time to the last byte of an answer.",
            ("method", "route"),
            registry=self.registry,
            buckets=_SECONDS,
        )
        self.evaluations = Counter(
            "capillary_evaluations", "Evaluations answered, by verdict.", ("verdict",), registry=self.registry
        )
        self.queue_depth = Gauge(
            "capillary_queue_depth", "Jobs waiting in Redis; NaN while Redis is down.", registry=self.registry
        )
        self.outbox_waiting = Gauge(
            "capillary_outbox_waiting", "Outbox rows that are not done.", registry=self.registry
        )
        self.outbox_age = Gauge(
            "capillary_outbox_age_seconds", "Age of the oldest outbox row that is not done.", registry=self.registry
        )
        self.outbox_parked = Gauge(
            "capillary_outbox_parked", "Outbox rows given up after too many attempts.", registry=self.registry
        )

    def observe(self, method: str, route: str, status: int, seconds: float) -> None:
        """One answered request."""
        if route in HUSHED:
            return
        key = method, route, status
        children = self._children.get(key)
        if children is None:
            # looking labels up costs more than counting
            children = self.requests.labels(method, route, str(status)), self.seconds.labels(method, route)
            self._children[key] = children
        children[0].inc()
        children[1].observe(seconds)

    def judged(self, evaluations: Iterable[Evaluation]) -> None:
        """Evaluations that an answer shows."""
        for evaluation in evaluations:
            self.evaluations.labels(evaluation.verdict.value).inc()

    def text(self) -> bytes:
        """The exposition format of /metrics."""
        return generate_latest(self.registry)
