#ifndef HELLO_H
#define HELLO_H
#define GREETING "hello"
int greet(const char *whom);
#endif
