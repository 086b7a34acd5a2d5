template <typename T> auto call(T t) { return t.missing(); }
int wrong() { return call(3) + undeclared; }
