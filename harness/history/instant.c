/* RFC 3339 to seconds. Knows no calendar but the Gregorian, and no time zone's name. */
#include "history/instant.h"

#include <stddef.h>

/* Reads what `shape` shows, 'd' for a digit, from *at on; the digits of each run become a number. */
static bool read_shape(const char **at, const char *shape, int *numbers)
{
    int number = -1;
    for (; *shape; shape++, (*at)++) {
        if (*shape != 'd' && **at != *shape) {
            return false;
        }
        if (*shape == 'd' && (**at < '0' || **at > '9')) {
            return false;
        }
        if (*shape == 'd') {
            number = (number < 0 ? 0 : number * 10) + (**at - '0');
        }
        if (number >= 0 && shape[1] != 'd') {
            *numbers++ = number;
            number = -1;
        }
    }
    return true;
}

/* Days from 1970-01-01 (Hinnant, "chrono-compatible low-level date algorithms", days_from_civil). */
static int64_t days_of(int year, int month, int day)
{
    int64_t from = year - (month <= 2);
    int64_t era = (from >= 0 ? from : from - 399) / 400;
    int64_t of_era = from - era * 400;
    int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static int days_in(int year, int month)
{
    static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return days[month - 1] + (month == 2 && leap);
}

/* Z, or an offset; nothing behind it. */
static bool read_offset(int64_t *offset, const char *at)
{
    int parts[2];
    char sign = *at;
    if (sign == 'Z' || sign == 'z') {
        *offset = 0;
        return at[1] == '\0';
    }
    if (sign != '+' && sign != '-') {
        return false;
    }
    at++;
    if (!read_shape(&at, "dd:dd", parts) || *at || parts[0] > 23 || parts[1] > 59) {
        return false;
    }
    *offset = (sign == '-' ? -60 : 60) * ((int64_t)parts[0] * 60 + parts[1]);
    return true;
}

bool assay_history_instant(int64_t *seconds, const char *date)
{
    int day[3], time[3];
    int64_t offset = 0;
    const char *at = date;
    if (!at || !read_shape(&at, "dddd-dd-dd", day) || (*at != 'T' && *at != 't' && *at != ' ')) {
        return false;
    }
    at++;
    if (!read_shape(&at, "dd:dd:dd", time)) {
        return false;
    }
    if (*at == '.') {
        const char *digits = ++at;
        while (*at >= '0' && *at <= '9') {
            at++;
        }
        if (at == digits) {
            return false;
        }
    }
    bool good = day[1] >= 1 && day[1] <= 12 && day[2] >= 1 && day[2] <= days_in(day[0], day[1]) && time[0] < 24 &&
                time[1] < 60 && time[2] <= 60; /* a leap second */
    if (!good || !read_offset(&offset, at)) {
        return false;
    }
    *seconds = days_of(day[0], day[1], day[2]) * 86400 + time[0] * 3600L + time[1] * 60L + time[2] - offset;
    return true;
}
