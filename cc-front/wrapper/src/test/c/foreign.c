/* An i386 program without a C library that prints its environment. */
static long call(long number, long a, long b, long c)
{
    long result;
    __asm__ volatile("int $0x80" : "=a"(result) : "a"(number), "b"(a), "c"(b), "d"(c) : "memory");
    return result;
}

__attribute__((used)) void print_environment(char **arguments)
{
    char **variables = arguments;
    while (*variables != 0)
        variables++;
    for (variables++; *variables != 0; variables++) {
        long length = 0;
        while ((*variables)[length] != '\0')
            length++;
        call(4, 1, (long)*variables, length);
        call(4, 1, (long)"\n", 1);
    }
    call(1, 0, 0, 0);
}

__asm__(".globl _start\n_start:\n\tlea 4(%esp), %eax\n\tpush %eax\n\tcall print_environment\n");
