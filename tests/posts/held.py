"""A real network behind a door that a test can hold shut at one call, before it is passed on or after."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx


class Door:
    """Passes every call on to `upstream`; `hold` stops the next one whose path has a word in it."""

    def __init__(self, upstream: str) -> None:
        self.upstream = upstream
        self.reached = threading.Event()
        self._word = ""
        self._when = ""
        self._open = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    def __enter__(self) -> "Door":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.release()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def hold(self, word: str, when: str) -> None:
        """`when`: "before" the network hears the call, or "after" it has answered and we have not."""
        self.reached.clear()
        self._open.clear()
        self._word, self._when = word, when

    def release(self) -> None:
        self._word = ""
        self._open.set()

    def _stop(self, path: str, when: str) -> None:
        if self._word and self._word in path and self._when == when:
            self._word = ""
            self.reached.set()
            self._open.wait()

    def _handler(door):  # noqa: N805 - the handler's own self is another
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def pass_on(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length") or 0))
                door._stop(self.path, "before")
                kept = ("authorization", "content-type")
                headers = {name: self.headers[name] for name in kept if self.headers.get(name)}
                answer = httpx.request(
                    self.command, door.upstream + self.path, content=body, headers=headers, timeout=30
                )
                door._stop(self.path, "after")
                # An identity document names the account's server: here that is this door.
                content = answer.content.replace(door.upstream.encode(), door.url.encode())
                try:
                    self.send_response(answer.status_code)
                    self.send_header("content-type", answer.headers.get("content-type", "application/json"))
                    self.send_header("content-length", str(len(content)))
                    self.end_headers()
                    self.wfile.write(content)
                except OSError:
                    self.close_connection = True  # who asked was killed

            do_GET = do_POST = pass_on  # noqa: N815 - the names that http.server calls

            def log_message(self, *_: object) -> None:
                pass

        return Handler
