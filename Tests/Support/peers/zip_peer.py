#!/usr/bin/env python3
"""Reads a ZIP archive with Python's zipfile, and prints one JSON object: each file's name and text.

    zip_peer.py FILE

Tests every check-sum, and that each CSV file has the cells of the JSON file of its name.
"""
import csv
import io
import json
import pathlib
import sys
import zipfile


def cell(value):
    """What a spreadsheet shows of a value."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def unguarded(text):
    """A cell without the apostrophe before what looks like a formula."""
    rest = text.lstrip("'")
    return text[1:] if text.startswith("'") and rest[:1] in tuple("=+-@\t\r\n＝＋－＠") else text


def main():
    """Prints the files."""
    with zipfile.ZipFile(sys.argv[1]) as archive:
        assert archive.testzip() is None
        files = {}
        for info in archive.infolist():
            assert info.filename.isascii() or info.flag_bits & 0x800, info.filename
            files[info.filename] = archive.read(info).decode("utf-8")
    for name, text in files.items():
        if not name.endswith(".csv"):
            continue
        rows = json.loads(files["数据 json/" + pathlib.PurePath(name).stem + ".json"])
        names, *cells = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
        assert names == list(rows[0]), name
        assert [[unguarded(c) for c in r] for r in cells] == [
            [cell(v) for v in row.values()] for row in rows], name
    json.dump(files, sys.stdout)


if __name__ == "__main__":
    main()
