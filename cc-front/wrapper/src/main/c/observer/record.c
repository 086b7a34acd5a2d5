/*
 * Writing records. A record's room is taken by one atomic addition; nobody else writes there. What was recorded before
 * by this program is not recorded again: a small table has the offsets of its records, found by a hash and compared
 * byte by byte. Two threads may miss each other's entry, which costs a second record and nothing more.
 *
 * A vfork child shares this memory with its parent. All that it writes is as true for the parent, except for its
 * working directory.
 */
#include "record.h"

#include "errors.h"
#include "system.h"

struct file {
    char magic[8];
    uint32_t capacity;
    uint32_t used;
    uint32_t full;
    uint32_t unused[11];
};

struct record {
    uint32_t head; /* length, kind and detail; what is written last */
    uint32_t image;
    uint32_t number;
    uint16_t first;
    uint16_t second;
    char text[];
};

enum { TABLE_SIZE = 8192, MOST_PROBES = 16, SEED = 2166136261U, PRIME = 16777619U };

static struct file *file;
static uint32_t image;
static uint32_t table[TABLE_SIZE];
static uint32_t queries_seen;
static uint32_t gaps_seen;

/* Where relative paths start, with a slash at the end; empty if that is not known. Changed by chdir alone. */
static char here[LONGEST_PATH + 1];
static uint32_t here_length;
static uint32_t owner; /* the process that may change it: a vfork child must not */

static struct record *record_at(uint32_t offset) { return (struct record *)((char *)file + offset); }

static uint32_t head_of(uint32_t size, enum kind kind, uint8_t detail)
{
    return size / 8 | (uint32_t)kind << 16 | (uint32_t)detail << 24;
}

/* Null if there is no room. */
static struct record *allocate(uint32_t first, uint32_t second, uint32_t *offset)
{
    uint32_t size = (uint32_t)(sizeof(struct record) + first + second + 7) & ~7U;
    uint32_t room = file->capacity - RECORD_FIRST;
    if (__atomic_load_n(&file->used, __ATOMIC_RELAXED) <= room) {
        uint32_t before = __atomic_fetch_add(&file->used, size, __ATOMIC_RELAXED);
        if (before <= room && size <= room - before) {
            *offset = RECORD_FIRST + before;
            struct record *record = record_at(*offset);
            __atomic_store_n(&record->head, head_of(size, 0, 0), __ATOMIC_RELAXED);
            record->first = (uint16_t)first;
            record->second = (uint16_t)second;
            return record;
        }
    }
    __atomic_store_n(&file->full, 1, __ATOMIC_RELAXED);
    return 0;
}

static void commit(struct record *record, enum kind kind, uint8_t detail)
{
    uint32_t head = record->head & 0xffff;
    __atomic_store_n(&record->head, head | (uint32_t)kind << 16 | (uint32_t)detail << 24, __ATOMIC_RELEASE);
}

static uint32_t hash(uint32_t state, const char *text, uint32_t length)
{
    for (uint32_t i = 0; i < length; i++)
        state = (state ^ (uint8_t)text[i]) * PRIME;
    return state;
}

static _Bool same_bytes(const char *one, const char *other, uint32_t length)
{
    for (uint32_t i = 0; i < length; i++)
        if (one[i] != other[i])
            return 0;
    return 1;
}

/* One text in two pieces, recorded once by each program. */
static void record_text(enum kind kind, uint8_t detail, const char *base, uint32_t base_length, const char *text,
                        uint32_t length)
{
    uint32_t key = hash(hash(SEED ^ (uint32_t)kind << 8 ^ detail, base, base_length), text, length);
    uint32_t tag = (uint32_t)kind << 16 | (uint32_t)detail << 24, total = base_length + length;
    uint32_t slot = (key ^ key >> 16) % TABLE_SIZE, free_slot = TABLE_SIZE;
    for (uint32_t probe = 0; probe < MOST_PROBES; probe++, slot = (slot + 1) % TABLE_SIZE) {
        uint32_t offset = __atomic_load_n(&table[slot], __ATOMIC_ACQUIRE);
        if (offset == 0) {
            free_slot = slot;
            break;
        }
        const struct record *known = record_at(offset);
        if (known->number == key && (known->head & ~0xffffU) == tag && known->first == total &&
            same_bytes(known->text, base, base_length) && same_bytes(known->text + base_length, text, length))
            return;
    }
    uint32_t offset;
    struct record *record = allocate(total, 0, &offset);
    if (record == 0)
        return;
    record->image = image;
    record->number = key;
    copy_bytes(copy_bytes(record->text, base, base_length), text, length);
    commit(record, kind, detail);
    if (free_slot < TABLE_SIZE)
        __atomic_store_n(&table[free_slot], offset, __ATOMIC_RELEASE);
}

uint32_t path_of_descriptor(int descriptor, char *buffer)
{
    char name[32], digits[12];
    uint32_t count = 0, number = (uint32_t)descriptor;
    do
        digits[count++] = (char)('0' + number % 10);
    while ((number /= 10) != 0);
    char *end = copy_bytes(name, "/proc/self/fd/", 14);
    while (count > 0)
        *end++ = digits[--count];
    *end = '\0';
    long length = SYSTEM_CALL(CALL_READLINKAT, AT_CWD, name, buffer, LONGEST_PATH - 1);
    if (descriptor < 0 || IS_FAILURE(length) || length < 1 || length >= LONGEST_PATH - 1 || buffer[0] != '/')
        return 0;
    buffer[length] = '\0';
    return (uint32_t)length;
}

