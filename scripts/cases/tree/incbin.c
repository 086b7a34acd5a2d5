__asm__(".section .rodata\n.globl blob\nblob:\n.incbin \"blob.bin\"\n");
