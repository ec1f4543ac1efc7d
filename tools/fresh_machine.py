#!/usr/bin/env python3
"""Runs ./run on a fresh Debian: a new chroot, a clone of this tree, and what the kind of machine has.

    sudo tools/fresh_machine.py [--release 12|13] [--kind KIND] [--folder /var/tmp/dering-fresh] [--keep]

Kinds of machine:
    bare         nothing but the base system
    half-tests   half of what tests need, half of what building needs, and an older Boost and Node.js
    older-build  a build folder that an earlier commit configured elsewhere and half built
    no-ipv6      a kernel without IPv6: its sockets are refused by a seccomp filter

Measures how long the first start takes (10 minutes on two cores is the limit) and the second (15 s),
asks both addresses, presses Ctrl-C, and tries what goes wrong on real machines: ports in use, folders
that are no data folder, a broken configuration file, packages that cannot be installed. Uses the
network of this machine, its apt sources, certificates and npm settings; everything else comes from
debootstrap. Needs about 4 GB. The folder is removed at the end, but for the base system, which the next
run takes again; --keep leaves all. --ccache DIR lends the machine a compiler's cache, which makes the
first start short: its time is then no measurement.
"""
import argparse
import ctypes
import errno
import os
import pathlib
import platform
import pty
import re
import select
import shutil
import signal
import socket
import ssl
import struct
import subprocess
import sys
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent
FIRST_START, SECOND_START, STOP = 600, 15, 10  # seconds
FROM_THIS_MACHINE = ["/etc/resolv.conf", "/etc/hosts", "/etc/ssl/certs/ca-certificates.crt",
                     "/usr/etc/npmrc", str(pathlib.Path.home() / ".npmrc"), "/etc/npmrc"]
KEPT_VARIABLES = re.compile(r"_proxy$|_PROXY$|^SSL_CERT_FILE$|^NODE_EXTRA_CA_CERTS$|^npm_config_")

CODENAMES = {"12": "bookworm", "13": "trixie"}
SOURCES = pathlib.Path("/etc/apt/sources.list.d/debian.sources")
# What somebody who tried this and that has lying about.
HALF = ["libgtest-dev", "libbenchmark-dev", "libsrtp2-dev", "protobuf-compiler", "nodejs", "libboost-dev"]

failures = 0
checks = 0


def report(good, what):
    global failures, checks
    failures += not good
    checks += 1
    print(f"{'ok    ' if good else 'FAILED'}  {what}", flush=True)


def shell(*command, **options):
    return subprocess.run(command, check=True, **options)


def sources_of(release):
    """This machine's apt sources, for that release."""
    if not SOURCES.exists():
        sys.exit(f"fresh_machine: reads this machine's mirror from {SOURCES}, which is missing.")
    own = platform.freedesktop_os_release()["VERSION_CODENAME"]
    return SOURCES.read_text().replace(own, CODENAMES[release])


def make_base(folder, release):
    """The base system as a tar file, made once."""
    tar = folder / f"base-{release}.tar"
    if tar.exists():
        return tar
    if not shutil.which("debootstrap"):
        shell("apt-get", "install", "-y", "--no-install-recommends", "debootstrap", stdout=subprocess.DEVNULL)
    base = folder / f"base-{release}"
    mirror = re.search(r"^URIs: (\S+)", sources_of(release), re.MULTILINE)[1]
    shell("debootstrap", "--variant=minbase", "--include=ca-certificates", CODENAMES[release], base, mirror,
          stdout=subprocess.DEVNULL)
    shell("tar", "-cf", f"{tar}.part", "-C", base, ".")
    os.rename(f"{tar}.part", tar)
    shutil.rmtree(base)
    return tar


