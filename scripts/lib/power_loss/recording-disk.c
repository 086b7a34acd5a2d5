// recording-disk serve DIRECTORY IMAGE LOG    a file DIRECTORY/disk over FUSE with the bytes of IMAGE; each write and each flush goes into LOG
// recording-disk apply IMAGE LOG FROM TO SEED PERCENT    writes again what LOG has between these positions, each block with that chance
//
// A loop device over the file is a disk with a volatile cache of writes: what came before a flush is on it, of the rest any subset may be.
// A record of LOG is a struct record, with the bytes behind it.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/fuse.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum {
    MAX_WRITE = 1 << 20,
    BUFFER_BYTES = MAX_WRITE + (1 << 16),
    BLOCK_BYTES = 4096,
    ROOT = FUSE_ROOT_ID,
    DISK = 2,
    SECOND = 1000000000
};
enum kind { WRITTEN = 1, FLUSHED = 2 };

struct record {
    uint64_t kind, when, offset, length;
};

static const uint64_t ATTRIBUTE_SECONDS = 3600;

static int device, image;
static FILE *record_log;
static off_t image_bytes;
static char request[BUFFER_BYTES], data[BUFFER_BYTES];

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

static void keep_record(enum kind kind, uint64_t offset, const void *bytes, uint64_t length)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    struct record record = {kind, (uint64_t)now.tv_sec * SECOND + (uint64_t)now.tv_nsec, offset, length};
    if (fwrite(&record, sizeof record, 1, record_log) != 1 ||
        (length > 0 && fwrite(bytes, length, 1, record_log) != 1)) {
        fail("the log");
    }
}

static void reply(const struct fuse_in_header *to, int error, const void *bytes, size_t length)
{
    struct fuse_out_header head = {.len = (uint32_t)(sizeof head + length), .error = error, .unique = to->unique};
    struct iovec parts[] = {{&head, sizeof head}, {(void *)bytes, length}};
    if (writev(device, parts, length > 0 ? 2 : 1) < 0 && errno != ENOENT) {
        fail("an answer");
    }
}

static struct fuse_attr attributes(uint64_t node)
{
    struct fuse_attr attr = {.ino = node, .nlink = 1, .blksize = BLOCK_BYTES};
    attr.mode = node == ROOT ? S_IFDIR | 0700 : S_IFREG | 0600;
    attr.size = node == ROOT ? 0 : (uint64_t)image_bytes;
    return attr;
}

static void answer_init(const struct fuse_in_header *head, const struct fuse_init_in *in)
{
    struct fuse_init_out out = {
        .major = FUSE_KERNEL_VERSION, .minor = FUSE_KERNEL_MINOR_VERSION, .max_readahead = in->max_readahead};
    out.flags = in->flags & (FUSE_BIG_WRITES | FUSE_MAX_PAGES | FUSE_ASYNC_READ);
    out.max_write = MAX_WRITE;
    out.max_pages = MAX_WRITE / BLOCK_BYTES;
    out.max_background = 16;
    out.congestion_threshold = 12;
    reply(head, 0, &out, sizeof out);
}

static void answer_read(const struct fuse_in_header *head, const struct fuse_read_in *in)
{
    ssize_t got = pread(image, data, in->size < MAX_WRITE ? in->size : MAX_WRITE, (off_t)in->offset);
    reply(head, got < 0 ? -errno : 0, data, got < 0 ? 0 : (size_t)got);
}

static void answer_write(const struct fuse_in_header *head, const struct fuse_write_in *in)
{
    const char *bytes = (const char *)(in + 1);
    if (pwrite(image, bytes, in->size, (off_t)in->offset) != (ssize_t)in->size) {
        reply(head, -EIO, NULL, 0);
        return;
    }
    keep_record(WRITTEN, in->offset, bytes, in->size);
    struct fuse_write_out out = {.size = in->size};
    reply(head, 0, &out, sizeof out);
}

static void answer_lookup(const struct fuse_in_header *head, const char *name)
{
    if (strcmp(name, "disk") != 0) {
        reply(head, -ENOENT, NULL, 0);
        return;
    }
    struct fuse_entry_out out = {
        .nodeid = DISK, .entry_valid = ATTRIBUTE_SECONDS, .attr_valid = ATTRIBUTE_SECONDS, .attr = attributes(DISK)};
    reply(head, 0, &out, sizeof out);
}

