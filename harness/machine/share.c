/* Whether two processors share what a neighbour could take from the other: a core, a cache. */
#include "machine/machine.h"

#include "base/number.h"

#include <stdio.h>
#include <string.h>

enum { LISTED = 4096, CACHES = 16 };

/* Whether processor `b` is in the list of processors (such as "0-3,8") that the file holds. */
static bool lists(const char *path, int b)
{
    char text[512];
    bool set[LISTED];
    FILE *file = fopen(path, "re");
    bool read = file != NULL && fgets(text, sizeof text, file) != NULL;
    if (file != NULL) {
        fclose(file);
    }
    if (!read || b < 0 || b >= LISTED) {
        return false;
    }
    text[strcspn(text, "\n")] = '\0';
    return assay_parse_processors(text, set, LISTED) && set[b];
}

bool assay_machine_share(char *what, size_t size, int a, int b)
{
    char path[160];
    (void)snprintf(path, sizeof path, "/sys/devices/system/cpu/cpu%d/topology/thread_siblings_list", a);
    if (lists(path, b)) {
        (void)snprintf(what, size, "processors %d and %d are threads of one core", a, b);
        return true;
    }
    for (int i = CACHES - 1; i >= 0; i--) {
        int level = 0;
        (void)snprintf(path, sizeof path, "/sys/devices/system/cpu/cpu%d/cache/index%d/shared_cpu_list", a, i);
        if (!lists(path, b)) {
            continue;
        }
        (void)snprintf(path, sizeof path, "/sys/devices/system/cpu/cpu%d/cache/index%d/level", a, i);
        FILE *file = fopen(path, "re");
        if (file != NULL) {
            if (fscanf(file, "%d", &level) != 1) {
                level = 0;
            }
            fclose(file);
        }
        (void)snprintf(what, size, "processors %d and %d share their level %d cache", a, b, level);
        return true;
    }
    return false;
}
