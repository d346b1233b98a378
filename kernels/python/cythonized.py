"""The kernels of another Python module, compiled by Cython: the file unchanged, as it stands.

usage: assay-worker.py --implementation cython cythonized.py MODULE.py

Names, parameters and expected answers are those of MODULE.py, read as plain Python; what is set up and timed is the compiled
module. It is built at the first setup into a cache, $XDG_CACHE_HOME/assay/cython/HASH: never beside the source, and anew
when the source or anything that compiles it changes. Without the compiled module there is no measurement: nothing here
falls back to plain Python.
"""

import contextlib
import fcntl
import hashlib
import importlib.util
import os
import re
import shutil
import sys
import sysconfig
import tempfile
import time

SOURCE = os.path.abspath(sys.argv[1])
NAME = os.path.splitext(os.path.basename(SOURCE))[0]
OPTIMIZE = ["-O2", "-fwrapv", "-DNDEBUG"]  # what Debian builds CPython's own modules with
STALE_S = 24 * 3600


def load(name, path):
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


# ---- what compiles ---------------------------------------------------------------------------------------------


def cython():
    return shutil.which("cython3")


def compiler():
    """The C compiler as a list of words: $CC, the one that Python was built with, or cc; None if there is none."""
    for words in (os.environ.get("CC"), sysconfig.get_config_var("CC"), "cc"):
        words = (words or "").split()
        program = shutil.which(words[0]) if words else None
        if program:
            return [program] + words[1:]
    return None


def unavailable():
    """What is missing, in words; None if all is there. Starts no process: it is asked whenever kernels are listed."""
    if sys.implementation.name != "cpython":
        return "needs CPython, this is %s" % sys.implementation.name
    if not cython():
        return "needs cython3, which is not installed (Debian: cython3)"
    if not compiler():
        return "needs a C compiler, and there is none (Debian: gcc)"
    header = os.path.join(sysconfig.get_path("include"), "Python.h")
    if not os.path.exists(header):
        return "needs %s, which is not there (Debian: python3-dev)" % header
    return None


def cython_version():
    """Of the program. Where it is a script of this very interpreter the package says it in a tenth of the time."""
    with open(cython(), "rb") as file:
        interpreter = file.readline(4096)[2:].strip().decode(errors="replace")
    if os.path.realpath(interpreter) == os.path.realpath(sys.executable):
        try:
            import Cython  # pylint: disable=import-outside-toplevel
            return Cython.__version__
        except ImportError:
            pass
    return run([cython(), "--version"]).strip().rpartition(" ")[2]


def stamp(path):
    """What changes when another build of a program takes its place."""
    path = os.path.realpath(path)
    status = os.stat(path)
    return "%s %d %d" % (path, status.st_size, status.st_mtime_ns)


def commands(directory):
    """The two commands of a build in `directory`, and the file that they make."""
    suffix = sysconfig.get_config_var("EXT_SUFFIX")
    c, module = os.path.join(directory, NAME + ".c"), os.path.join(directory, NAME + suffix)
    include = ["-I" + path for path in dict.fromkeys(map(sysconfig.get_path, ("include", "platinclude")))]
    return ([cython(), "-3", "-o", c, SOURCE],
            compiler() + OPTIMIZE + os.environ.get("CFLAGS", "").split() + ["-fPIC", "-shared"] + include + ["-o", module, c], module)


def identity():
    """The name of the folder of a build: of the source and all that turns it into a module."""
    with open(SOURCE, "rb") as file:
        parts = [file.read()]
    words = [cython_version(), stamp(cython()), sys.version, sysconfig.get_config_var("SOABI") or "", stamp(compiler()[0])]
    first, second, _ = commands("")
    parts += [word.encode() for word in words + first + second]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:32]


# ---- building --------------------------------------------------------------------------------------------------


def run(command, **options):
    """The standard output of a command; RuntimeError with the first line that says what is wrong."""
    import subprocess  # only where something is built: starting a worker shall not wait for it
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False,
                          env=dict(os.environ, LC_ALL="C"), **options)
    if done.returncode == 0:
        return done.stdout.decode(errors="replace")
    lines = [line.strip() for line in (done.stderr + b"\n" + done.stdout).decode(errors="replace").splitlines() if line.strip()]
    errors = [line for line in lines if "error:" in line] or [line for line in lines if re.search(r":\d+:\d+: ", line)]
    told = errors or lines or ["ended with status %d" % done.returncode]
    raise RuntimeError("%s: %s" % (os.path.basename(command[0]), told[0]))


def cache():
    """Where assay's own caches are; see harness/base/path.c."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    home = os.environ.get("HOME", "")
    if not base.startswith("/"):
        base = home + "/.cache" if home.startswith("/") else None
    return os.path.join(base + "/assay" if base else "/tmp/assay-%d" % os.getuid(), "cython")


def remove_stale(directory):
    """Builds that were killed leave their folders: those of yesterday are nobody's."""
    for name in os.listdir(directory):
        path = os.path.join(directory, name)
        if name.startswith("build-") and os.path.isdir(path) and os.path.getmtime(path) < time.time() - STALE_S:
            shutil.rmtree(path, ignore_errors=True)


def build():
    """The path of the compiled module, which is made if it is not there. Whoever comes while it is made waits for it. It is made
    in a folder of its own, and renamed to the place where all look: what is there is whole."""
    directory = os.path.join(cache(), identity())
    made = os.path.join(directory, os.path.basename(commands("")[2]))
    if os.path.exists(made):
        return made
    try:
        os.makedirs(directory, exist_ok=True)
        with open(os.path.join(directory, "lock"), "wb") as lock:
            with contextlib.suppress(OSError):  # a file system without locks: then both build
                fcntl.flock(lock, fcntl.LOCK_EX)
            if not os.path.exists(made):
                build_into(made)
                remove_stale(cache())
    except OSError as problem:
        raise RuntimeError("cannot write to the cache %s: %s" % (cache(), problem.strerror)) from None
    return made


def build_into(made):
    work = tempfile.mkdtemp(prefix="build-", dir=cache())
    try:
        to_c, to_module, module = commands(work)
        run(to_c, cwd=work)
        run(to_module, cwd=work)
        os.rename(module, made)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def compiled():
    """The compiled module; under its own name, which is in its symbol."""
    if NAME not in compiled.modules:
        path = build()
        try:
            compiled.modules[NAME] = load(NAME, path)
        except ImportError as problem:
            raise RuntimeError("%s; remove %s to have it built again" % (problem, os.path.dirname(path))) from None
    return compiled.modules[NAME]


compiled.modules = {}

# ---- what the worker reads --------------------------------------------------------------------------------------


def setup(place):
    return lambda arguments, seed: compiled().KERNELS[place]["setup"](arguments, seed)


def kernel(place, declared):
    missing = declared.get("unavailable")
    return dict(declared, setup=setup(place), unavailable=lambda: unavailable() or (missing() if missing else None))


def IMPLEMENTATION_VERSION():  # pylint: disable=invalid-name
    return "Cython " + cython_version() if unavailable() is None else None


KERNELS = [kernel(place, declared) for place, declared in enumerate(load("declarations", SOURCE).KERNELS)]
