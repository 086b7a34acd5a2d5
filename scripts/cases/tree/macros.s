        .macro three what
        \what
        \what
        \what
        .endm
