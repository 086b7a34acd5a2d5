int branchy(int x)
{
    if (x > 10)
        return x * 3;
    for (int i = 0; i < x; ++i)
        x ^= i << 2;
    return x;
}
#ifdef WITH_MAIN
int main(int argc, char **argv) { (void)argv; return branchy(argc) == -1; }
#endif
