void uses(void) { __asm__("three nop"); }
