/* What the place that we write to can show: width, colour, UTF-8. Prints nothing. */
#ifndef ASSAY_CLI_TERMINAL_H
#define ASSAY_CLI_TERMINAL_H

#include <stdbool.h>

enum assay_color_choice { ASSAY_COLOR_AUTO, ASSAY_COLOR_ALWAYS, ASSAY_COLOR_NEVER };
extern const char *const assay_color_choices[]; /* in the order of the enum; NULL-terminated */

struct assay_terminal {
    bool is_terminal; /* and not a dumb one */
    unsigned width;   /* columns; 0: not known, as wide as needed */
    bool color;
    bool unicode;
};

/* Looks at a descriptor and at COLUMNS, FORCE_COLOR, NO_COLOR, TERM, LC_ALL, LC_CTYPE and LANG. `choice` (--color)
 * stands over FORCE_COLOR, that over NO_COLOR, that over the terminal. */
void assay_terminal_look(struct assay_terminal *terminal, int descriptor, enum assay_color_choice choice);

#endif
