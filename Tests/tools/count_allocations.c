/* Preloaded into a program, counts its calls of the allocator and prints them at the end (glibc). */
#include <stddef.h>
#include <stdio.h>

extern void *__libc_malloc(size_t), *__libc_calloc(size_t, size_t), *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);
static _Atomic unsigned long calls;

void *malloc(size_t n) { calls++; return __libc_malloc(n); }
void *calloc(size_t n, size_t each) { calls++; return __libc_calloc(n, each); }
void *realloc(void *p, size_t n) { calls++; return __libc_realloc(p, n); }
void *memalign(size_t a, size_t n) { calls++; return __libc_memalign(a, n); }
void *aligned_alloc(size_t a, size_t n) { return memalign(a, n); }
int posix_memalign(void **p, size_t a, size_t n) { *p = memalign(a, n); return *p ? 0 : 12; }

__attribute__((destructor)) static void show(void) { fprintf(stderr, "allocations %lu\n", calls); }
