"""Endpoints that misbehave: each verb that asks one ends in time, with what is wrong told."""

from __future__ import annotations

import contextlib
import gzip
import resource
import shutil
import socket
import ssl
import struct
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from barriergraph import connect
from barriergraph.errors import EndpointError

Command = Callable[..., tuple[int, str, str]]

JSON = b"HTTP/1.1 200 OK\r\nContent-Type: application/sparql-results+json\r\n"
ASK = b'{"head": {}, "boolean": true}'


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ([JSON + b"\r\n" + b"[" * 1_000_000], "its answer breaks off or is no SPARQL result"),
        ([JSON + b'\r\n{"head": ' + b'{"a": ' * 1_000_000], "its answer breaks off or is no"),
        ([JSON + b"\r\n\x00\xff" + bytes(1000)], "its answer breaks off or is no SPARQL result"),
        ([JSON + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(ASK)],
         "its answer is packed as gzip, which was not asked for"),
        ([JSON + b"Content-Length: 99999999999\r\n\r\n"], "its answer breaks off after 0 bytes"),
        ([b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 200 + b"\r\n"], "it does not speak HTTP as it"),
        ([b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html>"], "it answers with text/htm"),
    ],
    ids=["brackets", "braces", "bytes", "packed", "a huge length", "many headers", "a page"],
)  # fmt: skip
def test_an_answer_that_is_none_is_told(
    talking: Callable[..., str], answer: list[bytes], message: str
) -> None:
    url = talking(answer)

    with pytest.raises(EndpointError) as caught:
        connect(url, timeout=20).query("ASK {}")
    assert str(caught.value).startswith(f"{url}: {message}")


@pytest.mark.skipif(sys.platform != "linux", reason="memory is limited as Linux does it")
@pytest.mark.parametrize("length", [b"", b"Content-Length: 999999999999\r\n"])
def test_an_answer_without_end_fills_no_memory(talking: Callable[..., str], length: bytes) -> None:
    url = talking([JSON + length + b"\r\n", *[b" " * 2**20] * 2000])
    script = (
        "import sys, barriergraph, barriergraph.errors as errors\n"
        "try: barriergraph.connect(sys.argv[1], timeout=60).query('ASK {}')\n"
        "except errors.EndpointError as error: print(error)\n"
    )

    done = subprocess.run(
        [sys.executable, "-c", script, url], capture_output=True, encoding="utf-8", check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (2**30, 2**30)),
    )  # fmt: skip

    wrong = "its answer is longer than 268,435,456 bytes; ask for less of it"
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{url}: {wrong}\n", "")


@pytest.fixture
def resetting() -> Iterator[Callable[[bytes], str]]:
    """Starts what answers with some bytes and then resets the connection."""
    listeners = []

    def start(data: bytes) -> str:
        listener = socket.create_server(("127.0.0.1", 0))
        listeners.append(listener)

        def answer() -> None:
            with contextlib.suppress(OSError):
                while True:
                    client, _ = listener.accept()
                    client.recv(65536)
                    client.sendall(data)
                    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    client.close()

        threading.Thread(target=answer, daemon=True).start()
        return f"http://127.0.0.1:{listener.getsockname()[1]}/sparql"

    yield start
    for listener in listeners:
        with contextlib.suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()


@pytest.mark.parametrize("data", [b"", JSON, JSON + b"Content-Length: 29\r\n\r\n" + ASK[:9]])
def test_a_connection_that_is_reset_is_told(resetting: Callable[[bytes], str], data: bytes) -> None:
    url = resetting(data)

    with pytest.raises(EndpointError) as caught:
        connect(url, timeout=20).query("ASK {}")
    assert str(caught.value).lower().startswith(f"{url}: it cannot be reached: connection reset")


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl, which makes a key, is absent")
def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path: Path) -> None:
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost",
         "-keyout", "key.pem", "-out", "own.pem"],
        cwd=tmp_path, check=True, capture_output=True,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "own.pem", tmp_path / "key.pem")
    received: list[bytes] = []

    def answer(listener: socket.socket) -> None:
        with (
            contextlib.suppress(OSError),
            listener.accept()[0] as plain,
            context.wrap_socket(plain, server_side=True) as client,
        ):
            received.append(client.recv(65536))

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=answer, args=(listener,))
        thread.start()
        with pytest.raises(EndpointError, match=r"it cannot be reached: .*certificate"):
            connect(f"https://127.0.0.1:{listener.getsockname()[1]}/", timeout=20).query("ASK {}")
        thread.join()
    assert received == []


#: Every verb that asks an endpoint, and what it may meet there.
VERBS = {
    "run": ["run", "counts"],
    "sparql": ["sparql", "{query}"],
    "show": ["show", "domain:policing"],
    "doctor": ["doctor"],
    "push": ["push"],
    "check": ["check", "--no-reasoner"],
}
MET = {
    "a page": b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n<html>",
    "a part": JSON + b'Content-Length: 99\r\n\r\n{"head": ',
    "another table": JSON + b'\r\n{"head": {"vars": ["x"]}, "results": {"bindings": []}}',
}


@pytest.mark.parametrize("met", MET)
@pytest.mark.parametrize("verb", VERBS)
def test_each_verb_tells_what_it_met(
    verb: str,
    met: str,
    talking: Callable[..., str],
    tmp_path: Path,
    command: Command,
    unless_quick: Callable[[bool], None],
) -> None:
    unless_quick(met == "a part")
    (tmp_path / "query.rq").write_text("ASK {}")
    url = talking([MET[met]])

    words = [word.format(query=tmp_path / "query.rq") for word in VERBS[verb]]
    code, out, err = command(*words, "--endpoint", url)

    assert (code, out, "Traceback" in err) == (2, "", False), (out, err)
    assert err.startswith(f"barriergraph: {url}: ")
