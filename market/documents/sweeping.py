"""What nobody will miss: files that no document has, and documents that never got their content. For the worker."""

from datetime import timedelta
from typing import Final

from market.documents import queries
from market.documents.store import Store
from specs.kit.tenancy import Work

# an upload takes ten minutes at most, so what is a day old is finished or forgotten
AGE: Final = timedelta(days=1)
BATCH: Final = 1_000


async def orphans(work: Work, store: Store, age: timedelta = AGE) -> int:
    """Delete files older than `age` to which no document refers; as the engine. Returns how many.

    A rolled back or killed upload leaves one, and so does a deletion that was killed after its commit.
    """
    blobs = await store.older(work.at - age, BATCH)
    kept = await queries.referenced(work, blobs) if blobs else frozenset()
    gone = [blob for blob in blobs if blob not in kept]
    for blob in gone:
        await store.delete(blob)
    return len(gone)


async def forgotten(work: Work, age: timedelta = AGE) -> int:
    """Delete documents without content that are older than `age`; as the engine. Returns how many."""
    return await queries.forget_awaiting(work, age)
