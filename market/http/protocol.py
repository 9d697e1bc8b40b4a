"""uvicorn's HTTP/1.1 over httptools, with an end to how long the head of a request may be.

httptools keeps a header until it is complete and uvicorn counts nothing, so anyone could fill the memory with a
single one, without a key.
"""

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from market.http.refusal import PROBLEM_TYPE, encoded, problem

# What the loop hands over at once may hold the end of one request and the head of the next; asyncio reads 256 KiB.
MAX_HEAD_BYTES = 320 * 1024


class BoundedProtocol(HttpToolsProtocol):
    """One connection. What is too long is answered as what is no HTTP: 400, and the connection is closed."""

    _in_head = True
    _head_bytes = 0

    def data_received(self, data: bytes) -> None:
        """Counts what came since the last complete head or body."""
        super().data_received(data)
        if not self._in_head:
            return
        self._head_bytes += len(data)
        if self._head_bytes > MAX_HEAD_BYTES and not self.transport.is_closing():
            self.logger.warning("The head of a request is too long.")
            self.send_400_response("The head of the request is too long.")

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - uvicorn's words, which are in the log
        """What cannot be parsed is refused as everything else is; whose language it is nobody knows."""
        body = encoded(problem("bad_request", {}, (), "en"))
        head = (
            f"content-type: {PROBLEM_TYPE}\r\ncontent-length: {len(body)}\r\ncache-control: no-store\r\n"
            "x-content-type-options: nosniff\r\nreferrer-policy: no-referrer\r\nconnection: close\r\n\r\n"
        )
        self.transport.write(STATUS_LINE[400] + head.encode() + body)
        self.transport.close()

    def on_headers_complete(self) -> None:
        """The head has ended."""
        self._in_head = False
        self._head_bytes = 0
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """The next head may begin."""
        self._in_head = True
        self._head_bytes = 0
        super().on_message_complete()
