#!/usr/bin/env python3
"""Known answers of the sequential test, from its formulas and nothing else; test_sequence.c holds what this prints."""
import numpy as np

d = np.array([31, -12, 57, 8, 110, 23, -41, 76, 12, 964, 38, 5, 49, -27, 83, 31, 66, -9, 44, 120, 17, -702, 52, 29, 71, 36]) / 1e4
lambdas = np.array([.15, .3, .5, .8, 1.2, 1.8, 2.7])
scale = [np.nan] * 6 + [1.4826 * np.median(abs(d[:k] - np.median(d[:k]))) for k in range(6, len(d))]


def evidence(theta, side, n=len(d)):
    psi = [.67 * np.sign(d[k] - theta) if k < 6 else min(2.5, max(-2.5, (d[k] - theta) / scale[k])) for k in range(n)]
    return np.mean([np.prod([2 / (1 + np.exp(-2 * bet * side * p)) for p in psi]) for bet in lambdas])


def edge(side, confidence, n):
    """The outermost theta on a fine grid that is not rejected: up to the grid's width from the truth."""
    grid = -side * np.linspace(-.1, .2, 300001)  # from far inside to far out
    low, high = 0, len(grid) - 1  # by halves: the evidence grows along the grid
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if evidence(grid[middle], side, n) >= 2 / (1 - confidence) else (middle, high)
    return grid[low]


print("scales", *(f"{s:.10g}" for s in scale[6:9]), f"{scale[-1]:.10g}")
for theta in (0, .002, .0049, .008):
    print(f"ln E at {theta}: up {np.log(evidence(theta, 1)):.10f} down {np.log(evidence(theta, -1)):.10f}")
for n in (13, 20, 26):
    for confidence in (.9, .99, .999):
        low, high = edge(1, confidence, n), edge(-1, confidence, n)
        print(f"n = {n}, {confidence}: [{low:.6f}, {high:.6f}]")
