/* The smallest program around the static library. It is linked with nothing else, not even a C library: what the compiler takes for granted of
   its surroundings is written below, and a call to anything more does not link. */
typedef __SIZE_TYPE__ size;

unsigned char nostd_check(unsigned char value);

void *memcpy(void *to, const void *from, size len) {
  for (size i = 0; i < len; i++) ((unsigned char *)to)[i] = ((const unsigned char *)from)[i];
  return to;
}

void *memmove(void *to, const void *from, size len) {
  if (to < from) return memcpy(to, from, len);
  for (size i = len; i > 0; i--) ((unsigned char *)to)[i - 1] = ((const unsigned char *)from)[i - 1];
  return to;
}

void *memset(void *to, int byte, size len) {
  for (size i = 0; i < len; i++) ((unsigned char *)to)[i] = (unsigned char)byte;
  return to;
}

int memcmp(const void *a, const void *b, size len) {
  for (size i = 0; i < len; i++) {
    int difference = ((const unsigned char *)a)[i] - ((const unsigned char *)b)[i];
    if (difference != 0) return difference;
  }
  return 0;
}

int bcmp(const void *a, const void *b, size len) { return memcmp(a, b, len); }

size strlen(const char *text) {
  size len = 0;
  while (text[len] != 0) len++;
  return len;
}

/* The precompiled core library unwinds on panic; this program, compiled with panic=abort, never gets there. */
void rust_eh_personality(void) {}
void _Unwind_Resume(void) { __builtin_trap(); }

static __attribute__((noreturn)) void leave(long status) {
#if defined(__x86_64__)
  __asm__ volatile("syscall" : : "a"(60L), "D"(status) : "rcx", "r11", "memory");
#elif defined(__aarch64__)
  register long x0 __asm__("x0") = status;
  register long x8 __asm__("x8") = 93;
  __asm__ volatile("svc 0" : : "r"(x0), "r"(x8) : "memory");
#else
#error "add the exit system call of this processor"
#endif
  __builtin_unreachable();
}

static __attribute__((noreturn, used)) void run(void) { leave(nostd_check(42) == 42 ? 0 : 1); }

/* The stack pointer is aligned when the system jumps here; a call keeps it as the ABI wants it. */
#if defined(__x86_64__)
__asm__(".globl _start\n_start: xor %ebp, %ebp\n call run\n");
#else
__asm__(".globl _start\n_start: bl run\n");
#endif
