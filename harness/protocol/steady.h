/* For processes whose instructions are counted: reading JSON takes memory in the same order every time. Otherwise
 * tables of members are filled in an order drawn at random, which shows in the work of a kernel that allocates after
 * them. */
#ifndef ASSAY_PROTOCOL_STEADY_H
#define ASSAY_PROTOCOL_STEADY_H

/* Once, before anything is read. Only where all requests come from one's own coordinator. */
void assay_protocol_make_steady(void);

#endif
