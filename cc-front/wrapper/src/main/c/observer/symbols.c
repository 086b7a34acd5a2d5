/*
 * dlsym is not there in every program (before glibc 2.34 it is in a library of its own), so the symbol tables of the
 * loaded objects are read here: those that come after this library, in the order in which the loader searches them.
 * dl_iterate_phdr is in the C library proper of glibc and of musl. Every definition that is visible without a version
 * counts, and of several versions the default.
 */
#include "symbols.h"

#include "errors.h"
#include "record.h"
#include "system.h"

#if __SIZEOF_POINTER__ == 8
struct segment {
    uint32_t type, flags;
    uint64_t offset, address, physical, file_size, size, alignment;
};
struct symbol {
    uint32_t name;
    uint8_t info, other;
    uint16_t section;
    uint64_t value, size;
};
#else
struct segment {
    uint32_t type, offset, address, physical, file_size, size, flags, alignment;
};
struct symbol {
    uint32_t name, value, size;
    uint8_t info, other;
    uint16_t section;
};
#endif

struct dynamic {
    uintptr_t tag, value;
};

/* The beginning of struct dl_phdr_info. */
struct loaded {
    uintptr_t base;
    const char *name;
    const struct segment *segments;
    uint16_t count;
};

enum {
    SEGMENT_DYNAMIC = 2,
    TAG_HASH = 4,
    TAG_STRINGS = 5,
    TAG_SYMBOLS = 6,
    TAG_GNU_HASH = 0x6ffffef5,
    TAG_VERSIONS = 0x6ffffff0,
    VERSION_HIDDEN = 0x8000,
    TYPE_NONE = 0,
    TYPE_FUNCTION = 2,
    TYPE_INDIRECT = 10,
    MOST_OBJECTS = 128,
    HARDWARE_CAPABILITIES = 16,
    HARDWARE_CAPABILITIES_2 = 26,
};

struct object {
    uintptr_t base;
    const uint32_t *gnu_hash, *hash;
    const struct symbol *symbols;
    const char *strings;
    const uint16_t *versions;
};

static struct object objects[MOST_OBJECTS];
static int object_count;
static int state; /* 0: not listed yet, 1: one thread is listing, 2: listed */

extern int dl_iterate_phdr(int (*callback)(struct loaded *, unsigned long, void *), void *data) __attribute__((weak));
extern unsigned long getauxval(unsigned long type) __attribute__((weak));
extern const struct dynamic _DYNAMIC[] __attribute__((visibility("hidden")));

/* Some loaders have added the base to the addresses in this table, others leave it as it is in the file. */
static const void *address_in(const struct loaded *object, uintptr_t value)
{
    return (const void *)(value < object->base ? value + object->base : value);
}

static int add_object(struct loaded *loaded, unsigned long size, void *data)
{
    _Bool *after_this = data;
    const struct dynamic *dynamic = 0;
    (void)size;
    for (int i = 0; i < loaded->count; i++)
        if (loaded->segments[i].type == SEGMENT_DYNAMIC)
            dynamic = (const struct dynamic *)(loaded->base + (uintptr_t)loaded->segments[i].address);
    if (dynamic == _DYNAMIC) {
        *after_this = 1;
        return 0;
    }
    /* The kernel's own object has clock functions of the same names, which the loader never finds either. */
    if (!*after_this || dynamic == 0 || loaded->name == 0 || loaded->name[0] == '\0' ||
        begins_with(loaded->name, "linux-"))
        return 0;
    struct object *object = &objects[object_count];
    *object = (struct object){.base = loaded->base};
    for (; dynamic->tag != 0; dynamic++) {
        const void *address = address_in(loaded, dynamic->value);
        switch (dynamic->tag) {
            case TAG_HASH: object->hash = address; break;
            case TAG_STRINGS: object->strings = address; break;
            case TAG_SYMBOLS: object->symbols = address; break;
            case TAG_GNU_HASH: object->gnu_hash = address; break;
            case TAG_VERSIONS: object->versions = address; break;
            default: break;
        }
    }
    if (object->symbols != 0 && object->strings != 0 && (object->gnu_hash != 0 || object->hash != 0))
        object_count++;
    return object_count == MOST_OBJECTS;
}

static void list_objects(void)
{
    int none = 0;
    if (__atomic_load_n(&state, __ATOMIC_ACQUIRE) == 2)
        return;
    if (__atomic_compare_exchange_n(&state, &none, 1, 0, __ATOMIC_ACQUIRE, __ATOMIC_ACQUIRE)) {
        _Bool after_this = 0;
        if (dl_iterate_phdr != 0)
            dl_iterate_phdr(add_object, &after_this);
        __atomic_store_n(&state, 2, __ATOMIC_RELEASE);
    }
    while (__atomic_load_n(&state, __ATOMIC_ACQUIRE) != 2)
        SYSTEM_CALL(CALL_YIELD, 0, 0, 0, 0);
}

