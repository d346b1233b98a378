/* Text from outside in GitHub-flavoured Markdown. What a forge makes of text after Markdown (mentions, issues, emoji) sees no
 * backslash, so that a zero-width space stands between what would be joined. */
#include "reports/markdown.h"

#include "reports/tools/timed.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define BREAK "\xe2\x80\x8b" /* zero-width space */

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* "name@host.tld" is an address, "@name" a person; "limit=10@cpython" is neither. */
static bool mentions(const char *begin, const char *at)
{
    const char *end = at + 1;
    while (is_word(*end) || *end == '-' || *end == '_') {
        end++;
    }
    return at == begin || !is_word(at[-1]) || *end == '.';
}

/* ":name:" of an emoji; ":30:" of a time of day is none. */
static bool is_shortcode(const char *at)
{
    size_t digits = strspn(at + 1, "0123456789");
    size_t length = strspn(at + 1, "abcdefghijklmnopqrstuvwxyz0123456789_+-");
    return (length > digits || digits > 2) && at[1 + length] == ':';
}

/* Whether a forge would join what ends here with what follows. */
static bool would_join(const char *begin, const char *at)
{
    switch (*at) {
    case '@': return mentions(begin, at);
    case '#': return is_digit(at[1]);
    case ':': return (at[1] == '/' && at[2] == '/') || is_shortcode(at);
    case '-': return is_digit(at[1]) && at - begin >= 2 && strncasecmp(at - 2, "gh", 2) == 0;
    case 'w':
    case 'W': return at - begin >= 2 && strncasecmp(at - 2, "www", 3) == 0 && at[1] == '.';
    default: return false;
    }
}

static const char *entity_of(char c)
{
    return c == '&' ? "&amp;" : c == '<' ? "&lt;" : c == '>' ? "&gt;" : c == '|' ? "&#124;" : NULL;
}

/* Inside a word '_' is no markup, and names are full of it. */
static bool is_markup(const char *begin, const char *at)
{
    bool inside = *at == '_' && at > begin && is_word(at[-1]) && is_word(at[1]);
    return *at && strchr("\\`*_[]~$#", *at) && !inside;
}

/* What begins a list or an underlined heading where it begins a line. */
static bool begins_block(const char *begin, const char *at)
{
    size_t digits = strspn(begin, "0123456789");
    return (at == begin && strchr("-+=", *at)) || (digits > 0 && at == begin + digits && strchr(".)", *at));
}

static void append(struct assay_text *out, const char *text, bool markdown, bool start)
{
    char *line = assay_one_line(text, ASSAY_MARKDOWN_TEXT_MOST);
    out->failed = out->failed || !line;
    for (const char *at = line; at && *at; at++) {
        const char *entity = entity_of(*at);
        if (entity) {
            assay_text_append(out, entity);
            continue;
        }
        if (markdown && (is_markup(line, at) || (start && begins_block(line, at)))) {
            assay_text_append_char(out, '\\');
        }
        assay_text_append_char(out, *at);
        assay_text_append(out, would_join(line, at) ? BREAK : "");
    }
    free(line);
}

void assay_markdown_text(struct assay_text *out, const char *text, bool start)
{
    append(out, text, true, start);
}

void assay_markdown_html(struct assay_text *out, const char *text)
{
    append(out, text, false, false);
}

void assay_markdown_code(struct assay_text *out, const char *text)
{
    if (!text || strpbrk(text, "`|")) {
        append(out, text, true, true);
        return;
    }
    char *line = assay_one_line(text, ASSAY_MARKDOWN_TEXT_MOST);
    out->failed = out->failed || !line;
    if (line && line[0]) {
        assay_text_append_char(out, '`');
        assay_text_append(out, line);
        assay_text_append_char(out, '`');
    }
    free(line);
}
