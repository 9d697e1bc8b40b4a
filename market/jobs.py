"""Names of jobs and outbox topics, and how patient the queue is: said once for those who send and those who work."""

from typing import Final

MATCH_LISTING: Final = "match_listing"

# An outbox topic names what changed; `object_id` and `rev` say which one.
SPEC_CHANGED: Final = "spec.changed"
LOT_CHANGED: Final = "lot.changed"

# A job that takes longer than its lease is asked for again; rows locked by a running job are skipped.
LEASE_SECONDS: Final = 30.0
JOB_TIMEOUT_SECONDS: Final = 60
# After so many attempts a row is parked: it stays, unfinished, for a person to look at, who lets it go again with
# UPDATE outbox SET attempts = 0, parked_at = NULL, lease_until = NULL WHERE id = ...
PARK_AFTER: Final = 20
# Rows out on lease at once, over all workers: more would outwait their lease in the queue.
MAX_LEASED: Final = 32

QUEUE_NAME: Final = "capillary"
CHANNEL: Final = "capillary_outbox"
