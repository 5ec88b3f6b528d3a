#!/usr/bin/env python3
"""Reads the QR codes of SVG files with zxing-cpp, and prints the text of each, a line of JSON.

    qr_peer.py FILE…

Draws what the file says itself: its size, and each rectangle of the dark path, eight pixels a module.
"""
import json
import re
import sys

import zxingcpp
import numpy

PIXELS = 8


def image(svg):
    side = int(re.search(r'viewBox="0 0 (\d+) \1"', svg).group(1))
    pixels = numpy.full((side, side), 255, numpy.uint8)
    for x, y, width in re.findall(r"M(\d+) (\d+)h(\d+)v1H\1z", svg):
        pixels[int(y), int(x):int(x) + int(width)] = 0
    return pixels.repeat(PIXELS, 0).repeat(PIXELS, 1)


def main():
    for path in sys.argv[1:]:
        with open(path, encoding="utf-8") as file:
            found = zxingcpp.read_barcodes(image(file.read()))
        if len(found) != 1:
            sys.exit(f"{path}: {len(found)} codes")
        print(json.dumps(found[0].bytes.decode("utf-8"), ensure_ascii=False))


if __name__ == "__main__":
    main()
