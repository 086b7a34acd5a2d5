struct base { virtual int f(); };
int warned(int used)
{
    int unused_variable;
    unsigned small = 1;
    if (used < small)
        return sizeof(base);
    return used;
}