def make_machine(order):
    """Unpacks the base system, copies what names the network, and clones this tree into it."""
    machine = order.folder / f"machine-{order.release}-{order.kind}"
    if machine.exists():
        shutil.rmtree(machine)
    machine.mkdir(parents=True)
    shell("tar", "-xf", make_base(order.folder, order.release), "-C", machine)
    apt = pathlib.Path("/etc/apt")
    for path in [*map(pathlib.Path, FROM_THIS_MACHINE), *apt.glob("apt.conf.d/*proxy*"), *apt.glob("apt.conf.d/99*")]:
        if path.exists():
            copy = machine / str(path.resolve()).lstrip("/") if path.name != "resolv.conf" else machine / "etc/resolv.conf"
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy)
    (machine / str(SOURCES).lstrip("/")).write_text(sources_of(order.release))
    (machine / "etc/apt/sources.list").unlink(missing_ok=True)
    shell("git", "clone", "--quiet", "--no-hardlinks", ROOT, machine / "root/dering")
    os.chmod(machine / "root", 0o755)  # for the try as nobody
    return machine


def settings_inside():
    settings = [f"{k}={v}" for k, v in os.environ.items() if KEPT_VARIABLES.search(k)]
    return [*settings, "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root", "TERM=dumb", "LANG=C.UTF-8"]


def command_inside(machine, script, *words, user="root"):
    """The words of a command that runs a script in the machine."""
    cache = f"mount --bind {Run.ccache} {machine}/root/.cache/ccache && " if Run.ccache else ""
    inside = (f"mount -t proc proc {machine}/proc && mount --rbind /dev {machine}/dev && {cache}"
              f'exec chroot --userspec={user} {machine} /usr/bin/env -i "$@"')
    return ["unshare", "--mount", "sh", "-c", inside, "sh", *settings_inside(), "sh", "-c", script, *words]


def inside(machine, script):
    shell(*command_inside(machine, script), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)


def install(machine, packages):
    inside(machine, "apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y "
           f"--no-install-recommends {' '.join(packages)}")


def build_before(machine, older):
    """A build folder of another commit, of tests too, half built, in a folder that was moved since."""
    before = machine / "root/before"
    shell("git", "clone", "--quiet", "--no-hardlinks", ROOT, before)
    shell("git", "-C", before, "checkout", "--quiet", older)
    lines = re.sub("#.*", "", (before / "tools/packages.txt").read_text()).splitlines()
    either = -1 if "-12-" in machine.name else 0  # of "libboost-dev (>= 1.81) | libboost1.81-dev"
    packages = [line.split("|")[either].split()[0] for line in lines if line.strip()]
    install(machine, [*packages, "libgtest-dev", "libgmock-dev"])
    inside(machine, "cd /root/before && cmake --preset release && cmake --build build/release -j2 --target dering_sip_message")
    shutil.move(before / "build", machine / "root/dering/build")
    shutil.rmtree(before)
    inside(machine, "DEBIAN_FRONTEND=noninteractive apt-get -qq remove -y libgmock-dev")


def refuse_ipv6():
    """socket(AF_INET6) fails from here on, in this process and its children, as without IPv6 in the kernel."""
    number = {"x86_64": 41, "aarch64": 198}[platform.machine()]
    load, equal, give = 0x20, 0x15, 0x06  # BPF_LD|BPF_W|BPF_ABS, BPF_JMP|BPF_JEQ|BPF_K, BPF_RET|BPF_K
    code = [(load, 0, 0, 0), (equal, 0, 3, number), (load, 0, 0, 16), (equal, 0, 1, socket.AF_INET6),
            (give, 0, 0, 0x00050000 | errno.EAFNOSUPPORT), (give, 0, 0, 0x7FFF0000)]
    program = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *each) for each in code))
    head = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(code), ctypes.addressof(program)))
    if ctypes.CDLL(None, use_errno=True).prctl(22, 2, head, 0, 0) != 0:  # PR_SET_SECCOMP, SECCOMP_MODE_FILTER
        os._exit(70)


class Run:
    """A command in the machine, on a terminal of its own, as a person would start it."""

    ccache = None
    has_ipv6 = True

    def __init__(self, machine, *words, user="root"):
        self.machine, self.started, self.text = machine, time.monotonic(), ""
        command = command_inside(machine, 'cd /root/dering && exec ./run "$@"', "run", *words, user=user)
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            if not Run.has_ipv6:
                refuse_ipv6()
            os.execvp(command[0], command)
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
        return [line for line in lines if line and not re.match(r"(Installing|Fetching|Building|This removes)\b", line)]


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


