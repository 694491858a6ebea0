// The sizes that products on the tiles of AMX are made of; see amx_rows.h.
#pragma once
#include <stdint.h>

namespace convgrad::amx {

inline constexpr int64_t kTileRows = 16, kTileColumns = 16;  // of one register of float32
inline constexpr int64_t kRows = 32, kColumns = 32;          // of the two by two that are summed at a time
inline constexpr int64_t kStep = 32;                         // channels of one register of A

// For an L1 cache of 48 KB, which every processor with tiles has. Moving the sums to memory and back takes as long as two
// or three steps, so there are twelve between.
inline constexpr int64_t kChunk = 384;     // channels, over all taps, of a panel that stays in L1 (24 KB) while tiles pass by
inline constexpr int64_t kChannels = 128;  // of them from one tap: rows of A are read again, from L1, by the next taps
inline constexpr int64_t kGroup = 16;      // tiles of sums (64 KB) that stay in L2

/** Channels with those that fill up the last step: the depth of a panel. */
constexpr int64_t whole_steps(int64_t depth) { return (depth + kStep - 1) / kStep * kStep; }

/** Channels of each tap in one chunk. */
constexpr int64_t chunk_channels(int64_t taps, int64_t depth) {
  const int64_t most = taps == 1 ? kChunk : kChannels;
  return depth < most ? depth : most;
}

}  // namespace convgrad::amx
