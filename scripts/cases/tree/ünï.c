static int square(int x) { return x * x; }

int plain(int count)
{
    int sum = 0;
    for (int i = 0; i < count; ++i)
        sum += square(i);
    return sum;
}
