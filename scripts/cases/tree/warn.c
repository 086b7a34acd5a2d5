int warned(int used)
{
    int unused_variable;
    unsigned small = 1;
    if (used == small)
        return 'ab';
    return used;
}
