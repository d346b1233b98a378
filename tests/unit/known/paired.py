#!/usr/bin/env python3
"""Known answers of paired descriptions from scipy and numpy; test_paired.c and test_many.c hold what this prints."""
import itertools

import numpy as np
from scipy import optimize, stats

x = np.array([31, -12, 57, 8, 110, 23, -41, 76, 12, 964, 38, 5]) / 1e4
walsh = np.sort([(a + b) / 2 for a, b in itertools.combinations_with_replacement(x, 2)])
print(f"Hodges-Lehmann {np.median(walsh):.10g}")
for confidence in (.9, .95, .99, .999):
    # the exact test, inverted: the averages whose shift scipy.stats.wilcoxon does not reject
    kept = [w for w in walsh if stats.wilcoxon(x - w - 1e-9, mode="exact").pvalue > 1 - confidence
            or stats.wilcoxon(x - w + 1e-9, mode="exact").pvalue > 1 - confidence]
    print(confidence, f"[{min(kept):.10g}, {max(kept):.10g}]", len(kept))
y = 1e-3 * np.sin(np.arange(100) ** 2)
walsh = np.sort([(a + b) / 2 for a, b in itertools.combinations_with_replacement(y, 2)])
k = int(np.floor(5050 / 2 + stats.norm.ppf(.025) * np.sqrt(100 * 101 * 201 / 24) + .5))
print(f"100 values {np.median(walsh):.10g} [{walsh[k - 1]:.10g}, {walsh[-k]:.10g}] k {k}")
z = x[:7]
# t.ppf(.975, 6) of scipy 1.10 is 2e-9 off: the root of its cdf instead
t975 = optimize.brentq(lambda q: stats.t.cdf(q, 6) - .975, 2, 3, xtol=1e-15)
half = t975 * z.std(ddof=1) / np.sqrt(7)
print(f"seven layouts {z.mean():.10g} [{z.mean() - half:.10g}, {z.mean() + half:.10g}]")
tied = np.array([3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8])
r = stats.rankdata(tied) - stats.rankdata(tied).mean()
print(f"ranks' autocorrelation {np.sum(r[1:] * r[:-1]) / np.sum(r * r):.10g}")
t = stats.kendalltau(np.arange(12), x, method="asymptotic")
print(f"tau {t.correlation:.10g}, S {t.correlation * 66:.4g}")
s = round(t.correlation * 66)
print(f"Mann-Kendall p {2 * stats.norm.sf((abs(s) - 1) / np.sqrt(12 * 11 * 29 / 18)):.10g}")
for halves in (x.reshape(6, 2), np.sort(x)[:10].reshape(5, 2)):
    f = stats.f_oneway(*halves).statistic
    print(f"between share {max(0, f - 1) / (f + 1):.10g} from F {f:.6g}")
print(f"spread {1.4826 * stats.median_abs_deviation(x):.10g}")
for hits, n, confidence in ((0, 2996, .9), (1, 4744, .9), (42, 60000, .95), (7, 10, .95), (10, 10, .95)):
    c = stats.binomtest(hits, n).proportion_ci(confidence, method="wilson")
    print(hits, n, confidence, f"[{c.low:.10g}, {c.high:.10g}]")
