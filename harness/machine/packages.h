/* What dpkg and apt print, taken from text so that any machine's can be tried. Pure; internal to this folder and its
 * tests. `software` holds all installed packages, sorted, but for the first function, which fills it. */
#ifndef ASSAY_MACHINE_PACKAGES_H
#define ASSAY_MACHINE_PACKAGES_H

#include "base/software.h"

#include <stdbool.h>
#include <stddef.h>

/* What dpkg-query is asked with. */
#define ASSAY_PACKAGES_FORMAT "${db:Status-Abbrev}\t${Package}\t${Architecture}\t${Version}\n"
/* Lines of that format; what is not installed is passed over. `native`: "amd64". Sorts. */
void assay_packages_parse(struct assay_software *software, const char *text, const char *native);
/* `apt-mark showmanual`: a name or name:architecture a line. */
void assay_packages_mark_manual(struct assay_software *software, const char *text);
/* `dpkg-query -S`: "name, name:architecture: /path"; diversions are passed over. */
void assay_packages_mark_owners(struct assay_software *software, const char *text);
/* Those that belong to a toolchain by their name. */
void assay_packages_mark_known(struct assay_software *software);
/* `apt-cache policy` without names (which list is whose) and with names (which version stands in which list). A list is
 * the distribution's own if its origin is `distribution` in any case, and its component main (or any, but Debian's). */
void assay_packages_mark_archives(struct assay_software *software, const char *lists, const char *versions);
/* The value of KEY= in the text of /etc/os-release, without quotes; heap, NULL: none, or not a plain word. */
char *assay_os_release_word(const char *text, const char *key);
/* "GNU 12.2.0" of what a compiler defines; false: it does not say. */
bool assay_compiler_parse(char *words, size_t size, const char *macros);

#endif
