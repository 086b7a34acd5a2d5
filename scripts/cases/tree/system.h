#pragma GCC diagnostic warning "-Wunused-variable"
#pragma GCC system_header
static int in_system;
