"""One copy, in a process that ends with it: `python -m market.documents.bare.child PARENT MEDIA_TYPE`.

The file comes on standard input, the copy goes to standard output. Exit status 3: no copy can be made. Before a byte
is read the process is bound: it dies with its parent, and its memory and its processor time have an end.
"""

import resource
import sys
from collections.abc import Callable
from typing import Final

from market.documents.bare.failures import NotBareError
from market.documents.bare.office import office
from market.documents.bare.pdf import pdf
from market.documents.bare.pictures import jpeg, png
from market.documents.structs import MediaType
from market.solving.child import bound

MEMORY: Final = 1_000_000_000
SECONDS: Final = 20
NO_COPY: Final = 3
BARE: Final[dict[MediaType, Callable[[bytes], bytes]]] = {
    MediaType.PDF: pdf,
    MediaType.PNG: png,
    MediaType.JPEG: jpeg,
    MediaType.XLSX: office,
    MediaType.DOCX: office,
}


def main() -> None:
    """Ends the process."""
    parent, media_type = int(sys.argv[1]), MediaType(sys.argv[2])
    bound(parent, MEMORY)
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    try:
        copy = BARE[media_type](sys.stdin.buffer.read())
    except (NotBareError, MemoryError):
        sys.exit(NO_COPY)
    sys.stdout.buffer.write(copy)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
