/* A line of text split into words the way a shell would, for commands that are started without one. Knows no command.
 */
#ifndef ASSAY_BASE_WORDS_H
#define ASSAY_BASE_WORDS_H

#include "base/error.h"

#include <stddef.h>

/* Blanks part words; 'x' is taken as it stands, in "x" a backslash quotes " \ $ and `, elsewhere it quotes any byte.
 * Words are never expanded: what a shell would act upon is a plain byte here. *words is a heap array of heap strings,
 * ended by NULL (assay_names_free); an empty line has no words. ASSAY_EINPUT: a quote that is not closed, a backslash
 * that nothing follows. */
int assay_words_split(char ***words, size_t *count, const char *line, struct assay_error *error);

#endif
