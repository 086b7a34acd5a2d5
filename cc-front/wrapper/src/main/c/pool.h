/* The tokens of a jobserver that follows a width: docs/building.md. */
#ifndef FLOE_POOL_H
#define FLOE_POOL_H

/* How clients reach the tokens: through two inherited descriptors, or through the path of a fifo. */
enum pool_style { POOL_PIPE, POOL_FIFO };

/* An empty pool. Returns an errno. */
int pool_open(enum pool_style style);

/*
 * The words of MAKEFLAGS that lead to it, valid until the next call; for POOL_PIPE with the descriptors that the
 * command inherits.
 */
const char *pool_words(void);

/* How many tokens there shall be. Those that clients hold are taken out when they come back. */
void pool_resize(int tokens);

/* A descriptor that is readable when there may be something to collect; -1 while there cannot be. */
int pool_descriptor(void);

/* Looks at tokens that have come back: surplus ones are taken out. */
void pool_collect(void);

/*
 * Replaces tokens that were lost with a client that was killed. `most_held` is how many tokens the processes of the
 * build can hold at most; what is missing beyond that in two calls in a row is lost.
 */
void pool_restore(int most_held);

/* Tokens that clients hold now, as far as known. */
int pool_held(void);

/* All tokens that were replaced. */
int pool_restored(void);

void pool_close(void);

#endif
