// SPDX-License-Identifier: MIT
// pump.fun: program ids, addresses and accounts as offsets. Source: protocol amm-pump sections 1 to
// 4; the fields of Global between those that it lists follow from their sizes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "sim/anchor.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::sim::pump {

using solana::detail::key_literal;
inline constexpr Pubkey kProgram = key_literal("6EF8rrecthR5Dkzon8Nwu78hRvfCKubJ14M5uBEwF6P");
inline constexpr Pubkey kSwapProgram = key_literal("pAMMBay6oceH9fJKBRHGP5D4bD4sWpmSwMn52FMfXEA");
inline constexpr Pubkey kFeeProgram = key_literal("pfeeUxB6jkeY1Hxd7CsFCAjcbHA9rWtchMGdZ6VojVZ");
inline constexpr Pubkey kMayhemProgram = key_literal("MAyhSmzXzV1pTf7LsNkrNwkWKTo4ougAJ1PPg47MD4e");

inline constexpr anchor::Discriminator kCurveDiscriminator{0x17, 0xb7, 0xf8, 0x37,
                                                           0x60, 0xd8, 0xac, 0x60};
inline constexpr anchor::Discriminator kGlobalDiscriminator{0xa7, 0xe8, 0xe8, 0xb1,
                                                            0xc8, 0x6c, 0x72, 0x7f};
inline constexpr anchor::Discriminator kFeeConfigDiscriminator{0x8f, 0x34, 0x92, 0xbb,
                                                               0xdb, 0x7b, 0x4c, 0x9b};

// Account sizes: what create_v2 makes since 2026-09, what extend_account makes of it, and the
// shortest that is still a curve (2024).
inline constexpr std::size_t kCurveBytes = 125, kCurveBytesExtended = 151, kCurveBytesMin = 49;
inline constexpr std::size_t kGlobalBytes = 1'087, kFeeConfigBytes = 4'073;

namespace curve {
inline constexpr std::size_t kVirtualToken = 8, kVirtualQuote = 16, kRealToken = 24,
                             kRealQuote = 32, kSupply = 40, kComplete = 48, kCreator = 49,
                             kIsMayhem = 81, kIsCashback = 82, kQuoteMint = 83,
                             kCreatorFeeBps = 115, kCanEditCreatorFee = 123, kIsHolderReward = 124;
}  // namespace curve

namespace global {
inline constexpr std::size_t kIsInitialized = 8, kAuthority = 9, kFeeRecipient = 41,
                             kVirtualToken = 73, kVirtualQuote = 81, kRealToken = 89, kSupply = 97,
                             kFeeBps = 105, kWithdrawAuthority = 113, kIsMigrateEnabled = 145,
                             kMigrationFee = 146, kCreatorFeeBps = 154, kFeeRecipients = 162,
                             kIsCreateV2Enabled = 450, kReservedRecipient = 483,
                             kIsMayhemEnabled = 515, kReservedRecipients = 516,
                             kIsCashbackEnabled = 740, kBuybackRecipients = 741, kBuybackBps = 997,
                             kIsCreatorFeeConfigurable = 1'045, kCreatorFeeBpsMax = 1'046;
inline constexpr std::size_t kFurtherRecipients = 7, kBuybackRecipientCount = 8;
}  // namespace global

namespace fee_config {
inline constexpr std::size_t kBump = 8, kAdmin = 9, kFlat = 41, kTiers = 65;
// Threshold u128, then lp, protocol and creator as u64.
inline constexpr std::size_t kTierBytes = 40, kTierFees = 16;
}  // namespace fee_config

// Fields beyond the end of an older, shorter account are zero.
template <typename Integer>
[[nodiscard]] Integer field(BytesView data, std::size_t offset) {
    return data.size() >= offset + sizeof(Integer) ? read_le<Integer>(data, offset) : Integer{0};
}
[[nodiscard]] inline Pubkey key_field(BytesView data, std::size_t offset) {
    return data.size() >= offset + Pubkey::kSize ? anchor::key_at(data, offset) : Pubkey{};
}
// Whether `key` is among `count` keys from `offset` on.
[[nodiscard]] bool has_key(BytesView data, std::size_t offset, std::size_t count,
                           const Pubkey& key);

// ---- Addresses ----
[[nodiscard]] const Pubkey& global_address();
[[nodiscard]] const Pubkey& event_authority();
[[nodiscard]] const Pubkey& mint_authority();
[[nodiscard]] const Pubkey& global_volume_accumulator();
[[nodiscard]] Pubkey curve_address(const Pubkey& mint);
[[nodiscard]] Pubkey curve_v2_address(const Pubkey& mint);
[[nodiscard]] Pubkey creator_vault(const Pubkey& creator);
[[nodiscard]] Pubkey pool_authority(const Pubkey& mint);
[[nodiscard]] Pubkey sharing_config(const Pubkey& mint);
[[nodiscard]] Pubkey user_volume_accumulator(const Pubkey& user, const Pubkey& program);
// The fee program's config for `program`: pump.fun or PumpSwap.
[[nodiscard]] Pubkey fee_config_address(const Pubkey& program);

// What a new curve's account states.
struct NewCurve {
    std::uint64_t virtual_token = 0, virtual_quote = 0, real_token = 0, real_quote = 0, supply = 0;
    Pubkey creator;
    bool is_complete = false, is_mayhem = false, is_cashback = false;
};
[[nodiscard]] Bytes encode_curve(const NewCurve& fields, std::size_t size);

}  // namespace sniperforge::sim::pump
