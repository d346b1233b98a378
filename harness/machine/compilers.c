/* The group "compilers": which compilers the usual names in PATH lead to. Each is asked what it defines: the first line
 * of --version is worded by whoever packaged it. */
#include "machine/packages.h"
#include "machine/software.h"

#include "base/child.h"
#include "base/text.h"

#include <string.h>
#include <sys/wait.h>

#define TIMEOUT_S 20.0

void assay_machine_compilers(struct assay_facts *facts)
{
    static const struct {
        const char *program, *name, *language;
    } compilers[] = {
        { "cc", "cc", "c" },
        { "c++", "cxx", "c++" },
        { "gcc", "gcc", "c" },
        { "clang", "clang", "c" },
    };
    for (size_t i = 0; i < sizeof compilers / sizeof compilers[0]; i++) {
        const char *const argv[] = { compilers[i].program,  "-dM",       "-E", "-x",
                                     compilers[i].language, "/dev/null", NULL };
        struct assay_child_result result = { 0 };
        struct assay_error error = { 0 };
        char words[64];
        if (assay_child_run(&result, argv, TIMEOUT_S, &error) != 0) {
            assay_facts_none(facts, "compilers", compilers[i].name, error.text);
        } else if (WIFEXITED(result.status) && WEXITSTATUS(result.status) == 0 &&
                   assay_compiler_parse(words, sizeof words, result.out)) {
            assay_facts_text(facts, "compilers", compilers[i].name, words, "the macros that it defines");
        } else {
            assay_facts_none(facts, "compilers", compilers[i].name, "it does not say what it is");
        }
        assay_child_result_release(&result);
    }
}
