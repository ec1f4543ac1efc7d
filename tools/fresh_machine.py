#!/usr/bin/env python3
"""Runs ./run on a fresh Debian 12: a new chroot, a clone of this tree, and nothing else.

    sudo tools/fresh_machine.py [--folder /var/tmp/dering-fresh] [--keep]

Measures how long the first start takes (10 minutes on two cores is the limit) and the second (15 s),
asks both addresses, presses Ctrl-C, and tries what goes wrong on real machines: ports in use, a broken
configuration file, packages that cannot be installed. Uses the network of this machine, its apt
sources, certificates and npm settings; everything else comes from debootstrap. Needs about 4 GB. The
folder is removed at the end, but for the base system, which the next run takes again; --keep leaves all.
"""
import argparse
import os
import pathlib
import pty
import re
import select
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent
FIRST_START, SECOND_START, STOP = 600, 15, 10  # seconds
FROM_THIS_MACHINE = ["/etc/resolv.conf", "/etc/hosts", "/etc/ssl/certs/ca-certificates.crt",
                     "/usr/etc/npmrc", str(pathlib.Path.home() / ".npmrc"), "/etc/npmrc"]
KEPT_VARIABLES = re.compile(r"_proxy$|_PROXY$|^SSL_CERT_FILE$|^NODE_EXTRA_CA_CERTS$|^npm_config_")

failures = 0


def report(good, what):
    global failures
    failures += not good
    print(f"{'ok    ' if good else 'FAILED'}  {what}", flush=True)


def shell(*command, **options):
    return subprocess.run(command, check=True, **options)


def make_base(folder):
    """The base system as a tar file, made once."""
    tar = folder / "base.tar"
    if tar.exists():
        return tar
    if not shutil.which("debootstrap"):
        shell("apt-get", "install", "-y", "--no-install-recommends", "debootstrap", stdout=subprocess.DEVNULL)
    base = folder / "base"
    shell("debootstrap", "--variant=minbase", "--include=ca-certificates", "bookworm", base,
          stdout=subprocess.DEVNULL)
    shell("tar", "-cf", f"{tar}.part", "-C", base, ".")
    os.rename(f"{tar}.part", tar)
    shutil.rmtree(base)
    return tar


def make_machine(folder):
    """Unpacks the base system, copies what names the network, and clones this tree into it."""
    machine = folder / "machine"
    if machine.exists():
        shutil.rmtree(machine)
    machine.mkdir(parents=True)
    shell("tar", "-xf", make_base(folder), "-C", machine)
    apt = pathlib.Path("/etc/apt")
    names = [*apt.glob("apt.conf.d/*proxy*"), *apt.glob("apt.conf.d/99*"), apt / "sources.list.d/debian.sources"]
    for path in [*map(pathlib.Path, FROM_THIS_MACHINE), *names]:
        if path.exists():
            copy = machine / str(path.resolve()).lstrip("/") if path.name != "resolv.conf" else machine / "etc/resolv.conf"
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy)
    if (machine / "etc/apt/sources.list.d/debian.sources").exists():
        (machine / "etc/apt/sources.list").unlink(missing_ok=True)
    shell("git", "clone", "--quiet", "--no-hardlinks", ROOT, machine / "root/dering")
    os.chmod(machine / "root", 0o755)  # for the try as nobody
    return machine


