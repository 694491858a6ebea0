#include "runtime/cpu.h"

#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <thread>

#if defined(__linux__)
#include <sched.h>
#include <sys/syscall.h>
#endif
#if defined(__x86_64__)
#include <cpuid.h>
#include <xmmintrin.h>
#endif

namespace convgrad {
namespace {

#if defined(__x86_64__)
uint64_t xgetbv0() {
  uint32_t low, high;
  asm volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return (uint64_t{high} << 32) | low;
}

// The operating system keeps the tiles of those processes only that ask for them (all their threads, from then on).
bool may_use_tiles() {
#if defined(__linux__)
  constexpr long kRequestPermission = 0x1023, kTileData = 18;  // ARCH_REQ_XCOMP_PERM, XFEATURE_XTILE_DATA
  return syscall(SYS_arch_prctl, kRequestPermission, kTileData) == 0;
#else
  return false;
#endif
}

Isa detect() {
  uint32_t a, b, c, d;
  if (!__get_cpuid(1, &a, &b, &c, &d)) return Isa::scalar;
  const bool osxsave = c & (1u << 27), fma = c & (1u << 12), f16c = c & (1u << 29);
  if (!osxsave || !__get_cpuid_count(7, 0, &a, &b, &c, &d)) return Isa::scalar;
  const uint64_t state = xgetbv0();  // which register files the operating system saves
  const bool ymm = (state & 0x06) == 0x06, zmm = (state & 0xe6) == 0xe6;
  const bool avx2 = b & (1u << 5), bmi = (b & (1u << 3)) && (b & (1u << 8));
  if (!ymm || !avx2 || !fma || !f16c || !bmi) return Isa::scalar;
  const bool avx512 = (b & (1u << 16)) && (b & (1u << 17)) && (b & (1u << 30)) && (b & (1u << 31));  // F DQ BW VL
  if (!zmm || !avx512) return Isa::avx2;
  const bool tiles = (d & (1u << 22)) && (d & (1u << 24)) && (state & 0x60000) == 0x60000;  // AMX-BF16, AMX-TILE
  const bool more = a >= 1;  // there is a second leaf
  const bool pairs = more && __get_cpuid_count(7, 1, &a, &b, &c, &d) && (a & (1u << 5));
  if (pairs && tiles && may_use_tiles()) return Isa::amx;
  const bool amd = __get_cpuid(0, &a, &b, &c, &d) && b == 0x68747541;  // "Auth"enticAMD
  return pairs && amd ? Isa::avx512_bf16 : Isa::avx512;
}
#elif defined(__aarch64__)
Isa detect() { return Isa::neon; }
#else
Isa detect() { return Isa::scalar; }
#endif

struct Choice {
  Isa isa;
  const char* error;
};

Choice choose() {
  const Isa detected = detected_isa();
  const char* wanted = std::getenv("CONVGRAD_ISA");
  if (!wanted || !*wanted) return {detected, nullptr};
  for (Isa isa : {Isa::scalar, Isa::avx2, Isa::avx512, Isa::avx512_bf16, Isa::amx, Isa::neon}) {
    if (std::strcmp(wanted, isa_name(isa)) != 0) continue;
    const bool same_family = (isa == Isa::neon) == (detected == Isa::neon);
    if (same_family && isa <= detected) return {isa, nullptr};
    return {detected, "this processor does not support the instruction set that CONVGRAD_ISA names"};
  }
  return {detected, "CONVGRAD_ISA must be one of scalar, avx2, avx512, avx512_bf16, amx, neon"};
}

const Choice& choice() {
  static const Choice chosen = choose();
  return chosen;
}

// The number of whole processors the cgroup's quota allows, or a large number where there is none.
int cgroup_cpus() {
  char text[64] = {};
  if (FILE* file = std::fopen("/sys/fs/cgroup/cpu.max", "r")) {  // version 2: "quota period" or "max period"
    const size_t read = std::fread(text, 1, sizeof text - 1, file);
    std::fclose(file);
    text[read] = 0;
    char* rest = text;
    const long quota = std::strtol(text, &rest, 10), period = std::strtol(rest, nullptr, 10);
    if (rest != text && quota > 0 && period > 0) return static_cast<int>((quota + period - 1) / period);
    return 1 << 20;
  }
  auto number = [&](const char* path) -> long {
    FILE* file = std::fopen(path, "r");
    if (!file) return -1;
    const size_t read = std::fread(text, 1, sizeof text - 1, file);
    std::fclose(file);
    text[read] = 0;
    return std::strtol(text, nullptr, 10);
  };
  const long quota = number("/sys/fs/cgroup/cpu/cpu.cfs_quota_us");
  const long period = number("/sys/fs/cgroup/cpu/cpu.cfs_period_us");
  return quota > 0 && period > 0 ? static_cast<int>((quota + period - 1) / period) : 1 << 20;
}

}  // namespace

const char* isa_name(Isa isa) {
  switch (isa) {
    case Isa::scalar: return "scalar";
    case Isa::avx2: return "avx2";
    case Isa::avx512: return "avx512";
    case Isa::avx512_bf16: return "avx512_bf16";
    case Isa::amx: return "amx";
    case Isa::neon: return "neon";
  }
  return "";
}

Isa detected_isa() {
  static const Isa isa = detect();
  return isa;
}

Isa active_isa() { return choice().isa; }

const char* isa_override_error() { return choice().error; }

CacheSizes cache_sizes() {
#if defined(_SC_LEVEL1_DCACHE_SIZE)
  auto known = [](long bytes) { return bytes > 0 ? bytes : 0; };
  return {known(sysconf(_SC_LEVEL1_DCACHE_SIZE)), known(sysconf(_SC_LEVEL2_CACHE_SIZE)),
          known(sysconf(_SC_LEVEL3_CACHE_SIZE))};
#else
  return {0, 0, 0};
#endif
}

int available_cpus() {
  int cpus = static_cast<int>(std::thread::hardware_concurrency());
#if defined(__linux__)
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) == 0) cpus = CPU_COUNT(&set);
  const int quota = cgroup_cpus();
  if (quota < cpus) cpus = quota;
#endif
  return cpus > 0 ? cpus : 1;
}

void flush_denormals() {
#if defined(__x86_64__)
  _mm_setcsr(_mm_getcsr() | 0x8040);  // flush to zero, denormals are zero
#elif defined(__aarch64__)
  uint64_t control;
  asm volatile("mrs %0, fpcr" : "=r"(control));
  asm volatile("msr fpcr, %0" : : "r"(control | (uint64_t{1} << 24)));
#endif
}

}  // namespace convgrad