void record_path(enum kind kind, uint8_t detail, int directory, const char *path)
{
    if (file == 0 || path == 0 || path[0] == '\0')
        return;
    uint32_t length = length_of(path);
    if (length >= LONGEST_PATH) {
        if (kind != RECORD_MISSED || detail != ERROR_NAME_TOO_LONG)
            record_gap(GAP_LONG_PATH);
    } else if (path[0] == '/') {
        record_text(kind, detail, "", 0, path, length);
    } else if (directory == AT_CWD) {
        if (here_length == 0)
            record_gap(GAP_DIRECTORY);
        else
            record_text(kind, detail, here, here_length, path, length);
    } else {
        char base[LONGEST_PATH];
        uint32_t base_length = path_of_descriptor(directory, base);
        if (base_length == 0) {
            record_gap(GAP_DIRECTORY);
        } else {
            if (base_length > 1)
                base[base_length++] = '/';
            record_text(kind, detail, base, base_length, path, length);
        }
    }
}

void record_look(enum kind kind, int directory, const char *path, int error)
{
    if (error == 0)
        record_path(kind, 0, directory, path);
    else if (error == ERROR_EXISTS)
        record_path(RECORD_SEEN, 0, directory, path);
    else if (error != ERROR_BAD_ADDRESS && error != ERROR_INTERRUPTED && error != ERROR_NO_SYSTEM_CALL)
        record_path(RECORD_MISSED, (uint8_t)error, directory, path);
}

int record_result(enum kind kind, int directory, const char *path, int result)
{
    if (file != 0)
        record_look(kind, directory, path, result >= 0 ? 0 : *error_number());
    return result;
}

void *record_pointer(enum kind kind, const char *path, void *result)
{
    if (file != 0)
        record_look(kind, AT_CWD, path, result != 0 ? 0 : *error_number());
    return result;
}

void record_variable(const char *name, _Bool set)
{
    if (file != 0 && name != 0) {
        uint32_t length = length_of(name);
        if (length < LONGEST_PATH)
            record_text(RECORD_VARIABLE, set, "", 0, name, length);
    }
}

static void record_once(enum kind kind, uint8_t detail, uint32_t *seen)
{
    if (file == 0 || (__atomic_load_n(seen, __ATOMIC_RELAXED) >> detail & 1) != 0)
        return;
    __atomic_fetch_or(seen, 1U << detail, __ATOMIC_RELAXED);
    record_text(kind, detail, "", 0, "", 0);
}

void record_query(enum query query) { record_once(RECORD_QUERY, (uint8_t)query, &queries_seen); }

void record_gap(enum gap gap) { record_once(RECORD_GAP, (uint8_t)gap, &gaps_seen); }

void record_process(enum kind kind, uint8_t detail, uint32_t process, const char *path)
{
    uint32_t offset, length = path != 0 ? length_of(path) : 0;
    if (file == 0)
        return;
    if (kind == RECORD_FORKED)
        owner = process;
    if (length >= LONGEST_PATH)
        length = LONGEST_PATH - 1;
    _Bool relative = length > 0 && path[0] != '/' && here_length > 0;
    uint32_t base = relative ? here_length : 0;
    struct record *record = allocate(base + length, 0, &offset);
    if (record == 0)
        return;
    record->image = image;
    record->number = process;
    copy_bytes(copy_bytes(record->text, here, base), path, length);
    commit(record, kind, detail);
}

void record_directory(void)
{
    if (file == 0)
        return;
    if (owner != process_id()) {
        record_gap(GAP_DIRECTORY);
        return;
    }
    long size = SYSTEM_CALL(CALL_GETCWD, here, LONGEST_PATH, 0, 0);
    if (IS_FAILURE(size) || size < 2 || here[0] != '/') {
        here_length = 0;
    } else {
        here_length = (uint32_t)size - 1;
        if (here_length > 1)
            here[here_length++] = '/';
    }
}

static struct file *map_file(const char *directory)
{
    char name[LONGEST_PATH];
    uint32_t length = length_of(directory);
    if (length == 0 || length > LONGEST_PATH - 16)
        return 0;
    copy_bytes(copy_bytes(name, directory, length), "/record", 8);
    long descriptor = SYSTEM_CALL(CALL_OPENAT, AT_CWD, name, OPEN_READ_WRITE | OPEN_CREATE | OPEN_CLOSE_ON_EXEC, 0600);
    if (IS_FAILURE(descriptor))
        return 0;
    struct file *mapped = 0;
    long size = SYSTEM_CALL(CALL_LSEEK, descriptor, 0, SEEK_TO_END, 0);
    if (size >= RECORD_CAPACITY || SYSTEM_CALL(CALL_FTRUNCATE, descriptor, RECORD_CAPACITY, 0, 0) == 0)
        mapped = map_shared((int)descriptor, RECORD_CAPACITY);
    SYSTEM_CALL(CALL_CLOSE, descriptor, 0, 0, 0);
    return IS_FAILURE(mapped) ? 0 : mapped;
}

_Bool record_open(const char *directory)
{
    char program[LONGEST_PATH];
    struct file *mapped = map_file(directory);
    if (mapped == 0)
        return 0;
    copy_bytes(mapped->magic, "FLOEOBS1", 8);
    mapped->capacity = RECORD_CAPACITY;
    file = mapped;
    owner = process_id();
    record_directory();
    long length = SYSTEM_CALL(CALL_READLINKAT, AT_CWD, "/proc/self/exe", program, LONGEST_PATH);
    uint32_t first = IS_FAILURE(length) ? 0 : (uint32_t)length;
    uint32_t second = here_length > 1 ? here_length - 1 : here_length;
    struct record *record = allocate(first, second, &image);
    if (record == 0)
        return 1;
    record->image = image;
    record->number = owner;
    copy_bytes(copy_bytes(record->text, program, first), here, second);
    commit(record, RECORD_IMAGE, 0);
    return 1;
}