class Run:
    """A command in the machine, on a terminal of its own, as a person would start it."""

    def __init__(self, machine, *words, user="root"):
        self.machine, self.started, self.text = machine, time.monotonic(), ""
        inside = (f"mount -t proc proc {machine}/proc && mount --rbind /dev {machine}/dev && "
                  f'exec chroot --userspec={user} {machine} /usr/bin/env -i "$@"')
        settings = [f"{k}={v}" for k, v in os.environ.items() if KEPT_VARIABLES.search(k)]
        settings += ["PATH=/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root", "TERM=dumb", "LANG=C.UTF-8"]
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            os.execvp("unshare", ["unshare", "--mount", "sh", "-c", inside, "sh", *settings,
                                  "sh", "-c", 'cd /root/dering && exec ./run "$@"', "run", *words])
        self.code = None

    def read(self, until=None, seconds=60, show=False):
        """Reads until the pattern comes or the command ends; gives the seconds since its start."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and not (until and re.search(until, self.text)):
            if not select.select([self.terminal], [], [], 0.2)[0]:
                continue
            try:
                chunk = os.read(self.terminal, 65536).decode(errors="replace")
            except OSError:
                self.code = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
                break
            self.text += chunk
            if show:
                print(chunk.replace("\r\n", "\n"), end="", flush=True)
        return time.monotonic() - self.started

    def press_ctrl_c(self):
        os.write(self.terminal, b"\x03")
        pressed = time.monotonic()
        self.read(seconds=STOP + 20)
        return time.monotonic() - pressed

    def stop(self):
        if self.code is None:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)

    def complaint(self):
        """What is neither progress nor empty."""
        lines = re.split(r"[\r\n]+", self.text)
        return [line for line in lines if line and not re.match(r"(Installing|Fetching|Building)\b", line)]


def processes_of(machine):
    found = []
    for process in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            if os.readlink(process / "root").startswith(str(machine)):
                found.append(f"{process.name} {(process / 'comm').read_text().strip()}")
        except OSError:
            pass
    return found


def answers(url):
    trusting = ssl._create_unverified_context()
    try:
        with urllib.request.urlopen(url, timeout=5, context=trusting) as answer:
            return answer.status
    except OSError as error:
        return str(error)


def free_ports():
    sockets = [socket.socket(socket.AF_INET, kind) for kind in (1, 1, 1, 2)]
    for each in sockets:
        each.bind(("", 0))
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


def options_for(ports):
    names = ("--port", "--https-port", "--sip-port", "--media-port")
    return [word for name, port in zip(names, ports) for word in (name, str(port))]


def check_start(machine, ports, limit, what):
    run = Run(machine, *options_for(ports))
    took = run.read(until="is running", seconds=3 * limit + 60, show=limit == FIRST_START)
    report("is running" in run.text and took <= limit, f"{what}: running after {took:.0f} s (limit {limit} s)")
    if run.code is not None:
        sys.exit(f"fresh_machine: ./run ended with exit code {run.code}; the rest is of no use.")
    for url in (f"http://localhost:{ports[0]}/", f"https://localhost:{ports[1]}/"):
        status = answers(url)
        report(status == 200, f"{url} answers {status}")
    return run


def check_stop(machine, run):
    took = run.press_ctrl_c()
    run.stop()
    report(took <= STOP and run.code == 0, f"Ctrl-C: ended after {took:.1f} s with exit code {run.code}")
    left = processes_of(machine)
    report(not left, f"nothing is left running {left or ''}")


def check_refusal(machine, what, *words, expected, user="root"):
    run = Run(machine, *words, user=user)
    took = run.read(seconds=120)
    run.stop()
    complaint = run.complaint()
    good = run.code not in (0, None) and len(complaint) == 1 and re.search(expected, complaint[0])
    report(bool(good), f"{what}: exit code {run.code} after {took:.1f} s, {complaint}")
    left = processes_of(machine)
    report(not left, f"  nothing is left running {left or ''}")


def check_refusals(machine, ports):
    home = machine / "root/dering"
    for name, index, kind in (("http", 0, 1), ("https", 1, 1), ("sip", 2, 1), ("media", 3, 2)):
        with socket.socket(socket.AF_INET, kind) as taken:
            taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # connections of before fade away
            taken.bind(("", ports[index]))
            if kind == 1:
                taken.listen()
            check_refusal(machine, f"{name} port in use", "--data", "new", *options_for(ports),
                          expected=f"{ports[index]}.* in use")
        report(not (home / "new").exists(), "  no data folder is left behind")
        shutil.rmtree(home / "new", ignore_errors=True)
    (home / "broken.toml").write_text("[http]\nport = = 1\n")
    check_refusal(machine, "broken configuration", "--data", "new", "--config", "broken.toml",
                  expected=r"broken\.toml, line 2")
    report(not (home / "new").exists(), "  no data folder is left behind")
    shell("chroot", machine, "dpkg", "--remove", "--force-depends", "libargon2-dev", stdout=subprocess.DEVNULL)
    check_refusal(machine, "missing package, not root", user="nobody:nogroup", expected=r"only root can.*: libargon2-dev")
    lists = machine / "etc/apt/sources.list.d"
    lists.rename(machine / "root/lists")
    (machine / "etc/apt/sources.list").write_text("deb http://localhost:9/debian bookworm main\n")
    check_refusal(machine, "missing package, no mirror", expected="could not be installed: libargon2-dev")


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--folder", type=pathlib.Path, default=pathlib.Path("/var/tmp/dering-fresh"))
    options.add_argument("--keep", action="store_true")
    order = options.parse_args()
    if os.geteuid() != 0:
        sys.exit("fresh_machine: needs root, for debootstrap and chroot.")
    order.folder.mkdir(parents=True, exist_ok=True)
    machine = make_machine(order.folder)
    ports = free_ports()
    check_stop(machine, check_start(machine, ports, FIRST_START, "first start"))
    check_stop(machine, check_start(machine, ports, SECOND_START, "second start"))
    check_refusals(machine, ports)
    if not order.keep:
        shutil.rmtree(machine)
    print("all good" if failures == 0 else f"{failures} failed")
    return failures != 0


if __name__ == "__main__":
    sys.exit(main())
