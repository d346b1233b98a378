/* Refuses in words that the page does not have: for lint/refusals_goes_red. */
int refuse(void *error)
{
    return assay_fail(error, -1, "plug-in '%s' is green", "x.so");
}