/* A default version, or else the first of the old ones: programs of their time are bound to those. */
static const struct symbol *better(const struct object *object, uint32_t index, const char *name,
                                   const struct symbol *found)
{
    const struct symbol *symbol = &object->symbols[index];
    uint8_t type = symbol->info & 15;
    if (symbol->section == 0 || symbol->info >> 4 == 0 || !same_text(object->strings + symbol->name, name) ||
        (type != TYPE_NONE && type != TYPE_FUNCTION && type != TYPE_INDIRECT))
        return found;
    _Bool hidden = object->versions != 0 && (object->versions[index] & VERSION_HIDDEN) != 0;
    return hidden && found != 0 ? found : symbol;
}

/* Division without the helper that ARM takes from a library. */
static uint32_t remainder_of(uint32_t value, uint32_t divisor)
{
    uint32_t rest = 0;
    for (int bit = 31; bit >= 0; bit--) {
        _Bool carry = rest >> 31 != 0;
        rest = rest << 1 | (value >> bit & 1);
        if (carry || rest >= divisor)
            rest -= divisor;
    }
    return rest;
}

static const struct symbol *find_by_gnu_hash(const struct object *object, const char *name)
{
    const uint32_t *table = object->gnu_hash;
    uint32_t buckets = table[0], first = table[1], bloom_words = table[2], key = 5381;
    const uint32_t *bucket = (const uint32_t *)((const uintptr_t *)(table + 4) + bloom_words);
    const uint32_t *chain = bucket + buckets;
    const struct symbol *found = 0;
    for (const char *next = name; *next != '\0'; next++)
        key = key * 33 + (uint8_t)*next;
    if (buckets == 0)
        return 0;
    uint32_t index = bucket[remainder_of(key, buckets)];
    if (index < first)
        return 0;
    for (;; index++) {
        uint32_t value = chain[index - first];
        if ((value | 1) == (key | 1))
            found = better(object, index, name, found);
        if ((value & 1) != 0)
            return found;
    }
}

static const struct symbol *find_by_hash(const struct object *object, const char *name)
{
    const uint32_t *table = object->hash;
    uint32_t key = 0;
    const struct symbol *found = 0;
    for (const char *next = name; *next != '\0'; next++) {
        key = (key << 4) + (uint8_t)*next;
        key = (key ^ (key >> 24 & 0xf0)) & 0xfffffff;
    }
    if (table[0] == 0)
        return 0;
    for (uint32_t index = table[2 + remainder_of(key, table[0])]; index != 0; index = table[2 + table[0] + index])
        found = better(object, index, name, found);
    return found;
}

/* An indirect function names its implementation for this processor. */
static void *implementation(void *resolver)
{
#if defined __aarch64__
    unsigned long capabilities = getauxval != 0 ? getauxval(HARDWARE_CAPABILITIES) : 0;
    unsigned long more = getauxval != 0 ? getauxval(HARDWARE_CAPABILITIES_2) : 0;
    unsigned long argument[3] = {sizeof argument, capabilities, more};
    return ((void *(*)(unsigned long, const unsigned long *))resolver)(capabilities | 1UL << 62, argument);
#elif defined __arm__
    return ((void *(*)(unsigned long))resolver)(getauxval != 0 ? getauxval(HARDWARE_CAPABILITIES) : 0);
#else
    return ((void *(*)(void))resolver)();
#endif
}

static void *find(const char *name)
{
    for (int i = 0; i < object_count; i++) {
        const struct object *object = &objects[i];
        const struct symbol *symbol =
            object->gnu_hash != 0 ? find_by_gnu_hash(object, name) : find_by_hash(object, name);
        if (symbol != 0) {
            void *address = (void *)(object->base + (uintptr_t)symbol->value);
            return (symbol->info & 15) == TYPE_INDIRECT ? implementation(address) : address;
        }
    }
    return 0;
}

void *next_function(void **place, const char *name)
{
    void *function = __atomic_load_n(place, __ATOMIC_RELAXED);
    if (function != 0)
        return function;
    list_objects();
    function = find(name);
    uint32_t length = length_of(name);
    if (function == 0 && length > 2 && length < 32 && same_text(name + length - 2, "64")) {
        char shorter[32];
        *copy_bytes(shorter, name, length - 2) = '\0';
        function = find(shorter);
    }
    __atomic_store_n(place, function, __ATOMIC_RELAXED);
    return function;
}

void no_function(void)
{
    record_gap(GAP_NO_FUNCTION);
    *error_number() = ERROR_NO_SYSTEM_CALL;
}