static bool answer(const struct fuse_in_header *head)
{
    const void *in = head + 1;
    switch (head->opcode) {
    case FUSE_INIT:
        answer_init(head, in);
        break;
    case FUSE_LOOKUP:
        answer_lookup(head, in);
        break;
    case FUSE_GETATTR: {
        struct fuse_attr_out out = {.attr_valid = ATTRIBUTE_SECONDS, .attr = attributes(head->nodeid)};
        reply(head, 0, &out, sizeof out);
        break;
    }
    case FUSE_OPEN:
    case FUSE_OPENDIR: {
        struct fuse_open_out out = {.open_flags = head->opcode == FUSE_OPEN ? FOPEN_DIRECT_IO : 0};
        reply(head, 0, &out, sizeof out);
        break;
    }
    case FUSE_READ:
        answer_read(head, in);
        break;
    case FUSE_WRITE:
        answer_write(head, in);
        break;
    case FUSE_FSYNC:
        keep_record(FLUSHED, 0, NULL, 0);
        reply(head, 0, NULL, 0);
        break;
    case FUSE_STATFS: {
        struct fuse_statfs_out out = {.st = {.bsize = BLOCK_BYTES, .namelen = 255}};
        reply(head, 0, &out, sizeof out);
        break;
    }
    case FUSE_FLUSH:
    case FUSE_RELEASE:
    case FUSE_RELEASEDIR:
        reply(head, 0, NULL, 0);
        break;
    case FUSE_FORGET:
    case FUSE_BATCH_FORGET:
    case FUSE_INTERRUPT:
        break;
    case FUSE_DESTROY:
        reply(head, 0, NULL, 0);
        return false;
    default:
        reply(head, -ENOSYS, NULL, 0);
    }
    return true;
}

static void serve(const char *directory)
{
    device = open("/dev/fuse", O_RDWR | O_CLOEXEC);
    char options[128];
    snprintf(options, sizeof options, "fd=%d,rootmode=40000,user_id=0,group_id=0", device);
    if (device < 0 || mount("recording-disk", directory, "fuse", MS_NOSUID | MS_NODEV, options) != 0) {
        fail("FUSE");
    }
    puts("ready");
    fflush(stdout);
    bool open = true;
    while (open) {
        ssize_t got = read(device, request, sizeof request);
        if (got > 0) {
            open = answer((const struct fuse_in_header *)request);
        } else if (errno == ENODEV) {
            open = false;
        } else if (errno != EINTR && errno != ENOENT) {
            fail("a request");
        }
    }
    if (fclose(record_log) != 0) {
        fail("the log");
    }
}

static void apply(uint64_t from, uint64_t to, unsigned seed, int percent)
{
    srandom(seed);
    if (fseeko(record_log, (off_t)from, SEEK_SET) != 0) {
        fail("the log");
    }
    struct record record;
    while ((uint64_t)ftello(record_log) < to && fread(&record, sizeof record, 1, record_log) == 1) {
        if (record.length > sizeof data || (record.length > 0 && fread(data, record.length, 1, record_log) != 1)) {
            fail("the log is damaged");
        }
        for (uint64_t at = 0; at < record.length; at += BLOCK_BYTES) {
            size_t length = record.length - at < BLOCK_BYTES ? record.length - at : BLOCK_BYTES;
            if (random() % 100 < percent &&
                pwrite(image, data + at, length, (off_t)(record.offset + at)) != (ssize_t)length) {
                fail("the image");
            }
        }
    }
}

int main(int argc, char **argv)
{
    bool serving = argc == 5 && strcmp(argv[1], "serve") == 0;
    if (!serving && (argc != 8 || strcmp(argv[1], "apply") != 0)) {
        fprintf(stderr,
                "recording-disk serve DIRECTORY IMAGE LOG\nrecording-disk apply IMAGE LOG FROM TO SEED PERCENT\n");
        return 2;
    }
    char **files = argv + (serving ? 3 : 2);
    image = open(files[0], O_RDWR | O_CLOEXEC);
    record_log = fopen(files[1], serving ? "wbe" : "rbe");
    struct stat found;
    if (image < 0 || record_log == NULL || fstat(image, &found) != 0) {
        fail(files[0]);
    }
    image_bytes = found.st_size;
    if (serving) {
        serve(argv[2]);
    } else {
        apply(strtoull(argv[4], NULL, 10), strtoull(argv[5], NULL, 10), (unsigned)strtoul(argv[6], NULL, 10),
              atoi(argv[7]));
    }
    return 0;
}
