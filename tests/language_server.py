"""A YAML language server driven over stdio: what an editor would show of a rule file.

The server is the npm package yaml-language-server; `found()` looks for it in the environment variable
YAML_LANGUAGE_SERVER, on the path, and beside the project. Answers are awaited, never timed.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any


def found() -> list[str] | None:
    """The command of the server, None where it is not installed."""
    named = os.environ.get("YAML_LANGUAGE_SERVER") or shutil.which("yaml-language-server")
    if named is None:
        return None
    script = Path(named).resolve()
    node = shutil.which("node")
    if script.suffix == "" and node is None:
        return [str(script), "--stdio"]
    return [node or "node", str(script), "--stdio"] if node else None


class Editor:
    """One session: a schema for every *.yaml, documents given as text."""

    def __init__(self, command: list[str], schema: Path) -> None:
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        self._number = 0
        self._settings = {
            "yaml": {
                "schemas": {schema.resolve().as_uri(): "*.yaml"},
                "completion": True,
                "hover": True,
                "validate": True,
                "schemaStore": {"enable": False},
            }
        }
        self._diagnostics: dict[str, list[dict[str, Any]]] = {}
        capabilities = {
            "textDocument": {
                "completion": {"completionItem": {"snippetSupport": True, "documentationFormat": ["markdown"]}},
                "hover": {"contentFormat": ["markdown"]},
                "publishDiagnostics": {},
            },
            "workspace": {"configuration": True},
        }
        self._ask(
            "initialize", {"processId": os.getpid(), "rootUri": None, "capabilities": capabilities, "locale": "zh-cn"}
        )
        self._send("initialized", {})
        self._send("workspace/didChangeConfiguration", {"settings": self._settings})
        # it answers before it has read the schema: a wrong document shows when it has
        for _ in range(40):
            if self.diagnostics("check: nothing\n"):
                return
        raise AssertionError("the language server does not use the schema")

    def __enter__(self) -> Editor:
        return self

    def __exit__(self, *_: object) -> None:
        self._ask("shutdown", None)
        self._send("exit", None)
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(timeout=20)
        self._process.stdout.close()

    # --- what an editor asks ------------------------------------------------------------------------

    def open(self, text: str) -> tuple[str, int, int]:
        """Opens a document; the place of ‸ in it (line and character from 0) is taken out and given back."""
        at = text.find("‸")
        plain = text.replace("‸", "")
        self._number += 1
        uri = f"file:///rules/{self._number}.yaml"
        document = {"uri": uri, "languageId": "yaml", "version": 1, "text": plain}
        self._send("textDocument/didOpen", {"textDocument": document})
        before = plain[:at] if at >= 0 else ""
        return uri, before.count("\n"), len(before) - (before.rfind("\n") + 1)

    def completion(self, text: str) -> dict[str, str]:
        """label -> documentation of what is offered at ‸."""
        answer = self._ask("textDocument/completion", self._place(text))
        items = answer["items"] if isinstance(answer, dict) else answer or []
        return {item["label"]: _words(item.get("documentation")) for item in items}

    def hover(self, text: str) -> str:
        """What is shown over the word at ‸."""
        answer = self._ask("textDocument/hover", self._place(text))
        return _words(answer["contents"]) if answer else ""

    def diagnostics(self, text: str) -> list[tuple[int, str]]:
        """(line from 1, message) of every red underline."""
        uri, _, _ = self.open(text)
        while uri not in self._diagnostics:
            self._handle(self._receive())
        return [(d["range"]["start"]["line"] + 1, d["message"]) for d in self._diagnostics[uri]]

    def _place(self, text: str) -> dict[str, Any]:
        uri, line, character = self.open(text)
        return {"textDocument": {"uri": uri}, "position": {"line": line, "character": character}}

    # --- the wire -----------------------------------------------------------------------------------

    def _ask(self, method: str, params: Any) -> Any:
        self._number += 1
        number = self._number
        self._write({"jsonrpc": "2.0", "id": number, "method": method, "params": params})
        while True:
            message = self._receive()
            if message.get("id") == number and "method" not in message:
                assert "error" not in message, message
                return message.get("result")
            self._handle(message)

    def _send(self, method: str, params: Any) -> None:
        self._write({"jsonrpc": "2.0", "method": method, "params": params})

    def _handle(self, message: dict[str, Any]) -> None:
        """Notifications are kept, questions of the server answered."""
        if message.get("method") == "textDocument/publishDiagnostics":
            self._diagnostics[message["params"]["uri"]] = message["params"]["diagnostics"]
        elif "id" in message and "method" in message:
            result: Any = None
            if message["method"] == "workspace/configuration":
                asked = message["params"]["items"]
                result = [self._settings.get(item.get("section", ""), {}) for item in asked]
            self._write({"jsonrpc": "2.0", "id": message["id"], "result": result})

    def _write(self, message: dict[str, Any]) -> None:
        body = json.dumps(message, ensure_ascii=False).encode()
        assert self._process.stdin is not None
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self._process.stdin.flush()

    def _receive(self) -> dict[str, Any]:
        stream = self._process.stdout
        assert stream is not None
        length = 0
        while line := stream.readline().strip():
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        assert length, "the language server has gone"
        message: dict[str, Any] = json.loads(stream.read(length))
        return message


def _words(content: Any) -> str:
    if isinstance(content, list):
        return "\n".join(map(_words, content))
    return str(content.get("value", "")) if isinstance(content, dict) else str(content or "")
