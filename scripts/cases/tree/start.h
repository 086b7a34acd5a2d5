#define START start_here
