/* Runs `assay compare` on the plug-ins of two commits, and tells its document which commits they are. Judges nothing. */
#include "cli/track_compare.h"

#include "base/attend.h"
#include "base/text.h"
#include "cli/compare.h"
#include "cli/interrupt.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { OWN_WORDS = 8 };

static int no_memory(struct assay_error *error)
{
    return assay_fail(error, ASSAY_ENOMEM, "out of memory");
}

bool assay_track_is_margin(const char *text)
{
    double ignored;
    return assay_margin_parse(&ignored, text);
}

/* ---- the child ---- */

static char *document_path(void)
{
    const char *temporary = getenv("TMPDIR");
    char *path = assay_formatted("%s/assay-track-XXXXXX.json", temporary && temporary[0] ? temporary : "/tmp");
    int file = path ? mkostemps(path, (int)strlen(".json"), O_CLOEXEC) : -1;
    if (file < 0) {
        free(path);
        return NULL;
    }
    close(file);
    return path;
}

static const char **words_of(const struct assay_track_compare *compare, const char *path)
{
    size_t more = 0;
    while (compare->arguments && compare->arguments[more]) {
        more++;
    }
    const char *const own[OWN_WORDS] = { "/proc/self/exe", "compare", compare->base, compare->head, "--part", "-o", path, NULL };
    const char **words = calloc(OWN_WORDS + more + 1, sizeof *words);
    for (size_t i = 0; words && i < OWN_WORDS - 1; i++) {
        words[i] = own[i];
    }
    for (size_t i = 0; words && i < more; i++) {
        words[OWN_WORDS - 1 + i] = compare->arguments[i];
    }
    return words;
}

static int run(struct assay_document **document, int *status, const char *const *words, const char *path,
               struct assay_error *error)
{
    const struct assay_attended child = { .argv = words, .output = "/dev/null", .stop = &assay_interrupt_stop };
    int ended = 0;
    int code = assay_attend(&ended, &child, error);
    if (!code && WIFSIGNALED(ended)) {
        code = assay_fail(error, ASSAY_EIO, "assay compare was killed by signal %d", WTERMSIG(ended));
    }
    if (!code && WEXITSTATUS(ended) == ASSAY_EXIT_USAGE) {
        *document = NULL; /* it has said why */
    } else if (!code) {
        code = assay_document_load(document, path, error);
    }
    if (!code) {
        *status = WEXITSTATUS(ended);
    }
    return code;
}

int assay_track_compare(struct assay_document **document, int *status, const struct assay_track_compare *compare,
                        struct assay_error *error)
{
    char *path = document_path();
    if (!path) {
        return assay_fail_errno(error, errno, "cannot make a temporary file");
    }
    const char **words = words_of(compare, path);
    int code = words ? run(document, status, words, path, error) : no_memory(error);
    unlink(path);
    free(path);
    free(words);
    return code;
}

/* ---- its document ---- */

/* The text without every "PLACE/" in it: "0123456789ab/build/words.so". */
static void drop_place(char *text, const char *place)
{
    size_t length = strlen(place);
    for (char *at = text; at && (at = strstr(at, place));) {
        if (at[length] == '/') {
            memmove(at, at + length + 1, strlen(at + length + 1) + 1);
        } else {
            at += length;
        }
    }
}

/* "only in DIRECTORY: a, b" to "added by HEAD: a, b". */
static int say_side(char **warning, const char *plugins, const char *what, const struct assay_commit *head,
                    struct assay_error *error)
{
    static const char lead[] = "only in ";
    size_t length = strlen(plugins);
    const char *text = *warning + sizeof lead - 1;
    if (strncmp(*warning, lead, sizeof lead - 1) != 0 || strncmp(text, plugins, length) != 0 || text[length] != ':') {
        return 0;
    }
    char *said = assay_formatted("%s by %.12s%s", what, head->id, text + length);
    if (!said) {
        return no_memory(error);
    }
    free(*warning);
    *warning = said;
    return 0;
}

/* A child measures where we stand; what it measured is another commit's. */
static int set_commit(struct assay_document *document, const struct assay_track_sides *sides, struct assay_error *error)
{
    static const char source[] = "track check";
    struct assay_session *session = &document->sessions[0];
    const struct assay_commit *head = sides->head;
    const struct {
        const char *name, *text;
    } facts[] = { { "commit", head->id },
                  { "parent", head->parent },
                  { "author_date", head->author_date },
                  { "branch", head->branch } };
    for (size_t i = 0; i < sizeof facts / sizeof *facts; i++) {
        if (facts[i].text) {
            assay_facts_text(&session->environment, "git", facts[i].name, facts[i].text, source);
        } else {
            assay_facts_none(&session->environment, "git", facts[i].name, "git does not say");
        }
    }
    assay_facts_bool(&session->environment, "git", "dirty", false, source);
    char *command = assay_copy(sides->command);
    if (!command || session->environment.failed) {
        free(command);
        return no_memory(error);
    }
    free(session->command);
    session->command = command;
    return 0;
}

static const char *subject_of(const struct assay_commit *commit)
{
    return commit->subject && commit->subject[0] ? commit->subject : "no subject";
}

/* Beside a comparison that is alone; with several once, or every row would say it. */
static int say_commits(struct assay_document *document, const struct assay_commit *base, const struct assay_commit *head,
                       struct assay_error *error)
{
    char *said = assay_formatted("base is commit %.12s (%.80s), head is commit %.12s (%.80s)", base->id, subject_of(base), head->id,
                                 subject_of(head));
    bool right = said && (document->comparison_count == 1 ? assay_comparison_note(&document->comparisons[0], "%s", said)
                          : document->benchmark_count == 0 || document->comparison_count > 1
                              ? assay_document_warn(document, "%s", said)
                              : true);
    free(said);
    return right ? 0 : no_memory(error);
}

int assay_track_label(struct assay_document *document, const struct assay_track_sides *sides, struct assay_error *error)
{
    const struct assay_commit *base = sides->base, *head = sides->head;
    int code = set_commit(document, sides, error);
    for (size_t i = 0; i < document->warning_count && !code; i++) {
        code = say_side(&document->warnings[i], sides->head_plugins, "added", head, error);
        code = code ? code : say_side(&document->warnings[i], sides->base_plugins, "removed", head, error);
        drop_place(document->warnings[i], sides->place);
    }
    for (size_t i = 0; i < document->benchmark_count && !code; i++) {
        drop_place(document->benchmarks[i].plugin, sides->place);
        drop_place(document->benchmarks[i].message, sides->place);
    }
    for (size_t i = 0; i < document->comparison_count && !code; i++) {
        drop_place(document->comparisons[i].reason, sides->place);
    }
    return code ? code : say_commits(document, base, head, error);
}
