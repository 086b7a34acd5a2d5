#define DEEPER 3
