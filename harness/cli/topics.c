/* What `assay help TOPIC` explains besides the commands. Text only. */
#include "cli/topics.h"

#include <stddef.h>

static const char names_text[] = "Names of benchmarks\n"
                                 "\n"
                                 "  [PATH.so:]KERNEL[:NAME=VALUE,...][@IMPLEMENTATION]\n"
                                 "\n"
                                 "  primes.trial                     a kernel with the defaults of its parameters\n"
                                 "  primes.trial:limit=1e6           a parameter; 1000000, 1e6, 1_000_000 are one\n"
                                 "  primes.below:bound=9@cpython     another implementation; without @ it is c\n"
                                 "  ./build/mine.so:mine             a plug-in from a file, found in no directory\n"
                                 "\n"
                                 "A value that holds , : = or @ is quoted with ' or \"; a quote inside is doubled:\n"
                                 "  'text:line=\"a,b\"' (the outer quotes are for the shell).\n"
                                 "\n"
                                 "-p NAME=VALUE[,VALUE...] sets a parameter of every benchmark named that has it;\n"
                                 "several values make one benchmark each, several -p every combination.\n"
                                 "\n"
                                 "assay list shows the kernels, their other names, and their parameters. An id, as\n"
                                 "in tables and documents, has the kernel's own name, every parameter in the order\n"
                                 "declared, and @IMPLEMENTATION unless that is c.\n"
                                 "\n"
                                 "The two sides of assay compare\n"
                                 "\n"
                                 "  primes.trial primes.listed          two benchmarks\n"
                                 "  old/p.so:primes.trial new/p.so      a kernel named on one side holds for both\n"
                                 "  old/p.so new/p.so                   all kernels that both have, paired by id\n"
                                 "  old/ new/                           the same for two directories\n"
                                 "  monday.json today.json              two documents, as they were measured\n"
                                 "  -- 'COMMAND1' -- 'COMMAND2'         two commands\n"
                                 "  p.c:primes.trial --toolchain gcc,clang\n"
                                 "                                      builds of one source\n";

static const char exit_text[] = "Exit status\n"
                                "\n"
                                "    0  all well, and no proven regression: faster, same, shifted and\n"
                                "       inconclusive are 0\n"
                                "    1  assay compare, assay track check: a proven regression; assay env check:\n"
                                "       something makes measuring here worthless; env check FILE, env diff: times\n"
                                "       of the two cannot be compared\n"
                                "    2  wrong usage, unreadable or invalid input, or an I/O error: nothing was\n"
                                "       measured, or not stored where it was wanted; one line says what\n"
                                "    3  some benchmark failed: a wrong answer, a crash, a time-out, ...; the\n"
                                "       others are complete. A benchmark that this machine cannot run counts only\n"
                                "       when it was named on the command line. assay compare: also two sides with\n"
                                "       different answers; assay import: a result that cannot be true\n"
                                "    4  --strict: a comparison is inconclusive; assay track bisect: no commit can\n"
                                "       be named\n"
                                "  130  interrupted (Ctrl-C, SIGTERM); what was measured is kept\n"
                                "\n"
                                "When several apply, 2 stands over 130, that over 3, that over 1, that over 4.\n";

static const char environment_text[] =
    "Environment variables\n"
    "\n"
    "  ASSAY_PATH       directories of plug-ins, separated by ':', searched first\n"
    "  ASSAY_PYTHON     interpreter of kernels @cpython, else /usr/bin/python3\n"
    "  ASSAY_STORE      the store of assay track, where --store names none\n"
    "  COLUMNS          width of tables and help, instead of the terminal's\n"
    "  FORCE_COLOR      colour also where there is no terminal (0: none)\n"
    "  NO_COLOR         no colour; FORCE_COLOR and --color stand over it\n"
    "  LC_ALL, LC_CTYPE, LANG\n"
    "                   a name with UTF-8 allows more than ASCII in tables\n"
    "  XDG_CACHE_HOME   descriptions of plug-ins and linked layouts are in its folder\n"
    "                   assay, or in ~/.cache/assay; to be deleted at any time\n"
    "  XDG_STATE_HOME   journals of runs are in its folder assay, or in\n"
    "                   ~/.local/state/assay\n";

const struct assay_topic assay_topics[] = {
    { "names", "how a benchmark is named", names_text },
    { "exit-status", "what the exit status says", exit_text },
    { "environment-variables", "what assay reads from the environment", environment_text },
    { NULL, NULL, NULL },
};
