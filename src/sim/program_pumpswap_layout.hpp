// SPDX-License-Identifier: MIT
// PumpSwap: addresses and accounts as offsets. Source: protocol amm-pump section 6.
#pragma once

#include <cstddef>
#include <cstdint>

#include "sim/program_pump_layout.hpp"

namespace sniperforge::sim::pumpswap {

inline constexpr Pubkey kProgram = pump::kSwapProgram;

inline constexpr anchor::Discriminator kPoolDiscriminator{0xf1, 0x9a, 0x6d, 0x04,
                                                          0x11, 0xb1, 0x6d, 0xbc};
inline constexpr anchor::Discriminator kConfigDiscriminator{0x95, 0x08, 0x9c, 0xca,
                                                            0xa0, 0xfc, 0xb0, 0xd9};
// Pools of today, and the shortest that is still one (2025).
inline constexpr std::size_t kPoolBytes = 301, kPoolBytesMin = 211;
inline constexpr std::size_t kConfigBytes = 949;

namespace pool {
inline constexpr std::size_t kBump = 8, kIndex = 9, kCreator = 11, kBaseMint = 43, kQuoteMint = 75,
                             kLpMint = 107, kBaseVault = 139, kQuoteVault = 171, kLpSupply = 203,
                             kCoinCreator = 211, kIsMayhem = 243, kIsCashback = 244,
                             kVirtualQuote = 245, kCreatorFeeBps = 261;
}  // namespace pool

namespace config {
inline constexpr std::size_t kAdmin = 8, kLpFeeBps = 40, kProtocolFeeBps = 48, kDisableFlags = 56,
                             kProtocolRecipients = 57, kCreatorFeeBps = 313,
                             kReservedRecipient = 385, kReservedRecipients = 418,
                             kBuybackRecipients = 643, kBuybackBps = 899, kIsBoostEnabled = 939,
                             kIsCreatorFeeConfigurable = 940;
inline constexpr std::size_t kRecipientCount = 8, kReservedCount = 7;
enum DisableFlag : std::uint8_t { kCreatePoolOff = 1, kBuyOff = 8, kSellOff = 16 };
}  // namespace config

// LP tokens of the first liquidity that nobody gets.
inline constexpr std::uint64_t kLockedLp = 100;
inline constexpr std::uint8_t kLpDecimals = 9;

[[nodiscard]] const Pubkey& global_config();
[[nodiscard]] const Pubkey& event_authority();
[[nodiscard]] const Pubkey& global_volume_accumulator();
struct PoolName {
    std::uint16_t index = 0;
    Pubkey creator, base_mint, quote_mint;
};
[[nodiscard]] Pubkey pool_address(const PoolName& name);
[[nodiscard]] std::uint8_t pool_bump(const PoolName& name);
[[nodiscard]] Pubkey lp_mint_address(const Pubkey& pool);
[[nodiscard]] Pubkey pool_v2_address(const Pubkey& base_mint);
[[nodiscard]] Pubkey creator_vault_authority(const Pubkey& coin_creator);
// Whether migration made it: index 0, and the mint's pool authority is the creator.
[[nodiscard]] bool is_canonical(const PoolName& name);

struct NewPool {
    PoolName name;
    Pubkey lp_mint, base_vault, quote_vault, coin_creator;
    std::uint64_t lp_supply = 0;
    bool is_mayhem = false, is_cashback = false;
    i128 virtual_quote = 0;
};
[[nodiscard]] Bytes encode_pool(const NewPool& fields);
[[nodiscard]] PoolName name_of(BytesView pool_data);

}  // namespace sniperforge::sim::pumpswap
