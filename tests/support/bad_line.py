#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A bad line between two network namespaces: loses, delays and shuffles packets.

    bad_line.py NAMESPACE ADDRESS/BITS NAMESPACE ADDRESS/BITS [--loss SHARE] [--delay MS] [--jitter MS]

Each end is a TUN device "line0" with that address; what goes in at one comes out at the other. Of each
direction SHARE (0.1: one in ten) is lost; a packet takes the delay and, evenly spread, up to the jitter more, so
that it may overtake others. The seed is fixed: the same packets meet the same fate in each run. A line on
standard input changes it ("loss 0.2 jitter 200"). Ends with its standard input. Says "up" when both ends are.
"""
import argparse
import ctypes
import fcntl
import heapq
import os
import random
import select
import struct
import subprocess
import sys
import time

TUNSETIFF, IFF_TUN, IFF_NO_PI, CLONE_NEWNET = 0x400454CA, 1, 0x1000, 0x40000000
DEVICE = "line0"
libc = ctypes.CDLL(None, use_errno=True)


def open_end(namespace, address):
    """The TUN device of that namespace, which is up and has the address."""
    with open(f"/var/run/netns/{namespace}") as handle:
        if libc.setns(handle.fileno(), CLONE_NEWNET) != 0:
            sys.exit(f"bad_line: no network namespace {namespace}: {os.strerror(ctypes.get_errno())}")
    tun = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(tun, TUNSETIFF, struct.pack("16sH", DEVICE.encode(), IFF_TUN | IFF_NO_PI))
    for words in (f"addr add {address} dev {DEVICE}", f"link set {DEVICE} up mtu 1500"):
        subprocess.run(["ip", *words.split()], check=True)
    return tun


class Line:
    """Both directions, with what is on its way."""

    def __init__(self, ends, loss, delay, jitter):
        self.ends, self.loss, self.delay, self.jitter = ends, loss, delay, jitter
        self.on_its_way = []
        self.count = 0
        self.luck = random.Random(1)

    def change(self, words):
        for name, value in zip(words[::2], words[1::2]):
            setattr(self, name, float(value))

    def take(self, end):
        try:
            packet = os.read(self.ends[end], 65535)
        except BlockingIOError:
            return
        if self.luck.random() < self.loss:
            return
        self.count += 1  # of two that are due together the first one goes first
        due = time.monotonic() + (self.delay + self.luck.random() * self.jitter) / 1000
        heapq.heappush(self.on_its_way, (due, self.count, 1 - end, packet))

    def give(self):
        """What is due leaves; how long until the next one is."""
        while self.on_its_way and self.on_its_way[0][0] <= time.monotonic():
            _, _, end, packet = heapq.heappop(self.on_its_way)
            try:
                os.write(self.ends[end], packet)
            except OSError:
                pass  # a full queue: one more lost
        return self.on_its_way[0][0] - time.monotonic() if self.on_its_way else None


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for end in ("a", "b"):
        parser.add_argument(f"namespace_{end}")
        parser.add_argument(f"address_{end}")
    parser.add_argument("--loss", type=float, default=0)
    parser.add_argument("--delay", type=float, default=0)
    parser.add_argument("--jitter", type=float, default=0)
    options = parser.parse_args()
    ends = [open_end(options.namespace_a, options.address_a), open_end(options.namespace_b, options.address_b)]
    line = Line(ends, options.loss, options.delay, options.jitter)
    print("up", flush=True)
    while True:
        wait = line.give()
        ready, _, _ = select.select([*ends, sys.stdin], [], [], wait)
        if sys.stdin in ready:
            words = sys.stdin.readline().split()
            if not words:
                return
            line.change(words)
        for number, end in enumerate(ends):
            if end in ready:
                line.take(number)


if __name__ == "__main__":
    main()
