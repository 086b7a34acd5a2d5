/* What a node may send that is none: the wrapper's decoder of frames under libFuzzer. Built with -fsanitize=fuzzer,address. */
#include <setjmp.h>
#include <signal.h>
#include <stdlib.h>

#include "../../main/c/codec.c"
#include "../../main/c/frame_io.c"
#include "../../main/c/node_process.c"

struct invocation invoked = {.silence_ms = 1};

static jmp_buf refused;

/* The wrapper would become the compiler. */
void fall_back(const char *why, ...)
{
    (void)why;
    longjmp(refused, 1);
}

void *get_memory(void *old, size_t size)
{
    void *memory = realloc(old, size);
    if (memory == NULL)
        fall_back("out of memory");
    return memory;
}

/* As the wrapper decodes the frames that it knows; an unknown one is passed over by its pieces. */
static void decode(struct frame frame)
{
    static char path[4096];
    struct payload payload;
    size_t length;
    switch (frame.type) {
    case STAT:
        payload = wire_payload(&frame);
        for (uint32_t left = take_u32(&payload); left > 0; left--)
            if (take_path(&payload, path, sizeof path) && strlen(path) >= sizeof path)
                abort();
        take_end(&payload);
        return;
    case READ:
    case LIST:
        payload = wire_payload(&frame);
        if (take_path(&payload, path, 16) && strlen(path) >= 16)
            abort();
        take_end(&payload);
        return;
    case RUN:
        payload = wire_payload(&frame);
        free(take_string(&payload));
        for (char **word = take_list(&payload); *word != NULL; word++)
            put_string(*word);
        free(take_string(&payload));
        take_list(&payload);
        take_u64(&payload);
        take_end(&payload);
        return;
    case OPEN:
        payload = wire_payload(&frame);
        take_path(&payload, path, sizeof path);
        take_u32(&payload);
        take_u8(&payload);
        take_end(&payload);
        return;
    default:
        while (wire_piece(&frame, &length) != NULL)
            if (length == 0 || length > PIECE)
                abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0)
        abort();
    /* What does not fit into the socket is left out. */
    if (send(pair[1], bytes, size, MSG_DONTWAIT | MSG_NOSIGNAL) < 0 && size > 0)
        size = 0;
    shutdown(pair[1], SHUT_WR);
    in_from = in_to = 0;
    frame_begin(STATS);
    wire_start(pair[0]);
    if (setjmp(refused) == 0)
        for (;;)
            decode(wire_next());
    wire_close();
    close(pair[1]);
    return 0;
}
