/* Frozen: a shared object that is no plug-in. */
__attribute__((visibility("default"))) extern const int something_else;
const int something_else = 1;
