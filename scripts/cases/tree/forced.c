int forced(void) { return FORCED; }
