#include <stdio.h>
#include "hello.h"

int main(int argc, char **argv)
{
    printf("%s, %d\n", GREETING, argc);
    return greet(argv[0]);
}
