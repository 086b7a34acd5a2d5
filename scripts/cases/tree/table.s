        .text
        .globl table
table:
        nop
        ret
        .data
        .long 1, 2, 3
