        .include "macros.s"
        .text
        three nop
        .incbin "blob.bin", 2, 4
