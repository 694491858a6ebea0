// What the processor can do, and which instruction set the kernels use.
#pragma once

namespace convgrad {

// `scalar` is the architecture's baseline (SSE2 on x86-64); `neon` is the baseline of arm64. `avx512_bf16` and `amx` have
// the kernels of avx512 and their own for products of bfloat16: sums of pairs in vectors, and in tiles.
enum class Isa { neon, scalar, avx2, avx512, avx512_bf16, amx };

const char* isa_name(Isa);

// The widest instruction set this processor and operating system support (CPUID and XGETBV, read once), and that pays:
// avx512_bf16 only on AMD's processors, whose VDPBF16PS is as fast as a multiply-add; on Intel's it takes four times as long.
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
