/* What the commands env export, diff and check share: environments of this machine and out of files, and what they say of
 * them. Knows no command line. */
#ifndef ASSAY_CLI_ENV_H
#define ASSAY_CLI_ENV_H

#include "base/error.h"
#include "base/text.h"
#include "cli/option.h"
#include "result/environment.h"

#include <stdbool.h>

/* This machine: its facts, and what is installed on it. Packages that `like` names (NULL: nothing) are looked for too. Takes
 * seconds. */
int assay_env_gather(struct assay_environment *out, const struct assay_environment *like, struct assay_error *error);
/* Out of a file: an exported environment, or the first session of a result document or of the one in a page. "-" is standard
 * input. ASSAY_EINPUT in one line: none of these. */
int assay_env_read(struct assay_environment *out, const char *path, struct assay_error *error);

/* The packages as lines NAME=VERSION for apt-get install. What cannot be had, and what apt does not install, stands in lines
 * that begin with '#'. ASSAY_EINPUT: the packages are not known. */
int assay_env_debian(struct assay_text *text, const struct assay_environment *environment, struct assay_error *error);
/* A Dockerfile that installs them, and the interpreters' own packages. ASSAY_EINPUT: likewise, or another distribution. */
int assay_env_dockerfile(struct assay_text *text, const struct assay_environment *environment, struct assay_error *error);

/* One comment line; what could end it becomes a blank. `begin` is "# ", "#   ". */
void assay_env_comment(struct assay_text *text, const char *begin, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* What the list and the Dockerfile begin with: whose packages these are, and what stands in neither. */
void assay_env_comment_head(struct assay_text *text, const struct assay_environment *environment, const char *format);
/* The interpreter, and each of its packages: what brings it, or why it cannot be had. */
void assay_env_comment_interpreter(struct assay_text *text, const struct assay_interpreter *interpreter);
/* Why the list cannot have that version of a package; NULL: it can. */
const char *assay_env_package_lack(const struct assay_package *package);
/* Why pip cannot install a package of an interpreter out of an index; NULL: it can. */
const char *assay_env_module_lack(const struct assay_module *module);

/* Two environments as they were given; the names are for people. */
struct assay_env_sides {
    const char *base_name, *head_name;
    const struct assay_environment *base, *head;
};
/* Appends every difference as text or JSON; *blocks: whether one is blocking. False: out of memory. */
bool assay_env_show(struct assay_text *text, bool *blocks, const struct assay_env_sides *sides, bool json, unsigned width,
                    bool unicode);
/* The same to where -o says; the exit status, 1 where one is blocking. (env_diff.c) */
int assay_env_print(const struct assay_env_sides *sides, const struct assay_option_value *output,
                    const struct assay_option_value *format);

#endif
