"""What the tests of profiles share: how one is made, and checks of it that return what is wrong as a list."""

import ctypes
import os
import platform
import shutil
import struct

from support import BUILD, Case

KERNELS = os.path.join(BUILD, "kernels")
ODD_PLUGINS = os.path.join(BUILD, "tests", "run")
SANITIZED = "ASSAY_TEST_SANITIZED" in os.environ
QUICK = ("profile", "--quiet", "--seed", "11", "-o")
FEW_SAMPLES = ("--precision", "50%")


class Profiling(Case):
    plugins = ()

    def bring(self, name, to=None, builds=True):
        """A plug-in with its builds, or without, in the test's own directory. Its path."""
        source = ODD_PLUGINS if name.startswith("profiled") else KERNELS
        target = os.path.join(self.plug, (to or name) + ".so")
        shutil.copy(os.path.join(source, name + ".so"), target)
        if builds:
            shutil.copytree(os.path.join(source, name + ".builds"), target[:-3] + ".builds")
        return target

    def profile(self, *words, status=0, **options):
        """assay profile of so many words: the document, which is valid."""
        few = () if "--cost" in words or "--no-samples" in words else FEW_SAMPLES
        budget = () if "--budget" in words else ("--budget", "2.5s")
        ended = self.assay(*QUICK, "p.json", *few, *budget, *words, **options)
        self.assertEqual(ended.status, status, ended)
        self.validate("p.json")
        return self.load("p.json")

    def only(self, document):
        self.assertEqual(len(document["profiles"]), 1, document["benchmarks"][0]["message"])
        return document["profiles"][0]


def function(profile, name):
    """The row of that name that was counted, or the only one there is."""
    found = [row for row in profile["functions"] if row["name"] == name]
    counted = [row for row in found if row["calls"] is not None]
    if len(counted or found) != 1:
        raise AssertionError("%d functions %s among %s" % (len(found), name, [row["name"] for row in profile["functions"]]))
    return (counted or found)[0]


def calls(profile):
    return {row["name"]: row["calls"] for row in profile["functions"] if row["calls"]}


def noted(profile, *parts):
    """Whether one note holds all parts."""
    return any(all(part in note for part in parts) for note in profile["notes"])


def unaccounted(profile, tolerance=0.05):
    """Whether the sampled shares, those outside functions and what is missing make one."""
    shares = [row["share"] for row in profile["functions"] if row["share"] is not None]
    whole = sum(shares)
    found = []
    if not shares:
        found.append("no function was sampled")
    elif abs(whole - 1) > tolerance:
        found.append("shares add up to %.3f" % whole)
    found += ["%s has a share of %s" % (row["name"], row["share"]) for row in profile["functions"]
              if row["share"] is not None and not 0 <= row["share"] <= 1.0001]
    return found


def portion(profile, name):
    """Its share of what functions took: whatever else the machine did meanwhile."""
    inside = sum(row["share"] or 0 for row in profile["functions"] if row["kind"] != "outside")
    return function(profile, name)["share"] / inside


def deny_sampling():
    """For a child before it becomes the program: the kernel refuses perf_event_open and timer_create with EPERM from now on
    (seccomp, as a container's profile does it)."""
    arch, numbers = {"x86_64": (0xC000003E, (298, 222)), "aarch64": (0xC00000B7, (241, 107))}[platform.machine()]
    load, jump_equal, give_back = 0x20, 0x15, 0x06
    allow, refuse = 0x7FFF0000, 0x00050000 | 1
    program = [(load, 0, 0, 4), (jump_equal, 1, 0, arch), (give_back, 0, 0, allow), (load, 0, 0, 0)]
    for index, number in enumerate(numbers):
        program.append((jump_equal, len(numbers) - index, 0, number))
    program += [(give_back, 0, 0, allow), (give_back, 0, 0, refuse)]
    code = b"".join(struct.pack("HBBI", *line) for line in program)
    buffer = ctypes.create_string_buffer(code)

    class Filter(ctypes.Structure):
        _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_void_p)]

    libc = ctypes.CDLL(None, use_errno=True)
    wanted = Filter(len(program), ctypes.addressof(buffer))
    no_new_privileges, set_seccomp, mode_filter = 38, 22, 2
    if libc.prctl(no_new_privileges, 1, 0, 0, 0) != 0 or libc.prctl(set_seccomp, mode_filter, ctypes.byref(wanted), 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "no seccomp filter")
