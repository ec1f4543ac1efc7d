#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A bad line between two network namespaces: loses, delays and shuffles packets.

    bad_line.py NAMESPACE ADDRESS/BITS NAMESPACE ADDRESS/BITS [--loss SHARE] [--burst PACKETS] [--delay MS]
                [--jitter MS] [--capture PREFIX]

Each end is a TUN device "line0" with that address; what goes in at one comes out at the other. Of each
direction SHARE (0.1: one in ten) is lost, so many packets in a row as a burst has in the mean (1: each for
itself); a packet takes the delay and, evenly spread, up to the jitter more, so that it may overtake others. The
seed is fixed: the same packets meet the same fate in each run. PREFIX-in.pcap gets what goes in, and
PREFIX-out.pcap what comes out. A line on standard input changes it ("loss 0.2 jitter 200"), and is said back
when it is so. Ends with its standard input. Says "up" when both ends are.
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


class Capture:
    """A pcap file of bare IP packets."""

    def __init__(self, path):
        self.file = open(path, "wb")
        self.file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 101))

    def add(self, packet):
        now = time.time()
        self.file.write(struct.pack("<IIII", int(now), int(now % 1 * 1e6), len(packet), len(packet)) + packet)
        self.file.flush()


class Line:
    """Both directions, with what is on its way."""

    def __init__(self, ends, options):
        self.ends = ends
        self.loss, self.burst, self.delay, self.jitter = options.loss, options.burst, options.delay, options.jitter
        self.captures = [Capture(f"{options.capture}-{word}.pcap") for word in ("in", "out") if options.capture]
        self.on_its_way = []
        self.count = 0
        self.luck = random.Random(1)
        self.is_losing = [False, False]

    def change(self, words):
        for name, value in zip(words[::2], words[1::2]):
            setattr(self, name, float(value))

    def take(self, end):
        try:
            packet = os.read(self.ends[end], 65535)
        except BlockingIOError:
            return
        if self.captures:
            self.captures[0].add(packet)
        if self.loses(end):
            return
        self.count += 1  # of two that are due together the first one goes first
        due = time.monotonic() + (self.delay + self.luck.random() * self.jitter) / 1000
        heapq.heappush(self.on_its_way, (due, self.count, 1 - end, packet))

    def loses(self, end):
        """Bursts begin so seldom and end so soon (Gilbert's model) that SHARE is what is lost."""
        if self.burst <= 1 or self.loss >= 1:
            self.is_losing[end] = self.luck.random() < self.loss
        elif self.luck.random() < (1 / self.burst if self.is_losing[end] else self.loss / (self.burst * (1 - self.loss))):
            self.is_losing[end] = not self.is_losing[end]
        return self.is_losing[end]

    def give(self):
        """What is due leaves; how long until the next one is."""
        while self.on_its_way and self.on_its_way[0][0] <= time.monotonic():
            _, _, end, packet = heapq.heappop(self.on_its_way)
            try:
                os.write(self.ends[end], packet)
            except OSError:
                continue  # a full queue: one more lost
            if self.captures:
                self.captures[1].add(packet)
        return max(0, self.on_its_way[0][0] - time.monotonic()) if self.on_its_way else None


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for end in ("a", "b"):
        parser.add_argument(f"namespace_{end}")
        parser.add_argument(f"address_{end}")
    parser.add_argument("--loss", type=float, default=0)
    parser.add_argument("--burst", type=float, default=1)
    parser.add_argument("--delay", type=float, default=0)
    parser.add_argument("--jitter", type=float, default=0)
    parser.add_argument("--capture")
    options = parser.parse_args()
    ends = [open_end(options.namespace_a, options.address_a), open_end(options.namespace_b, options.address_b)]
    line = Line(ends, options)
    print("up", flush=True)
    while True:
        wait = line.give()
        ready, _, _ = select.select([*ends, sys.stdin], [], [], wait)
        if sys.stdin in ready:
            words = sys.stdin.readline().split()
            if not words:
                return
            line.change(words)
            print(*words, flush=True)
        for number, end in enumerate(ends):
            if end in ready:
                line.take(number)


if __name__ == "__main__":
    main()
