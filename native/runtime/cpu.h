// What the processor can do, and which instruction set the kernels use.
#pragma once

namespace convgrad {

// `scalar` is the architecture's baseline (SSE2 on x86-64); `neon` is the baseline of arm64.
enum class Isa { scalar, avx2, avx512, neon };

const char* isa_name(Isa);

// The widest instruction set this processor and operating system support (CPUID and XGETBV, read once).
Isa detected_isa();

// The one in use: detected_isa() unless the environment variable CONVGRAD_ISA names a narrower one.
// An unknown or unsupported name is an error that isa_override_error() describes; the detected one is used.
Isa active_isa();

// nullptr, or what is wrong with CONVGRAD_ISA.
const char* isa_override_error();

// Bytes of the data caches as the processor reports them, 0 where unknown. Information only: no plan reads them.
struct CacheSizes {
  long l1, l2, l3;
};
CacheSizes cache_sizes();

// Processors this process may use: scheduling affinity, cut down to the cgroup's CPU quota.
int available_cpus();

// Denormal numbers make training a hundred times slower: treat them as zero on the calling thread.
void flush_denormals();

}  // namespace convgrad
