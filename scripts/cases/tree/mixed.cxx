class mixed { int x; public: int get() const; };
int mixed::get() const { return x; }