def check_start(machine, ports, limit, what, *words):
    run = Run(machine, *options_for(ports), *words)
    took = run.read(until="is running", seconds=3 * limit + 60, show=limit == FIRST_START)
    report("is running" in run.text and took <= limit, f"{what}: running after {took:.0f} s (limit {limit} s)")
    if run.code is not None:
        sys.exit(f"fresh_machine: ./run ended with exit code {run.code}; the rest is of no use.")
    for url in (f"http://localhost:{ports[0]}/", f"https://localhost:{ports[1]}/"):
        status = answers(url)
        report(status == 200, f"{url} answers {status}")
    return run, took


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
    for name, sentence in (("dering.toml", None), ("thesis.odt", "holds thesis.odt")):
        (home / "new").mkdir(exist_ok=True)
        (home / "new" / name).write_text("")
        if sentence:
            check_refusal(machine, f"data folder with {name}", "--data", "new", *options_for(ports), expected=sentence)
        else:
            check_stop(machine, check_start(machine, ports, SECOND_START, f"data folder with {name}", "--data", "new")[0])
        shutil.rmtree(home / "new")
    (home / "broken.toml").write_text("[http]\nport = = 1\n")
    check_refusal(machine, "broken configuration", "--data", "new", "--config", "broken.toml",
                  expected=r"broken\.toml, line 2")
    report(not (home / "new").exists(), "  no data folder is left behind")
    shell("chroot", machine, "dpkg", "--remove", "--force-depends", "libargon2-dev", stdout=subprocess.DEVNULL)
    give = ["chroot", machine, "chown", "-R"]
    shell(*give, "nobody:nogroup", "/root/dering")  # else that it is root's would be said first
    check_refusal(machine, "missing package, not root", user="nobody:nogroup", expected=r"only root can.*: libargon2-dev")
    shell(*give, "root:root", "/root/dering")
    lists = machine / "etc/apt/sources.list.d"
    lists.rename(machine / "root/lists")
    (machine / "etc/apt/sources.list").write_text("deb http://localhost:9/debian stable main\n")
    check_refusal(machine, "missing package, no mirror", expected="could not be installed: libargon2-dev")


def options_of_this():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--release", choices=CODENAMES, default="13")
    options.add_argument("--kind", choices=("bare", "half-tests", "older-build", "no-ipv6"), default="bare")
    options.add_argument("--older", default="HEAD~20", help="the earlier commit of older-build")
    options.add_argument("--folder", type=pathlib.Path, default=pathlib.Path("/var/tmp/dering-fresh"))
    options.add_argument("--ccache", type=pathlib.Path)
    options.add_argument("--keep", action="store_true")
    return options.parse_args()


def main():
    order = options_of_this()
    if os.geteuid() != 0:
        sys.exit("fresh_machine: needs root, for debootstrap and chroot.")
    order.folder.mkdir(parents=True, exist_ok=True)
    machine = make_machine(order)
    if order.ccache:
        order.ccache.mkdir(parents=True, exist_ok=True)
        (machine / "root/.cache/ccache").mkdir(parents=True)
        Run.ccache = order.ccache.resolve()
    Run.has_ipv6 = order.kind != "no-ipv6"
    if order.kind == "half-tests":
        install(machine, HALF)
    if order.kind == "older-build":
        build_before(machine, subprocess.check_output(["git", "-C", ROOT, "rev-parse", order.older], text=True).strip())
    ports = free_ports()
    run, first = check_start(machine, ports, FIRST_START, "first start")
    check_stop(machine, run)
    run, second = check_start(machine, ports, SECOND_START, "second start")
    check_stop(machine, run)
    check_refusals(machine, ports)
    if not order.keep:
        shutil.rmtree(machine)
    lent = " (with a lent compiler's cache)" if order.ccache else ""
    print(f"Debian {order.release}, {order.kind}: first start {first:.0f} s{lent}, second {second:.1f} s, "
          f"{checks - failures} of {checks} checks good")
    return failures != 0


if __name__ == "__main__":
    sys.exit(main())
