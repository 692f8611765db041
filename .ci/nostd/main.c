/* The smallest program around the static library: no start files, so nothing but this file and the library runs. */
unsigned char nostd_check(unsigned char value);
void _exit(int status) __attribute__((noreturn));

void _start(void) { _exit(nostd_check(42) == 42 ? 0 : 1); }
