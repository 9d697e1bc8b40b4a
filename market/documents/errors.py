"""Refusals about documents."""

from specs.kit.errors import Refusal


class DocumentUploaded(Refusal):
    code, title = "document_uploaded", "A document is uploaded once and does not change"


class DocumentInUse(Refusal):
    code, title = "document_in_use", "Something refers to the document"


class DocumentAwaiting(Refusal):
    code, title = "document_awaiting", "The document has no content yet"


class DocumentNotScanned(Refusal):
    code, title = "document_not_scanned", "The document has not been scanned yet"


class DocumentInfected(Refusal):
    code, title = "document_infected", "The scanner found something in the document"


class NamesNotOpen(Refusal):
    code, title = "names_not_open", "The document may name its owner, and names are not open yet"


class DocumentTooLarge(Refusal):
    code, title = "document_too_large", "The document is larger than documents may be"


class DocumentEmpty(Refusal):
    code, title = "document_empty", "The document has no bytes"


class ContentDiffers(Refusal):
    code, title = "content_differs", "The content is not of the declared media type"


class ContentActive(Refusal):
    code, title = "content_active", "The document carries a program"


class ContentHidden(Refusal):
    code, title = "content_hidden", "A second file hides in the document"


class DigestMismatch(Refusal):
    code, title = "digest_mismatch", "The content is not what its digest says"


class DocumentQuota(Refusal):
    code, title = "document_quota", "The organisation's documents are as large as they may be"


class UploadTimedOut(Refusal):
    code, title = "upload_timed_out", "The upload took too long"


class DocumentsUnset(Refusal):
    code, title = "documents_unset", "This installation has no place for documents"
