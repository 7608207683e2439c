// SPDX-License-Identifier: MIT
// Program-derived addresses. Source: protocol wire format section 4.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string_view>

#include "sniperforge/core/bytes.hpp"
#include "sniperforge/core/key.hpp"
#include "sniperforge/core/result.hpp"

namespace sniperforge::solana {

inline constexpr std::size_t kSeedsMax = 16;
inline constexpr std::size_t kSeedBytesMax = 32;

struct ProgramAddress {
    Pubkey address;
    std::uint8_t bump = 0;

    [[nodiscard]] bool operator==(const ProgramAddress&) const = default;
};

// A text seed as bytes, without a copy; the text must outlive the call it is passed to.
[[nodiscard]] inline BytesView seed(std::string_view text) { return bytes_of(text); }

// The address of exactly these seeds (bump included), or an error: more than 16 seeds, a seed
// above 32 bytes, or a result that is on the curve.
[[nodiscard]] Result<Pubkey> create_program_address(std::span<const BytesView> seeds,
                                                    const Pubkey& program);
[[nodiscard]] Result<Pubkey> create_program_address(std::initializer_list<BytesView> seeds,
                                                    const Pubkey& program);

// The first off-curve address with a bump from 255 down. At most 15 seeds of at most 32 bytes,
// which the calling code knows beforehand: asserted. About 5 us for each bump tried.
[[nodiscard]] ProgramAddress find_program_address(std::span<const BytesView> seeds,
                                                  const Pubkey& program);
[[nodiscard]] ProgramAddress find_program_address(std::initializer_list<BytesView> seeds,
                                                  const Pubkey& program);

// The associated token account of `owner` for `mint`. `token_program` must be the mint's owner:
// SPL Token and Token-2022 give different addresses.
[[nodiscard]] Pubkey associated_token_address(const Pubkey& owner, const Pubkey& mint,
                                              const Pubkey& token_program);

}  // namespace sniperforge::solana
