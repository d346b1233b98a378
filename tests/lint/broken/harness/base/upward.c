#include "cli/command.h"
int upward(void);
