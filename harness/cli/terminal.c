/* What the place that we write to can show: width, colour, UTF-8. Prints nothing. */
#include "cli/terminal.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <unistd.h>

const char *const assay_color_choices[] = { "auto", "always", "never", NULL };

static const char *setting(const char *name)
{
    const char *text = getenv(name);
    return text && text[0] ? text : NULL;
}

static unsigned find_width(int descriptor)
{
    const char *text = setting("COLUMNS");
    if (text) {
        char *end;
        long columns = strtol(text, &end, 10);
        if (!*end && columns >= 1 && columns <= 10000) {
            return (unsigned)columns;
        }
    }
    struct winsize size;
    if (ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
        return size.ws_col;
    }
    return isatty(descriptor) ? 80 : 0;
}

static bool find_color(enum assay_color_choice choice, bool is_terminal)
{
    if (choice != ASSAY_COLOR_AUTO) {
        return choice == ASSAY_COLOR_ALWAYS;
    }
    const char *force = setting("FORCE_COLOR");
    if (force) {
        return strcmp(force, "0") != 0 && strcasecmp(force, "false") != 0;
    }
    return !setting("NO_COLOR") && is_terminal;
}

static bool find_unicode(void)
{
    static const char *const names[] = { "LC_ALL", "LC_CTYPE", "LANG" };
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        const char *locale = setting(names[i]);
        if (locale) {
            return strcasestr(locale, "UTF-8") || strcasestr(locale, "utf8");
        }
    }
    return false;
}

void assay_terminal_look(struct assay_terminal *terminal, int descriptor, enum assay_color_choice choice)
{
    const char *kind = setting("TERM");
    terminal->is_terminal = isatty(descriptor) && !(kind && strcmp(kind, "dumb") == 0);
    terminal->width = find_width(descriptor);
    terminal->color = find_color(choice, terminal->is_terminal);
    terminal->unicode = find_unicode();
}
