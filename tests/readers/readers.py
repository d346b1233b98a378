"""What the readers share: a profile in a format, and checks that are seen to go red."""
import os
import subprocess
import sys

# Names and sums of tests/unit/known_profiles.h, added up by hand.
TRIAL, FIB, OTHER = "/src/trial.c", "/src/fib.c", "/src/other;odd name.c"


def written(kind, form):
    """The bytes that assay writes for a kind of profile in a format."""
    return subprocess.run([os.environ["WRITE_PROFILES"], kind, form], check=True, stdout=subprocess.PIPE).stdout


def refusal(kind, form):
    """What assay says when it does not write it."""
    done = subprocess.run([os.environ["WRITE_PROFILES"], kind, form], check=False, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True)
    assert done.returncode == 1 and not done.stdout, done
    return done.stderr.strip()


def same(found, want, what=""):
    if found != want:
        raise AssertionError(f"{what}: found {found!r}, want {want!r}")


def goes_red(check, data, why):
    """A check that passes on broken data is none."""
    try:
        check(data)
    except Exception as error:  # whatever the reader says of it
        print(f"red, as it must be: {why}: {type(error).__name__}: {str(error)[:90]}")
        return
    sys.exit(f"passed on broken data: {why}")
