/* Text for people in columns: words wrapped with a hanging indent. */
#ifndef ASSAY_CLI_WRAP_H
#define ASSAY_CLI_WRAP_H

#include "base/text.h"

/* Appends the words of `words`, from column `column` on, breaking lines before column `width` and beginning each new
 * one with `indent` spaces; ends the line. A word wider than a line stands alone and sticks out. */
void assay_wrap(struct assay_text *text, const char *words, size_t column, size_t indent, size_t width);
/* Appends spaces. */
void assay_wrap_pad(struct assay_text *text, size_t count);

#endif
