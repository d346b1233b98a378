#!/usr/bin/env python3
"""The numbers of tests/unit/test_profile_share.c, by numpy and scipy: python3 share.py"""
import numpy
from scipy import stats

part = numpy.array([30, 42, 35, 28, 40, 33.0])
whole = numpy.array([200, 210, 190, 205, 195, 200.0])
ratio = part.sum() / whole.sum()
rest = part - ratio * whole
error = rest.std(ddof=0) * numpy.sqrt(len(part) / (len(part) - 1)) / numpy.sqrt(len(part)) / whole.mean()
half = stats.t.ppf(0.975, len(part) - 1) * error
print("ratio", repr(ratio), repr(ratio - half), repr(ratio + half))
for hits, n in (0, 1000), (7, 1000), (29, 4800), (5, 5):
    low = stats.beta.ppf(0.025, hits, n - hits + 1) if hits else 0.0
    high = stats.beta.ppf(0.975, hits + 1, n - hits) if hits < n else 1.0
    print("few", hits, n, repr(float(low)), repr(float(high)))
