"""Documents that wait for the scanner: one at a time, under a lease, outside any transaction. For the worker.

A scanner that cannot say leaves the document pending; it is asked again when the lease has passed.
"""

from datetime import timedelta
from typing import Final

import structlog

from market.alerts import service as notices
from market.alerts.codes import Code
from market.documents import queries, service
from market.documents.scanner import ScanFailedError, Scanner
from market.documents.store import ContentGoneError, Store
from market.documents.structs import DocumentState
from specs.kit.tenancy import Database, Role

LEASE: Final = timedelta(minutes=2)
log = structlog.get_logger(__name__)


async def scan_next(database: Database, store: Store, scanner: Scanner, lease: timedelta = LEASE) -> bool:
    """Scan the document that waits longest; False where none is due. What is infected is deleted from the store."""
    async with database.work(None, role=Role.ENGINE) as work:
        row = await queries.due(work, lease)
    if row is None:
        return False
    try:
        clean = await scanner.clean(await store.open(row["blob"]))
    except (ScanFailedError, ContentGoneError) as error:
        log.warning("document.not_scanned", document=str(row["id"]), error=type(error).__name__, why=str(error))
        return True
    state = DocumentState.READY if clean else DocumentState.INFECTED
    async with database.work(None, role=Role.ENGINE) as work:
        found = await queries.scanned(work, row, state) and not clean
        if found:
            about = service.KIND, row["id"]
            await notices.tell(work, row["tenant_id"], Code.DOCUMENT_INFECTED, {"name": row["name"]}, *about)
    if found:
        log.warning("document.infected", document=str(row["id"]))
        for blob in filter(None, (row["blob"], row["bare_blob"])):
            await store.delete(blob)
    return True
