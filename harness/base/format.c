/* Numbers for people. Pure. */
#include "base/number.h"

#include <math.h>
#include <stdio.h>

/* 3 to 4 significant digits: 9.876, 98.76, 987.6, 9876. */
static void digits(char *buffer, size_t size, double value)
{
    double magnitude = fabs(value);
    int decimals = magnitude < 9.9995 ? 3 : magnitude < 99.995 ? 2 : magnitude < 999.95 ? 1 : 0;
    (void)snprintf(buffer, size, "%.*f", decimals, value);
}

const char *assay_format_ns(char buffer[32], double ns)
{
    static const char *const units[] = { "ns", "us", "ms", "s" };
    int unit = 0;
    while (unit < 3 && fabs(ns) >= 999.95) {
        ns /= 1000;
        unit++;
    }
    char number[24];
    digits(number, sizeof number, ns);
    (void)snprintf(buffer, 32, "%.20s %s", number, units[unit]);
    return buffer;
}

const char *assay_format_si(char buffer[32], double value, const char *unit)
{
    static const char *const prefixes[] = { "", "k", "M", "G", "T", "P" };
    int prefix = 0;
    while (prefix < 5 && fabs(value) >= 999.5) {
        value /= 1000;
        prefix++;
    }
    int decimals = fabs(value) < 9.995 ? 2 : fabs(value) < 99.95 ? 1 : 0;
    (void)snprintf(buffer, 32, "%.*f %s%.12s", decimals, value, prefixes[prefix], unit);
    return buffer;
}

const char *assay_format_size(char buffer[32], uint64_t bytes)
{
    static const char *const units[] = { "B", "KiB", "MiB", "GiB", "TiB", "PiB" };
    double value = (double)bytes;
    int unit = 0;
    while (unit < 5 && value >= 1024) {
        value /= 1024;
        unit++;
    }
    (void)snprintf(buffer, 32, value < 9.95 && unit > 0 ? "%.1f %s" : "%.0f %s", value, units[unit]);
    return buffer;
}

const char *assay_format_duration(char buffer[32], double seconds)
{
    if (seconds < 0.9995) {
        return assay_format_ns(buffer, seconds * 1e9);
    }
    if (seconds < 99.95) {
        (void)snprintf(buffer, 32, "%.1f s", seconds);
    } else if (seconds < 3600) {
        long whole = lround(seconds);
        (void)snprintf(buffer, 32, "%ld m %02ld s", whole / 60, whole % 60);
    } else {
        long minutes = lround(seconds / 60);
        (void)snprintf(buffer, 32, "%ld h %02ld m", minutes / 60, minutes % 60);
    }
    return buffer;
}
