// SPDX-License-Identifier: MIT
// Raydium CPMM's accounts as offsets. Source: protocol amm-raydium section 2.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "sniperforge/core/bytes.hpp"
#include "sniperforge/core/key.hpp"

namespace sniperforge::sim::cpmm {

using Discriminator = std::array<std::uint8_t, 8>;
inline constexpr Discriminator kPoolDiscriminator{0xf7, 0xed, 0xe3, 0xf5, 0xd7, 0xc3, 0xde, 0x46};
inline constexpr Discriminator kConfigDiscriminator{0xda, 0xf4, 0x21, 0x68, 0xcb, 0xcb, 0x2b, 0x6f};
// sha256("account:ObservationState"), as Anchor names accounts.
inline constexpr Discriminator kObservationDiscriminator{0x7a, 0xae, 0xc5, 0x35,
                                                         0x81, 0x09, 0xa5, 0x84};

inline constexpr std::size_t kPoolBytes = 637;
inline constexpr std::size_t kConfigBytes = 236;
// 8 + initialised, index, pool, 100 observations of 40 bytes, padding. The simulation keeps no
// price history in it: nothing of ours reads one.
inline constexpr std::size_t kObservationBytes = 4'075;

namespace pool {
inline constexpr std::size_t kConfig = 8, kCreator = 40, kVault0 = 72, kVault1 = 104, kLpMint = 136,
                             kMint0 = 168, kMint1 = 200, kProgram0 = 232, kProgram1 = 264,
                             kObservation = 296, kAuthBump = 328, kStatus = 329, kLpDecimals = 330,
                             kDecimals0 = 331, kDecimals1 = 332, kLpSupply = 333,
                             kProtocolFees0 = 341, kProtocolFees1 = 349, kFundFees0 = 357,
                             kFundFees1 = 365, kOpenTime = 373, kRecentEpoch = 381,
                             kCreatorFeeOn = 389, kCreatorFeeEnabled = 390, kCreatorFees0 = 397,
                             kCreatorFees1 = 405;
// Set bits of the status forbid.
inline constexpr std::uint8_t kDepositOff = 1, kWithdrawOff = 2, kSwapOff = 4;
}  // namespace pool

namespace config {
inline constexpr std::size_t kBump = 8, kDisableCreatePool = 9, kIndex = 10, kTradeFeeRate = 12,
                             kProtocolFeeRate = 20, kFundFeeRate = 28, kCreatePoolFee = 36,
                             kProtocolOwner = 44, kFundOwner = 76, kCreatorFeeRate = 108;
}  // namespace config

[[nodiscard]] inline bool has_discriminator(BytesView data, const Discriminator& wanted) {
    return data.size() >= wanted.size() &&
           std::memcmp(data.data(), wanted.data(), wanted.size()) == 0;
}
[[nodiscard]] inline Pubkey key_at(BytesView data, std::size_t offset) {
    return Pubkey::from(data.subspan(offset, Pubkey::kSize));
}
[[nodiscard]] inline std::uint64_t u64_at(BytesView data, std::size_t offset) {
    return read_le<std::uint64_t>(data, offset);
}

// The authority of every vault and LP mint: PDA of ["vault_and_lp_mint_auth_seed"].
[[nodiscard]] const Pubkey& authority();
[[nodiscard]] std::uint8_t authority_bump();

// What a new pool's account states.
struct NewPool {
    Pubkey config, creator, vault_0, vault_1, lp_mint, mint_0, mint_1, program_0, program_1,
        observation;
    std::uint8_t lp_decimals = 0, decimals_0 = 0, decimals_1 = 0;
    std::uint64_t lp_supply = 0, open_time = 0, epoch = 0;
    std::uint8_t creator_fee_on = 0;
    bool is_creator_fee_enabled = false;
};
[[nodiscard]] Bytes encode_pool(const NewPool& fields);
// floor(sqrt(a × b)): the first liquidity.
[[nodiscard]] std::uint64_t first_liquidity(std::uint64_t amount_0, std::uint64_t amount_1);
// LP tokens of the first liquidity that nobody gets.
inline constexpr std::uint64_t kLockedLp = 100;

}  // namespace sniperforge::sim::cpmm
