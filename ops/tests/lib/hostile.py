"""What strangers send: heads, texts, and contents made from the API's own description."""

# Neither may ever stand in a log.
CANARY_PHONE = "15400000426"
CANARY_NAME = "金丝雀"
TEXTS = [
    "'; DROP TABLE linli.person; --", "\" OR \"1\"=\"1", "$1", "%s%n%00", "\\'; SELECT 1", "{{7*7}}",
    "\u0000", "a\u0000b", "\u0007", "\u202e邻里", "𠮷😀", "../../../../etc/passwd", "-1", "1e400",
    "NaN", "x" * 9000, CANARY_NAME, CANARY_PHONE, "",
]

HEAD = b"GET / HTTP/1.1\r\nHost: localhost\r\n"
MALFORMED = {
    "no host": b"GET / HTTP/1.1\r\n\r\n",
    "two hosts": HEAD + b"Host: localhost\r\n\r\n",
    "both framings": b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n"
                     b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "a smuggled request": b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: xchunked\r\n"
                          b"Content-Length: 4\r\n\r\nGET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "a broken chunk": b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
                      b"zz\r\nabc\r\n0\r\n\r\n",
    "a chunk without end": b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n"
                           b"\r\nffffffffffffffff\r\n" + b"a" * 70_000,
    "content with GET": HEAD + b"Content-Length: 1\r\n\r\nx",
    "bytes outside ASCII in the target": "GET /邻里 HTTP/1.1\r\nHost: localhost\r\n\r\n".encode(),
    "an absolute target": b"GET http://localhost/ HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(64),
    "a target past its limit": b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "a field past its limit": HEAD + b"X: " + b"a" * 9000 + b"\r\n\r\n",
    "a head past its limit": HEAD + (b"X: " + b"a" * 4000 + b"\r\n") * 20 + b"\r\n",
    "a head without end": HEAD + b"X: " + b"a" * 10_000_000,
    "too many fields": HEAD + b"X: 1\r\n" * 5000 + b"\r\n",
    "zeros": bytes(100_000),
    "frames of a WebSocket": b"\x81\x85\x00\x00\x00\x00hello\x88\x80\x00\x00\x00\x00",
}


def sample(schema, document):
    """A content that the schema allows."""
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[1]
        return sample(document["components"]["schemas"][name], document)
    if "enum" in schema:
        return schema["enum"][0]
    kind = schema.get("type")
    kind = kind[0] if isinstance(kind, list) else kind
    if kind == "object":
        return {name: sample(member, document)
                for name, member in schema.get("properties", {}).items()}
    if kind == "array":
        return [sample(schema["items"], document)]
    if kind == "string":
        return {"uuid": "019a0000-0000-7000-8000-000000000000",
                "date-time": "2099-01-01T00:00:00Z"}.get(schema.get("format"), "abc")
    return {"integer": 1, "number": 1, "boolean": True}.get(kind)


def replaced(value, text):
    """The value once for each of its leaves and names, that one replaced."""
    yield text
    if isinstance(value, dict):
        for name in value:
            for changed in replaced(value[name], text):
                yield {**value, name: changed}
        yield {**value, text: text}
    elif isinstance(value, list):
        for changed in replaced(value[0], text):
            yield [changed]
